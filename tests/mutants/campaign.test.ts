import assert from "node:assert/strict";
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCampaign, type Outcome } from "../../tools/mutants/campaign";

const MODULE = `
  export function countTo(limit: number): number {
    let count = 0;
    for (let i = 0; i < limit; i++) count += 1;
    return count;
  }
  export function shown(count: number | undefined): string {
    return count === undefined ? "none" : count.toFixed(3);
  }
  export const untested = (text: string | undefined): string => [text?.trim(), "nobody"].join("calls it");
`;

const TESTS = `
  const assert = require("node:assert/strict");
  const { countTo, shown } = require("./module");
  it("counts", () => assert.equal(countTo(2), 2));
  it("shows", () => assert.match(shown(undefined) + shown(1), /n/));
`;

const EQUIVALENT = {
  file: "module.ts",
  line: 'export const untested = (text: string | undefined): string => [text?.trim(), "nobody"].join("calls it");',
  original: '"nobody"',
  changed: '""',
  reason: "nobody calls it",
};

describe("changes of a module", () => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "mutants-test-")));
  const outcomes: Outcome[] = [];

  before(async () => {
    writeFileSync(join(root, "module.ts"), MODULE);
    writeFileSync(join(root, "module.test.ts"), TESTS);
    writeFileSync(join(root, "tsconfig.json"), '{ "compilerOptions": { "strict": true, "types": [] } }');
    await runCampaign({
      root,
      files: ["module.ts"],
      testFiles: ["module.test.ts"],
      equivalents: [EQUIVALENT],
      isQuick: false,
      deadlineMillis: Date.now() + 600_000,
      onFile: (_, all) => outcomes.push(...all),
    });
  });
  after(() => rmSync(root, { recursive: true, force: true }));

  const resultOf = (original: string, changed: string): string | undefined => {
    const found = outcomes.find(({ mutation }) => mutation.original === original && mutation.changed === changed);
    return found && [found.result, ...(found.by === undefined ? [] : [found.by])].join(" by ");
  };

  it("are noticed by the test that fails, or survive", () => {
    assert.equal(resultOf("<", "<="), "noticed by module.test.ts: counts");
    assert.equal(resultOf('"none"', '""'), "noticed by module.test.ts: shows");
    assert.equal(resultOf("3", "4"), "survived");
  });

  it("are told apart where no test runs them, where the compiler refuses them, and where a reason is given", () => {
    assert.equal(resultOf('"calls it"', '""'), "not covered");
    assert.match(resultOf("?.", ".") ?? "", /^noticed by tsc: .*undefined/);
    assert.equal(resultOf('"nobody"', '""'), "equivalent");
  });

  it("are noticed when the tests do not end any more", () =>
    assert.equal(resultOf("i++", "i--"), "noticed by too much time or memory"));
});
