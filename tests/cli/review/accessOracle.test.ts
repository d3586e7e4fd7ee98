import assert from "node:assert/strict";
import fc from "fast-check";
import type { FlipReview } from "../../../cli/review/review";
import { accessDifference, evaluatePolicy } from "../../../policy";
import {
  ACCOUNT,
  documentOf,
  ENDPOINT,
  NAT,
  NAT_ADDRESS,
  reviewed,
  roleArn,
  roleWith,
  ROUTE_TABLE,
  step,
  SWITCH,
  SWITCHED,
  type Step,
  tableArn,
  tablePolicy,
  TYPES,
} from "./smallPreview";

const TABLES = ["Orders", "Prices"];
const ROLES = ["app", "ci"];
const ACTIONS = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:DescribeTable"];

const conditions = fc.constantFrom(
  {},
  {},
  { IpAddress: { "aws:SourceIp": NAT_ADDRESS } },
  { IpAddress: { "aws:SourceIp": "198.51.100.0/24" } },
  { StringEquals: { "aws:SourceVpc": "vpc-1" } },
  { StringNotEqualsIfExists: { "aws:SourceVpc": ["vpc-1"] } },
  { StringNotEquals: { "aws:SourceVpce": "vpce-1" } },
  { Null: { "aws:SourceVpce": "true" } },
);
const statement = fc.record({
  Effect: fc.constantFrom("Allow", "Allow", "Deny"),
  Action: fc.constantFrom("dynamodb:*", "dynamodb:GetItem", "dynamodb:*Item"),
  Resource: fc.constantFrom("*", ...TABLES.map(tableArn)),
  Condition: conditions,
});
const identityPolicy = fc.array(statement, { minLength: 1, maxLength: 3 }).map((all) => documentOf(...all));
const resourcePolicy = fc
  .array(statement, { minLength: 1, maxLength: 2 })
  .map((all) => documentOf(...all.map((each) => ({ ...each, Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` } }))));

/** A document before and after: the same one half of the times; a table may have none. */
const changing = <T>(document: fc.Arbitrary<T>): fc.Arbitrary<readonly [T, T]> =>
  fc.oneof(
    document.map((same) => [same, same] as const),
    fc.tuple(document, document),
  );

interface Scene {
  readonly roles: readonly (readonly [string, string])[];
  readonly tables: readonly (readonly [string | undefined, string | undefined])[];
  readonly isSwitched: boolean;
}

const scenes: fc.Arbitrary<Scene> = fc.record({
  roles: fc.array(changing(identityPolicy), { minLength: 2, maxLength: 2 }),
  tables: fc.array(changing(fc.option(resourcePolicy, { nil: undefined })), { minLength: 2, maxLength: 2 }),
  isSwitched: fc.boolean(),
});

function previewOf({ roles, tables, isSwitched }: Scene): readonly Step[] {
  return [
    NAT,
    ROUTE_TABLE,
    ENDPOINT,
    isSwitched ? SWITCH : SWITCHED,
    ...TABLES.map((name) =>
      step(TYPES.table, `${name}-table`, { id: name, inputs: { name }, outputs: { arn: tableArn(name) } }),
    ),
    ...ROLES.flatMap((name, i) => roleWith(name, roles[i]?.[0], roles[i]?.[1])),
    ...TABLES.flatMap((name, i) => {
      const given = (policy: string | undefined) =>
        policy === undefined ? undefined : { ...tablePolicy(policy), inputs: { resourceArn: tableArn(name), policy } };
      const [before, after] = tables[i] ?? [];
      if (before === undefined && after === undefined) return [];
      const was = given(before);
      const type = TYPES.tablePolicy;
      return before === after
        ? [step(type, name, was)]
        : after === undefined
          ? [{ ...step(type, name, was), op: "delete", newState: undefined }]
          : [step(type, name, was, given(after))];
    }),
  ];
}

const WAYS = {
  nat: { "aws:SourceIp": NAT_ADDRESS },
  endpoint: { "aws:SourceVpc": "vpc-1", "aws:SourceVpce": "vpce-1" },
};

/** What IAM makes of it, one policy after the other: here there are only these two, and one account. */
function isAllowed(
  role: string,
  table: string,
  [own, ofTable]: readonly (string | undefined)[],
  action: string,
  way: keyof typeof WAYS,
): boolean {
  const request = { principal: { arn: roleArn(role) }, action, resource: tableArn(table), context: WAYS[way] };
  const said = [
    evaluatePolicy(own ?? "", request, "identity").decision,
    ...(ofTable === undefined ? [] : [evaluatePolicy(ofTable, request, "resource").decision]),
  ];
  return !said.includes("explicitlyDenied") && said[0] === "allowed";
}

describe("the flips that a review tells", () => {
  it("are all that there are, and no others, by the policies asked one by one", () =>
    fc.assert(
      fc.property(scenes, (scene) => {
        const flips = reviewed(previewOf(scene)).access?.flips ?? [];
        const told = requestsIn(flips.filter(({ when, where }) => when === "afterwards" && where !== "elsewhere"));
        const expected = new Set<string>();
        for (const [i, role] of ROLES.entries())
          for (const [j, table] of TABLES.entries())
            for (const action of ACTIONS) {
              const [own = [], ofTable = []] = [scene.roles[i], scene.tables[j]];
              const [before, after] = [0, 1].map((side) =>
                isAllowed(
                  role,
                  table,
                  [own[side], ofTable[side]],
                  action,
                  side === 0 && scene.isSwitched ? "nat" : "endpoint",
                ),
              );
              if (before !== after) expected.add(`${role} ${action} ${table} ${after}`);
            }
        assert.deepEqual([...told].sort(), [...expected].sort());
      }),
      { numRuns: 80, seed: 20261129 },
    ));

  it("are those that accessDifference tells of the same documents", () =>
    fc.assert(
      fc.property(scenes, (scene) => {
        const policies = {
          callers: ROLES.map((name, i) => ({
            arn: roleArn(name),
            identityPolicies: [
              { name: `role/${name}/own`, document: scene.roles[i]?.[0], planned: scene.roles[i]?.[1] },
            ],
          })),
          tables: TABLES.map((name, i) => ({
            arn: tableArn(name),
            policy: {
              name: `resource policy of ${name}`,
              document: scene.tables[i]?.[0] ?? null,
              planned: scene.tables[i]?.[1] ?? null,
            },
          })),
          accounts: { [ACCOUNT]: "none" as const },
        };
        const before = { keys: scene.isSwitched ? WAYS.nat : WAYS.endpoint };
        const after = { keys: WAYS.endpoint, arePoliciesPlanned: true };
        const { flips } = accessDifference(policies, before, after);
        const told = (reviewed(previewOf(scene)).access?.flips ?? []).filter(
          ({ when, where }) => when === "afterwards" && where !== "elsewhere",
        );
        assert.deepEqual([...requestsIn(told)].sort(), [...requestsIn(flips)].sort());
      }),
      { numRuns: 40, seed: 20261130 },
    ));
});

function requestsIn(
  flips: readonly Pick<FlipReview, "caller" | "actions" | "resources" | "after">[],
): ReadonlySet<string> {
  const names = new Map(TABLES.map((name) => [tableArn(name), name]));
  return new Set(
    flips.flatMap(({ caller, actions, resources, after }) =>
      actions
        .filter((action) => ACTIONS.includes(action))
        .flatMap((action) =>
          resources.flatMap((arn) => {
            const table = names.get(arn);
            return table === undefined
              ? []
              : [`${caller.split("/").at(-1)} ${action} ${table} ${after.outcome === "allowed"}`];
          }),
        ),
    ),
  );
}
