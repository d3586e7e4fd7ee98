import { readFileSync } from "node:fs";
import { join } from "node:path";

import { isAccepted } from "../licences.cjs";
import type { Manifest, PACKAGES } from "./manifest";

/** A package that comes along when somebody installs ours. */
export interface Shipped {
  readonly name: string;
  /** Its folder, of which package-lock.json speaks. */
  readonly path: string;
  readonly version: string;
  readonly license: string;
  /** As npm writes it: the algorithm, and the hash in Base64. */
  readonly integrity: string;
}

interface Locked extends Partial<Shipped> {
  readonly dependencies?: Readonly<Record<string, string>>;
  /** Whether it is for development alone. */
  readonly dev?: boolean;
}
export interface LockFile {
  readonly packages: Readonly<Record<string, Locked>>;
}

export function lockOf(checkout: string): LockFile {
  return JSON.parse(readFileSync(join(checkout, "package-lock.json"), "utf8")) as LockFile;
}

/** Where the bundles of a package say what is in them. */
const BUNDLED = { "": "dist/provider/bundled.json", cli: "cli/dist/bundled.json" };

/** The folders of the packages that the bundles of one of ours have in them. */
export function bundledIn(checkout: string, ours: (typeof PACKAGES)[number]): readonly string[] {
  return JSON.parse(readFileSync(join(checkout, BUNDLED[ours]), "utf8")) as string[];
}

/**
 * What the dependencies bring along, theirs included, and what is `bundled`, by its folder; in the order of the
 * folders.
 * Refuses what must not be shipped: other licences, or what the lock file does not pin.
 */
export function shippedWith(
  { dependencies = {} }: Pick<Manifest, "dependencies">,
  lock: LockFile,
  bundled: readonly string[] = [],
): readonly Shipped[] {
  const found = new Map<string, Shipped>();
  const add = (name: string, path: string): readonly string[] => {
    if (found.has(path)) return [];
    const { version, license = "unknown", integrity, dependencies: theirs = {} } = lock.packages[path] ?? {};
    if (version === undefined || integrity === undefined) throw new Error(`package-lock.json does not pin ${name}`);
    if (!isAccepted(license)) throw new Error(`${name} must not be shipped: its licence is ${license}`);
    found.set(path, { name, path, version, license, integrity });
    return Object.keys(theirs);
  };
  const addWithTheirs = (name: string, from: string): void => {
    const path = folderOf(name, from, lock);
    for (const dependency of add(name, path)) addWithTheirs(dependency, path);
  };
  for (const name of Object.keys(dependencies)) addWithTheirs(name, "");
  for (const path of bundled) add(path.replace(/^(?:.*\/)?node_modules\//, ""), path);
  return [...found.values()].sort((left, right) => (left.path < right.path ? -1 : 1));
}

/** As Node looks for it: beside, then in the folders above. */
function folderOf(name: string, from: string, lock: LockFile): string {
  const path = [from, "node_modules", name].filter(Boolean).join("/");
  if (from === "" || path in lock.packages) return path;
  return folderOf(name, from.slice(0, Math.max(from.lastIndexOf("/node_modules/"), 0)), lock);
}
