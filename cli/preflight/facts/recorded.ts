import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Unjudged } from "../../exit";
import type { FactName, Facts } from "./facts";
import { notRead, type RegionFacts } from "./regionFacts";
import { FACT_NAMES, SOURCES } from "./sources";
import { isTold, type Missing, type Told } from "./told";

/** The version of a folder of recorded facts. */
const VERSION = 1;
const MANIFEST = "manifest.json";

/** What is in a folder: a file for each fact, and why others are missing. */
interface Manifest {
  readonly version: typeof VERSION;
  readonly command: "preflight";
  readonly account: string;
  readonly region: string;
  readonly readAt: string;
  readonly facts: Readonly<Record<string, { readonly file: string } | { readonly missing: Missing }>>;
}

/** Writes facts as AWS's CLI prints them, one file each. The manifest comes last: without it the folder is none. */
export function recordFacts(folder: string, { account, region, readAt, facts }: RegionFacts): void {
  try {
    mkdirSync(folder, { recursive: true });
    const entries = FACT_NAMES.map((name) => {
      const told: Told<unknown> = facts[name];
      if (!isTold(told)) return [name, told] as const;
      const file = `${name}.json`;
      const { printedAs } = SOURCES[name];
      writeJson(join(folder, file), printedAs === undefined ? told.value : { [printedAs]: told.value });
      return [name, { file }] as const;
    });
    const manifest: Manifest = {
      version: VERSION,
      command: "preflight",
      account,
      region,
      readAt,
      facts: Object.fromEntries(entries) as Manifest["facts"],
    };
    writeJson(join(folder, `.${MANIFEST}`), manifest);
    renameSync(join(folder, `.${MANIFEST}`), join(folder, MANIFEST));
  } catch (error) {
    throw new Unjudged(`--record ${folder}: ${(error as Error).message}`);
  }
}

export function isRecorded(folder: string): boolean {
  return existsSync(join(folder, MANIFEST));
}

/** The facts of a folder, or of each folder in it: of accounts and Regions that were read together. */
export function recordedFacts(folder: string, option: string): readonly RegionFacts[] {
  if (isRecorded(folder)) return [factsIn(folder, option)];
  const inner = foldersIn(folder, option)
    .map((name) => join(folder, name))
    .filter(isRecorded);
  if (inner.length === 0)
    throw new Unjudged(`${option} ${folder}: it has no ${MANIFEST}: --record writes such a folder`);
  return inner.map((each) => factsIn(each, option));
}

function foldersIn(folder: string, option: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    throw new Unjudged(`${option} ${folder}: ${(error as Error).message}`);
  }
}

function factsIn(folder: string, option: string): RegionFacts {
  const wrong = (what: string): Unjudged => new Unjudged(`${option} ${folder}: ${what}`);
  const manifest = readJson(join(folder, MANIFEST), wrong) as
    (Omit<Partial<Manifest>, "version"> & { version?: unknown }) | null;
  if (manifest?.version !== VERSION || manifest.command !== "preflight")
    throw wrong(`it is of another version than ${VERSION}, which this preflight reads: record it again`);
  const { account, region, readAt, facts } = manifest;
  if ([account, region, readAt].some((each) => typeof each !== "string") || typeof facts !== "object")
    throw wrong(`${MANIFEST} lacks account, region, readAt or facts`);
  const told = FACT_NAMES.map((name) => [name, toldIn(folder, name, facts[name], wrong)] as const);
  const known = told.filter(([, each]) => each !== undefined);
  const all = { ...notRead("it was not recorded"), ...Object.fromEntries(known) } as Facts;
  return { account: account ?? "", region: region ?? "", readAt: readAt ?? "", facts: all };
}

function toldIn(
  folder: string,
  name: FactName,
  entry: Manifest["facts"][string] | undefined,
  wrong: (what: string) => Unjudged,
): Facts[FactName] | undefined {
  if (entry === undefined) return undefined;
  if ("missing" in entry) return entry;
  // The file's name is ours: a manifest leads to no other file.
  const file = `${name}.json`;
  const read = readJson(join(folder, file), wrong);
  const { printedAs } = SOURCES[name];
  const value = printedAs === undefined ? read : (read as Readonly<Record<string, unknown>> | null)?.[printedAs];
  if (typeof value !== "object" || value === null) throw wrong(`${file} has no ${printedAs ?? name}`);
  return { value };
}

function writeJson(file: string, value: unknown): void {
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
}

function readJson(file: string, wrong: (what: string) => Unjudged): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const name = file.slice(file.lastIndexOf("/") + 1);
    throw wrong(code === "ENOENT" ? `${name} is missing` : `${name} cannot be read: ${(error as Error).message}`);
  }
}
