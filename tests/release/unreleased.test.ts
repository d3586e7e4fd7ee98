import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unreleased } from "../../tools/release/unreleased";

const READY = { "CHANGELOG.md": "# Changelog\n\n## [1.2.3] - 2026-11-29\n", "README.md": "`npm install released`\n" };

describe("what pages say before the first release", () => {
  const problems = (files: Readonly<Record<string, string>>): readonly string[] => {
    const folder = mkdtempSync(join(tmpdir(), "unreleased-test-"));
    try {
      for (const [file, text] of Object.entries({ ...READY, ...files })) writeFileSync(join(folder, file), text);
      execFileSync("git", ["init", "--quiet"], { cwd: folder });
      execFileSync("git", ["add", "--all"], { cwd: folder });
      return unreleased(folder, { version: "1.2.3" });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };

  it("bars no release once it is gone", () => assert.deepEqual(problems({}), []));

  for (const [file, text] of [
    ["README.md", "<!-- before the release -->"],
    ["README.md", "<!-- since the release"],
    ["install.md", "https://REPOSITORY@VERSION"],
    ["SECURITY.md", "OWNER/REPOSITORY"],
    ["schema.json", "example.com/pulumi-dynamodb-endpoint"],
  ] as const)
    it(`bars a release while ${file} has ${text}`, () => {
      const [problem = "", ...others] = problems({ [file]: `x ${text} x` });
      assert.ok(problem.startsWith(`${file} has ${text}: `), problem);
      assert.deepEqual(others, []);
    });

  it("bars a release whose version the changelog does not date", () => {
    for (const changelog of ["## [Unreleased]\nbecomes 1.2.3", "## [1.2.3]", "## [1.2.30] - 2026-11-29"])
      assert.deepEqual(problems({ "CHANGELOG.md": changelog }), [
        'CHANGELOG.md has no heading "## [1.2.3] - YYYY-MM-DD"',
      ]);
  });
});
