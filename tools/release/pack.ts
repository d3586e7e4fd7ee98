import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { ARTIFACTS, type Artifact } from "./artifacts";
import { git, gitWith } from "./git";

export const CHECKSUMS = "SHA256SUMS";

/**
 * Makes what a release publishes of a commit, into `folder`. Two fresh clones are built and packed, and have to give
 * the same bytes: nothing that lies in the checkout, or in one of two folders, has a part in them.
 *
 * Answers the Git tree of the commit with the built dist, whose objects are in the checkout.
 */
export function packCommit(checkout: string, commit: string, folder: string, artifacts = ARTIFACTS): string {
  const work = mkdtempSync(join(tmpdir(), "release-"));
  try {
    const [first, second] = ["first", "second"].map((name) => join(work, name)) as [string, string];
    for (const each of [first, second]) packClone(checkout, commit, each, artifacts);
    requireSame(packagesIn(first), packagesIn(second));
    cpSync(packagesIn(first), folder, { recursive: true });
    return treeWithDist(checkout, commit, first);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The commit that a release's tag is on: `commit` with its dist. Nothing refers to it yet. */
export function commitWithDist(checkout: string, commit: string, tree: string, message: string): string {
  return git(checkout, "commit-tree", tree, "-p", commit, "-m", message);
}

/** Makes what a release publishes where its tag is checked out, and refuses a tag whose dist is not what is built. */
export function packTag(checkout: string, folder: string, artifacts = ARTIFACTS): void {
  const tree = packCommit(checkout, git(checkout, "rev-parse", "HEAD^"), folder, artifacts);
  if (tree === git(checkout, "rev-parse", "HEAD^{tree}")) return;
  rmSync(folder, { recursive: true, force: true });
  throw new Error("what is tagged is not its parent with the dist that is built of it");
}

function packClone(checkout: string, commit: string, work: string, artifacts: readonly Artifact[]): void {
  const clone = cloneIn(work);
  git(checkout, "clone", "--quiet", "--no-hardlinks", "--no-checkout", checkout, clone);
  git(clone, "checkout", "--quiet", "--detach", commit);
  execFileSync(process.execPath, [join(clone, "tools", "ready.mjs")], { stdio: ["ignore", "ignore", "inherit"] });
  const packages = packagesIn(work);
  mkdirSync(packages);
  for (const artifact of artifacts) artifact(clone, packages);
  writeFileSync(join(packages, CHECKSUMS), checksumsOf(packages));
}

/**
 * With an index of its own: the checkout's is not touched. The command line's dist is not there: it is installed from
 * npm, and an engine that takes the provider from the tag has no use for it.
 */
function treeWithDist(checkout: string, commit: string, work: string): string {
  const settings = {
    GIT_DIR: git(checkout, "rev-parse", "--absolute-git-dir"),
    GIT_WORK_TREE: cloneIn(work),
    GIT_INDEX_FILE: join(work, "index"),
  };
  gitWith(settings, cloneIn(work), "read-tree", commit);
  gitWith(settings, cloneIn(work), "add", "--force", "dist");
  return gitWith(settings, cloneIn(work), "write-tree");
}

function cloneIn(work: string): string {
  return join(work, "clone");
}

function packagesIn(work: string): string {
  return join(work, "packages");
}

/** As `sha256sum --check` reads them. */
function checksumsOf(folder: string): string {
  return readdirSync(folder)
    .sort()
    .map(
      (name) =>
        `${createHash("sha256")
          .update(readFileSync(join(folder, name)))
          .digest("hex")}  ${name}\n`,
    )
    .join("");
}

/** The checksums name every other file. */
function requireSame(left: string, right: string): void {
  const [first, second] = [left, right].map((folder) => readFileSync(join(folder, CHECKSUMS), "utf8").split("\n"));
  const lines = [...(first ?? []), ...(second ?? [])];
  const names = lines.filter((line) => lines.indexOf(line) === lines.lastIndexOf(line)).map((line) => line.slice(66));
  if (names.length > 0) throw new Error(`packed twice, and not the same: ${[...new Set(names)].join(", ")}`);
}
