import assert from "node:assert/strict";
import type { FactName, FactValues } from "../../../cli/preflight/facts/facts";
import { firstOf, laterOf } from "../../../cli/preflight/facts/later";
import { ACCOUNT, REGION, smallFacts, tableFact, toldFacts } from "./smallFacts";

const PLACE = { account: ACCOUNT, region: REGION };
const arn = (account: string, region: string, what: string): string => `arn:aws:kms:${region}:${account}:${what}`;

const tables = (...arns: readonly string[]): Partial<FactValues> => ({
  tables: [
    tableFact(),
    ...arns.map((KMSMasterKeyArn, i) => tableFact({ TableName: `T${i}`, SSEDescription: { KMSMasterKeyArn } })),
  ],
});

const later = (name: FactName, facts: Partial<FactValues>, missing: readonly FactName[] = []) =>
  laterOf(new Set<FactName>([name, "tables"]), toldFacts(smallFacts(facts), missing), PLACE);

describe("facts about what other facts name", () => {
  it("are read after what they are made of, which is read for them", () => {
    assert.deepEqual([...firstOf(new Set<FactName>(["keys", "vpcs"]))].sort(), ["tables", "vpcs"]);
    assert.deepEqual([...firstOf(new Set<FactName>(["profileZones"]))], ["profileResources"]);
  });

  it("are of each key of this account and Region once, by an ARN, an alias or an id", () => {
    const [own, alias] = [arn(ACCOUNT, REGION, "key/k1"), arn(ACCOUNT, REGION, "alias/orders")];
    const others = [arn("444455556666", REGION, "key/k2"), arn(ACCOUNT, "eu-west-2", "key/k3")];
    const { named, known } = later("keys", tables(own, own, ...others, alias, "k4", "alias/any"));
    assert.deepEqual([named, known], [{ keys: ["alias/any", alias, own, "k4"] }, {}]);
  });

  it("are of the private hosted zones in profiles", () => {
    const profileResources = [
      { ResourceArn: "arn:aws:route53:::hostedzone/Z2" },
      { ResourceArn: "arn:aws:route53resolver:eu-west-1:1:resolver-rule/rslvr-rr-1" },
      { ResourceArn: "arn:aws:route53:::hostedzone/Z1" },
      { ResourceArn: "arn:aws:route53:::hostedzone/Z2" },
    ];
    assert.deepEqual(later("profileZones", { profileResources }).named, { profileZones: ["Z1", "Z2"] });
  });

  it("are none where nothing is named, and missing where that is, without a question to anybody", () => {
    const elsewhere = tables(arn("444455556666", REGION, "key/k2"));
    for (const facts of [{}, tables(), elsewhere])
      assert.deepEqual(later("keys", facts), { named: {}, known: { keys: { value: [] } } });
    const { named, known } = later("keys", {}, ["tables"]);
    assert.deepEqual([named, known], [{}, { keys: toldFacts(smallFacts(), ["tables"]).tables }]);
  });
});
