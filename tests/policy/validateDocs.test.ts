import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  POLICY_FINDING_SEVERITIES,
  validatePolicy,
  type PolicyContext,
  type PolicyFinding,
} from "../../components/policy/validate";

/** A section of the page: what it says of one code. */
interface Section {
  readonly code: string;
  readonly text: string;
}

const page = readFileSync(join(__dirname, "../../docs/policy-findings.md"), "utf8");
const sections: readonly Section[] = page
  .split("\n### ")
  .slice(1)
  .map((text) => ({ code: text.slice(0, text.indexOf("\n")), text }));

/** Stands once, in front of the sections that lead to it. */
const fullAccess = page.slice(page.indexOf("\n## Full access\n"), page.indexOf("\n### "));

describe("the page of policy findings", () => {
  it("has a section for every code, in the order of the code", () => {
    assert.deepEqual(
      sections.map(({ code }) => code),
      Object.keys(POLICY_FINDING_SEVERITIES),
    );
  });

  for (const { code, text } of sections) {
    it(`says how grave ${code} is, and names its source`, () => {
      const severity = new Map(Object.entries<string>(POLICY_FINDING_SEVERITIES)).get(code) ?? "";
      assert.match(text, new RegExp(`^${code}\n\n${severity}\\. `, "i"));
      assert.match(text, /\nSource: <https:\/\/docs\.aws\.amazon\.com\//);
    });

    it(`has an example that yields ${code}`, () => {
      assert.ok(
        findings(text, "example").some((finding) => finding.code === code),
        JSON.stringify(findings(text, "example")),
      );
    });

    it(`names the check of Access Analyzer that ${code} names, if it does`, () => {
      const { message = "" } = findings(text, "example").find((finding) => finding.code === code) ?? {};
      assert.equal(/\nAccess Analyzer: (.*)\.\n/.exec(text)?.[1], / \(Access Analyzer: (.*)\)$/.exec(message)?.[1]);
    });

    it(`has a fix for ${code} that no rule has anything to say of`, () => {
      const leadsToFullAccess = text.includes("\nFix: [full access](#full-access).\n");
      assert.deepEqual(findings(leadsToFullAccess ? fullAccess : text, "fix"), []);
    });
  }

  it("has the fix of full access in full once", () => {
    const [, document = ""] = /\n```json fix endpoint\n([^]*?)\n```\n/.exec(fullAccess) ?? [];
    assert.equal(page.split(document).length, 2);
  });
});

function findings(section: string, what: "example" | "fix"): readonly PolicyFinding[] {
  const [, context = "", document = ""] =
    new RegExp(`\n\`\`\`json ${what} ([^\n]*)\n([^]*?)\n\`\`\`\n`).exec(section) ?? [];
  const [kind, region, account] = context.split(" ");
  const written = document.replace(/\(… (\d+) characters …\)/, (_, length: string) => "x".repeat(Number(length)));
  return validatePolicy(written, { kind: kind as PolicyContext["kind"], region, account });
}
