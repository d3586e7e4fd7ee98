import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { type AccessChoice, judgeAccess } from "../../cli/access/judge";
import type { Organization } from "../../cli/access/organization";
import type { Plan } from "../../cli/access/plan";
import { terminalText } from "../../cli/access/tell/terminal";
import { accessFacts, policyOf, role, roles, tableOf } from "../cli/access/smallAccess";
import { ACCOUNT, smallFacts, smallScope, toldFacts } from "../cli/preflight/smallFacts";

const page = readFileSync("docs/access.md", "utf8");

/** A story of the page: a document of this name, and lines that are printed of it. */
function story(name: string): { readonly document: string; readonly lines: readonly string[] } {
  const [, document = "", text = ""] =
    new RegExp(`^\`\`\`json ${name}\n([^]*?)^\`\`\`\n\n\`\`\`text\n([^]*?)^\`\`\`$`, "m").exec(page) ?? [];
  return { document, lines: text.trimEnd().split("\n") };
}

interface Asked {
  readonly table?: ReturnType<typeof tableOf>;
  readonly exported?: Organization;
  readonly choice?: Partial<AccessChoice>;
}

function printed({ table = tableOf("Orders"), exported, choice }: Asked): string {
  const facts = accessFacts({ tables: [table], authorization: roles(role("app"), role("office")) });
  const known = { facts: toldFacts(smallFacts(facts)), exported };
  return terminalText(judgeAccess(known, smallScope(), { roles: [], isForAll: false, ...choice }), false);
}

function organization(document: string): Organization {
  const full = policyOf({ Effect: "Allow", Action: "*", Resource: "*" });
  return {
    schemaVersion: 1,
    exportedAt: "2026-11-01T00:00:00.000Z",
    id: "o-1",
    managementAccountId: "999988887777",
    policies: { "p-0": { name: "FullAWSAccess", document: full }, "p-1": { name: "perimeter", document } },
    accounts: { [ACCOUNT]: { path: "o-1/r-1/", levels: [{ id: "r-1", serviceControlPolicies: ["p-0", "p-1"] }] } },
  };
}

/** What each story's document is to whoever runs the command. */
const STORIES: Readonly<Record<string, (document: string) => Asked>> = {
  perimeter: (document) => ({ exported: organization(document) }),
  table: (document) => ({ table: { ...tableOf("Orders"), ResourcePolicy: document } }),
  plan: (document) => ({ choice: { plan: JSON.parse(document) as Plan } }),
};

describe("the page of access", () => {
  for (const [name, asked] of Object.entries(STORIES))
    it(`tells of ${name} what is printed`, () => {
      const { document, lines } = story(name);
      assert.ok(lines.length > 1);
      const shown = printed(asked(document));
      for (const line of lines) assert.ok(shown.includes(line), `${line}\n${shown}`);
    });
});
