import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { pageWithRooms } from "../tools/rooms";

const CHECKOUT = resolve(__dirname, "..");
const PROGRAMS = {
  eslint: "eslint/bin/eslint.js",
  prettier: "prettier/bin/prettier.cjs",
  depcruise: "dependency-cruiser/bin/dependency-cruise.mjs",
} as const;

/** What a development tool finds; nothing if all is right. */
function findingsOf(program: keyof typeof PROGRAMS, args: readonly string[], cwd = CHECKOUT): Promise<string> {
  const file = join(CHECKOUT, "node_modules", PROGRAMS[program]);
  return new Promise((done) => {
    execFile(process.execPath, [file, ...args], { cwd }, (error, stdout, stderr) =>
      done(error === null ? "" : stdout + stderr),
    );
  });
}

describe("the code", function () {
  this.timeout(5 * 60_000);

  it("keeps to the rules of eslint.config.mjs", async () => {
    assert.equal(await findingsOf("eslint", ["."]), "");
  });

  it("is formatted", async () => {
    assert.equal(await findingsOf("prettier", ["--check", "."]), "");
  });

  it("imports downwards from room to room, and in no circle", async () => {
    const folders = ["index.ts", "components", "lab", "provider", "tools", "tests", "examples"];
    assert.equal(await findingsOf("depcruise", ["--config", ".dependency-cruiser.cjs", ...folders]), "");
  });

  it("is drawn in CONTRIBUTING.md as it is: if not, run `npm run rooms`", () => {
    const page = readFileSync(join(CHECKOUT, "CONTRIBUTING.md"), "utf8");
    assert.match(page, /```mermaid\nflowchart TD\n {2}/);
    assert.equal(pageWithRooms(page), page);
  });

  for (const { title, files, rule } of [
    {
      title: "upwards",
      files: { "components/plan/a.ts": "../check/b", "components/check/b.ts": undefined },
      rule: "plan-imports-downwards",
    },
    {
      title: "from the ground to what stands on it",
      files: { "components/policy/a.ts": "../engine/b", "components/engine/b.ts": undefined },
      rule: "policy-imports-downwards",
    },
    {
      title: "of a component from a room",
      files: { "components/rollout/a.ts": "../dynamoDbEndpoint", "components/dynamoDbEndpoint.ts": undefined },
      rule: "rollout-imports-downwards",
    },
    {
      title: "in a circle of types",
      files: { "components/plan/a.ts": "./b", "components/plan/b.ts": "./a" },
      rule: "no-circle",
    },
    {
      title: "of the lab",
      files: { "provider/a.ts": "../lab/b", "lab/b.ts": undefined },
      rule: "lab-is-for-rehearsals",
    },
  ]) {
    it(`may not have an import ${title}`, async () => {
      const folder = mkdtempSync(join(tmpdir(), "dynamodb-endpoint-rooms-"));
      try {
        for (const [file, imported] of Object.entries(files)) {
          mkdirSync(dirname(join(folder, file)), { recursive: true });
          const text = imported === undefined ? "" : `import type { T } from "${imported}";\n`;
          writeFileSync(join(folder, file), `${text}export type T = 1;\n`);
        }
        writeFileSync(join(folder, "tsconfig.json"), "{}");
        const found = await findingsOf(
          "depcruise",
          ["--config", join(CHECKOUT, ".dependency-cruiser.cjs"), "."],
          folder,
        );
        assert.match(found, new RegExp(`error ${rule}: `));
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });
  }
});
