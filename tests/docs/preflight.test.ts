import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { SEVERITIES } from "../../cli/finding";
import { accountsIn } from "../../cli/preflight/accounts";
import { acknowledgementsOf } from "../../cli/preflight/acknowledgements";
import { RULES } from "../../cli/preflight/rules/all";
import { startLab } from "../../lab/lab";
import { CASES } from "../cli/preflight/cases/all";

const run = promisify(execFile);

const ANYBODY = { AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "anybody", AWS_SECRET_ACCESS_KEY: "any" };

const page = readFileSync("docs/preflight.md", "utf8");

/** A section of the page: what it says of one rule. */
const sections = page
  .split("\n### ")
  .slice(1)
  .map((text) => ({ id: text.slice(0, text.indexOf("\n")), text: text.split("\n## ")[0] ?? "" }));

/** The one block of a language that the page has. */
function block(language: string): string {
  const [, text = ""] = new RegExp(`\n\`\`\`${language}\n([^]*?)\`\`\`\n`).exec(page) ?? [];
  return text;
}

describe("the samples of the page of preflights", () => {
  const folder = mkdtempSync(join(tmpdir(), "preflight-page-"));
  after(() => rmSync(folder, { recursive: true }));
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  it("show the beginning of a report", async () => {
    const lab = await startLab({ scenario: "three-zones" });
    try {
      const [vpc] = await lab.cloud.region("us-east-1").ec2.describeVpcs({});
      const { stdout } = await run(process.execPath, ["cli/dist/main.js", "preflight", "--vpc", vpc?.vpcId ?? ""], {
        env: { ...process.env, ...lab.environment, ...ANYBODY },
      }).catch((error: unknown) => error as { readonly stdout: string });
      assert.equal(stdout.slice(0, block("text").length), block("text"));
    } finally {
      await lab.stop();
    }
  });

  it("are files that the command takes", () => {
    assert.deepEqual(
      acknowledgementsOf([], file("preflight.json", block("json"))).map(({ id }) => id),
      ["R7"],
    );
    assert.deepEqual(
      accountsIn(file("accounts.yaml", block("yaml"))).map(({ regions }) => regions.length),
      [2, 1],
    );
  });
});

describe("the page of preflights", () => {
  it("has a section for every rule, in their order", () =>
    assert.deepEqual(
      sections.map(({ id }) => id),
      RULES.map(({ id }) => id),
    ));

  for (const { id, title, reference } of RULES) {
    const { text = "" } = sections.find((section) => section.id === id) ?? {};

    it(`says how grave ${id} is, and what is fine`, () => {
      const [, severities = "", passes] = new RegExp(`^${id}\n\n([\\w, ]+)\\. Passes as "(.*)"\\.\n`).exec(text) ?? [];
      assert.deepEqual(severities.toLowerCase().split(", "), severitiesOf(id));
      assert.equal(passes, title);
    });

    it(`says how ${id} is seen, what to do, and its source`, () => {
      assert.match(text, /\nSeen by: /);
      assert.match(text, /\nWhat to do: /);
      assert.ok(text.trimEnd().endsWith(reference === undefined ? "not documented by AWS." : `Source: <${reference}>`));
    });
  }

  it("has the section that messages name", () => assert.match(page, /\n## One route table for everything\n/));
});

/** What the cases of a rule find. That a fact is missing can be said of each. */
function severitiesOf(id: string): readonly string[] {
  const found = new Set(
    CASES.filter((each) => each.rule === id).flatMap(({ finds }) => finds.map((each) => each.split(" ")[0] ?? "")),
  );
  const grave = SEVERITIES.filter((severity) => found.has(severity));
  return grave.length > 0 ? grave : ["unknown"];
}
