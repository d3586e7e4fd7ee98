import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

import { type Artifact, npmPackages } from "../../tools/release/artifacts";
import { CHECKSUMS, commitWithDist, packCommit, packTag } from "../../tools/release/pack";
import { tagged } from "../../tools/release/readiness";
import { anchorsOf } from "../docs/pages";

const CHECKOUT = resolve(__dirname, "../..");
const ORIGIN = { author: "releaser", repository: { url: "git+https://github.com/releaser/released.git" } };
const MANIFEST = { name: "released", version: "1.2.3", license: "MIT", files: ["dist"], ...ORIGIN };
const CLI = { ...MANIFEST, name: "released-cli", repository: { ...ORIGIN.repository, directory: "cli" } };

/** A build, in a word. */
const READY = `
import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
for (const folder of ["..", "../cli"]) {
  mkdirSync(join(import.meta.dirname, folder, "dist"));
  cpSync(join(import.meta.dirname, "../index.js"), join(import.meta.dirname, folder, "dist/index.js"));
}`;

describe("what a release publishes", () => {
  let folder: string;
  let checkout: string;
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "release-test-")));
    checkout = join(folder, "checkout");
    write("package.json", JSON.stringify(MANIFEST));
    write("README.md", "# Released\n");
    write("cli/package.json", JSON.stringify(CLI));
    write("cli/README.md", "# Its command line\n");
    write("index.js", "committed");
    write("tools/ready.mjs", READY);
    write(".gitignore", "dist/\n");
    git("init", "--quiet", "--initial-branch", "main");
    git("config", "user.name", "releaser");
    git("config", "user.email", "releaser@example.com");
    commit();
    git("update-ref", "refs/remotes/origin/main", "HEAD");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const write = (file: string, text: string): void => {
    mkdirSync(dirname(join(checkout, file)), { recursive: true });
    writeFileSync(join(checkout, file), text);
  };
  const git = (...args: readonly string[]): string =>
    execFileSync("git", args, { cwd: checkout, encoding: "utf8" }).trim();
  const commit = (): string => {
    git("add", "--all");
    git("commit", "--quiet", "--message", "change");
    return git("rev-parse", "HEAD");
  };
  const packages = (): string => join(folder, "packages");
  const pack = (artifact: Artifact = dist): string =>
    packCommit(checkout, git("rev-parse", "HEAD"), packages(), [artifact]);
  /** A file of an npm package of the commit. */
  const inPackage = (file: string, name = "released"): string => {
    npmPackages(checkout, folder);
    const args = ["--extract", "--to-stdout", "--gzip", "--file", join(folder, `${name}-1.2.3.tgz`), `package/${file}`];
    return execFileSync("tar", args, { encoding: "utf8" });
  };
  const packed = (name: string): string => readFileSync(join(packages(), name), "utf8");
  /** Checks out the tag of a commit with its dist, as the workflow does. */
  const checkOutTag = (tree: string): void => {
    git("tag", "v1.2.3", commitWithDist(checkout, git("rev-parse", "HEAD"), tree, "v1.2.3"));
    rmSync(join(checkout, "dist"), { recursive: true, force: true });
    git("checkout", "--quiet", "--detach", "v1.2.3");
  };
  const missing = (manifest = MANIFEST): readonly string[] =>
    tagged(checkout, manifest).flatMap(({ problems }) => problems);

  it("is what is committed, whatever lies in the checkout", () => {
    write("dist/index.js", "changed in dist");
    write("index.js", "changed in the sources");
    pack();
    assert.equal(packed("dist.js"), "committed");
  });

  it("is two npm packages of the same bytes each time, with checksums that sha256sum knows", () => {
    pack(npmPackages);
    assert.deepEqual(readdirSync(packages()), [CHECKSUMS, "released-1.2.3.tgz", "released-cli-1.2.3.tgz"]);
    const verdict = execFileSync("sha256sum", ["--check", "--strict", CHECKSUMS], {
      cwd: packages(),
      encoding: "utf8",
    });
    assert.equal(verdict, "released-1.2.3.tgz: OK\nreleased-cli-1.2.3.tgz: OK\n");
  });

  for (const [name, homepage] of [
    ["released", "https://github.com/releaser/released#readme"],
    ["released-cli", "https://github.com/releaser/released/tree/main/cli#readme"],
  ] as const)
    it(`is the npm package ${name}, which leads from the registry's page to the repository and its issues`, () => {
      const published = JSON.parse(inPackage("package.json", name)) as Record<string, unknown>;
      assert.deepEqual(
        { homepage: published.homepage, bugs: published.bugs },
        { homepage, bugs: { url: "https://github.com/releaser/released/issues" } },
      );
    });

  for (const { name, readme, leadsTo, pictures } of [
    {
      name: "released",
      readme: "README.md",
      leadsTo: "docs/policies.md",
      pictures: ["docs/switch.svg", "docs/review.png"],
    },
    { name: "released-cli", readme: "cli/README.md", leadsTo: "docs/review.md", pictures: [] },
  ])
    it(`is npm's page of ${name} with links to files of that version, or within itself, and no others`, () => {
      const pages = "https://github.com/releaser/released/blob/v1.2.3/";
      const files = "https://raw.githubusercontent.com/releaser/released/v1.2.3/";
      write(readme, readFileSync(join(CHECKOUT, readme), "utf8"));
      commit();
      // In brackets, as a reference, and in HTML.
      const links = inPackage("README.md", name).matchAll(
        /\]\(\s*<?([^)>\s]+)|^\s*\[[^\]]+\]:\s*(\S+)|(?:href|src)="([^"]+)"/gm,
      );
      const addresses = [...links].map(([, inline, reference, html]) => inline ?? reference ?? html ?? "");
      assert.deepEqual(
        addresses.filter((address) => !/^https:\/\/|^#/.test(address)),
        [],
      );
      const paths = addresses.filter((each) => each.startsWith(pages)).map((each) => each.slice(pages.length));
      assert.ok(paths.includes(leadsTo), paths.join());
      assert.deepEqual(paths.filter(leadsNowhere), []);
      const shown = addresses.filter((each) => each.startsWith(files)).map((each) => each.slice(files.length));
      assert.deepEqual(shown, pictures);
      for (const picture of pictures) assert.ok(existsSync(join(CHECKOUT, picture)));
    });

  it("is refused if it differs each time, and by name", () => {
    const unsteady: Artifact = (clone, into) => {
      dist(clone, into);
      writeFileSync(join(into, "place.txt"), clone);
    };
    assert.throws(() => pack(unsteady), /^Error: packed twice, and not the same: place\.txt$/);
    assert.ok(!existsSync(packages()));
  });

  it("is taken from a tag of a commit on main that adds what an engine runs of it, and nothing else", () => {
    checkOutTag(pack());
    assert.deepEqual(git("diff", "--name-status", "HEAD^"), "A\tdist/index.js");
    assert.deepEqual(missing(), []);
    packTag(checkout, join(folder, "again"), [dist]);
    assert.equal(readFileSync(join(folder, "again", "dist.js"), "utf8"), "committed");
  });

  it("is refused if the tag has another dist", () => {
    checkOutTag(pack());
    write("dist/index.js", "changed in dist");
    git("commit", "--quiet", "--all", "--amend", "--no-edit");
    assert.throws(() => packTag(checkout, join(folder, "again"), [dist]), /is not its parent with the dist/);
    assert.ok(!existsSync(join(folder, "again")));
  });

  it("is refused if something is not committed, not tagged or not on main", () => {
    checkOutTag(pack());
    write("index.js", "changed");
    assert.deepEqual(missing(), ["there are changes that are not committed"]);
    git("stash", "--quiet");
    git("tag", "--delete", "v1.2.3");
    assert.deepEqual(missing(), ["v1.2.3 is not the tag of what is checked out"]);
    git("update-ref", "refs/remotes/origin/main", git("commit-tree", "HEAD^{tree}", "-m", "another history"));
    assert.deepEqual(missing(), ["v1.2.3 is not the tag of what is checked out", "HEAD^ is not on origin/main"]);
  });

  it("is refused if package.json names no repository on GitHub as npm writes it, or one that stands for it", () => {
    checkOutTag(pack());
    for (const url of [
      "git+https://github.com/OWNER/released.git",
      "https://github.com/releaser/released",
      "git+https://example.com/releaser/released.git",
    ]) {
      const [problem] = missing({ ...MANIFEST, repository: { url } });
      assert.equal(
        problem,
        `package.json's repository is ${url}: write it as git+https://github.com/<owner>/<name>.git`,
      );
    }
  });

  it("is refused if its packages do not say the same of the release", () => {
    const other = "git+https://github.com/somebody/released.git";
    for (const [manifest, problem] of [
      [{ ...CLI, version: "1.2.4" }, "version is 1.2.4, and is to be 1.2.3"],
      [{ ...CLI, license: "ISC" }, "license is ISC, and is to be MIT"],
      [{ ...CLI, author: undefined }, "author is absent, and is to be releaser"],
      [
        { ...CLI, repository: { url: other, directory: "cli" } },
        `repository is ${other}, and is to be ${ORIGIN.repository.url}`,
      ],
      [{ ...CLI, repository: ORIGIN.repository }, "directory is absent, and is to be cli"],
    ] as const) {
      write("cli/package.json", JSON.stringify(manifest));
      assert.equal(missing()[0], `cli/package.json's ${problem}`);
    }
  });

  it("leaves the checkout's index and branch alone", () => {
    const before = [git("status", "--porcelain"), git("rev-parse", "HEAD")];
    pack();
    assert.deepEqual([git("status", "--porcelain"), git("rev-parse", "HEAD")], before);
  });
});

/** A file, and perhaps a section of it, that the checkout does not have. */
function leadsNowhere(path: string): boolean {
  const [file = "", anchor] = path.split("#");
  if (!existsSync(join(CHECKOUT, file))) return true;
  return anchor !== undefined && !anchorsOf(readFileSync(join(CHECKOUT, file), "utf8")).includes(anchor);
}

/** The quickest of packages. */
const dist: Artifact = (clone, folder) =>
  writeFileSync(join(folder, "dist.js"), readFileSync(join(clone, "dist", "index.js")));
