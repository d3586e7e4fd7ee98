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
    const folders = ["index.ts", "components", "lab", "provider", "cli", "tools", "tests", "examples"];
    assert.equal(await findingsOf("depcruise", ["--config", ".dependency-cruiser.cjs", ...folders]), "");
  });

  it("is drawn in CONTRIBUTING.md as it is: if not, run `npm run rooms`", () => {
    const page = readFileSync(join(CHECKOUT, "CONTRIBUTING.md"), "utf8");
    assert.match(page, /```mermaid\nflowchart TD\n {2}/);
    assert.equal(pageWithRooms(page), page);
  });

  it("is refused an import upwards, from the ground, of the lab, and in a circle, of types too", async () => {
    const imports = {
      "components/plan/upwards.ts": "../check/any",
      "components/check/any.ts": undefined,
      "components/policy/fromTheGround.ts": "../engine/any",
      "components/engine/any.ts": undefined,
      "components/rollout/ofAComponent.ts": "../any",
      "components/any.ts": undefined,
      "components/args/one.ts": "./two",
      "components/args/two.ts": "./one",
      "provider/rehearsing.ts": "../lab/any",
      "lab/any.ts": undefined,
    };
    const folder = mkdtempSync(join(tmpdir(), "dynamodb-endpoint-rooms-"));
    try {
      for (const [file, imported] of Object.entries<string | undefined>({ ...imports, "tsconfig.json": undefined })) {
        mkdirSync(dirname(join(folder, file)), { recursive: true });
        const text = imported === undefined ? "" : `import type { T } from "${imported}";\n`;
        writeFileSync(join(folder, file), file.endsWith(".json") ? "{}" : `${text}export type T = 1;\n`);
      }
      const found = await findingsOf("depcruise", ["--config", join(CHECKOUT, ".dependency-cruiser.cjs"), "."], folder);
      for (const broken of [
        "plan-imports-downwards: components/plan/upwards.ts",
        "policy-imports-downwards: components/policy/fromTheGround.ts",
        "rollout-imports-downwards: components/rollout/ofAComponent.ts",
        "no-circle: components/args/one.ts",
        "lab-is-for-rehearsals: provider/rehearsing.ts",
      ])
        assert.ok(found.includes(`error ${broken} `), `${broken}\n${found}`);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
