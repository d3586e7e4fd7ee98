import assert from "node:assert/strict";
import fc from "fast-check";
import { checkPlan, isChecked } from "../components/plan/checkPlan";
import { ledgerChanges, type Ledger } from "../components/plan/ledger";
import { formerAliases, routePlan } from "../components/plan/routePlan";
import { dynamoDbEndpointFindings } from "../components/plan/validateArgs";
import { readInputs } from "../provider/inputs";
import type { Schema } from "../provider/schema";

const MEMBERS = Object.getOwnPropertyNames(Object.prototype);
/** What may name a route table. */
const names = fc.uniqueArray(fc.constantFrom(...MEMBERS.filter((name) => !name.startsWith("_")), "private-a", "a"), {
  minLength: 1,
});
const idsOf = (tables: readonly string[], prefix: string): Record<string, string> =>
  Object.fromEntries(tables.map((name, i) => [name, `${prefix}-${i}`]));

/** Names, and which of them something is said of. */
const chosen = names.chain((all) => fc.tuple(fc.constant(all), fc.subarray(all)));

describe("a name that every object has a member of", () => {
  it("is a route table or a stage like any other", () => {
    fc.assert(
      fc.property(
        chosen,
        fc.uniqueArray(fc.constantFrom(...MEMBERS), { minLength: 7 }),
        ([tables, own], stageNames) => {
          const stages = [{ name: stageNames[0] ?? "", routeTables: tables }];
          const check = { table: "toString", subnets: idsOf(tables, "subnet"), functions: idsOf(own, "function") };
          assert.deepEqual(
            [
              ...dynamoDbEndpointFindings({
                vpcId: "vpc-1",
                routeTables: idsOf(tables, "rtb"),
                rollout: { stages, throughStage: stages[0]?.name, check },
              }),
            ],
            [],
          );
        },
      ),
    );
  });

  it("is checked, and by a function of the user's own, where the check says so and nowhere else", () => {
    fc.assert(
      fc.property(chosen, names, ([checked, own], tables) => {
        const check = checkPlan({ table: "Stock", functions: idsOf(own, "function") }, idsOf(checked, "subnet"));
        assert.deepEqual(check?.probed, checked.filter((name) => !own.includes(name)).sort());
        for (const table of tables)
          assert.deepEqual(
            [isChecked(check, table), check.subnets[table] !== undefined, check.functions[table] !== undefined],
            [checked.includes(table), checked.includes(table), own.includes(table)],
            table,
          );
      }),
    );
  });

  it("has a former name where it was renamed, and nowhere else", () => {
    fc.assert(
      fc.property(chosen, ([tables, renamed]) => {
        const formerNames = Object.fromEntries(renamed.map((name) => [name, `${name}-before`]));
        const plan = routePlan("ddb", "vpce-1", {
          region: undefined,
          problems: undefined,
          routeTables: idsOf(tables, "rtb"),
          formerNames,
        });
        for (const name of MEMBERS) {
          assert.deepEqual(
            formerAliases(plan, name),
            renamed.includes(name) ? [{ name: `ddb-${name}-before` }] : undefined,
          );
          assert.equal(plan.routeTables[name] !== undefined, tables.includes(name), name);
        }
        const ledger = (named: (name: string) => string): Ledger => ({
          endpoint: "vpce-1",
          tables: new Map(tables.map((name, i) => [named(name), { id: `rtb-${i}`, isSecret: false }])),
          adopted: new Set(),
        });
        const changes = ledgerChanges(
          ledger((name) => (renamed.includes(name) ? `${name}-before` : name)),
          ledger((name) => name),
          plan.formerNames,
        );
        assert.deepEqual([changes.switching, changes.withdrawn, changes.moved], [[], [], []]);
      }),
    );
  });

  it("is found where a check leaves a stage out", () => {
    for (const left of ["toString", "constructor"]) {
      const routeTables = { [left]: "rtb-1", a: "rtb-2" };
      const findings = [
        ...dynamoDbEndpointFindings({
          vpcId: "vpc-1",
          routeTables,
          rollout: { check: { table: "Stock", subnets: { a: "subnet-1" } } },
        }),
      ];
      assert.deepEqual(
        findings.map(({ message }) => message),
        [`no route table of stage "${left}" is checked`],
      );
    }
  });

  it("is an unknown argument, or a name in a map, of another language like any other", async () => {
    const schema: Schema = { version: "0", resources: {}, functions: {}, types: {} };
    const given = Object.fromEntries(MEMBERS.map((name) => [name, "x"]));
    assert.deepEqual(await readInputs(schema, {}, given), given);
    const map = { type: "object", additionalProperties: { type: "string" } } as const;
    assert.deepEqual(await readInputs(schema, { map }, { map: given }), { map: given });
  });
});
