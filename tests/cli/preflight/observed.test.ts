import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import type { FactName, FactValues } from "../../../cli/preflight/facts/facts";
import { chooseScope } from "../../../cli/preflight/chooseScope";
import { changesBetween } from "../../../cli/preflight/facts/changes";
import { judge } from "../../../cli/preflight/judge";
import { markdownOf } from "../../../cli/preflight/report/markdown";
import { htmlOf } from "../../../cli/preflight/report/page";
import type { VpcReport } from "../../../cli/preflight/report/report";
import { terminalText } from "../../../cli/preflight/report/terminal";
import { vpcReport } from "../../../cli/preflight/report/vpcReport";
import { RULES } from "../../../cli/preflight/rules/all";
import { hostileTexts, structure } from "../hostileTexts";
import { misfits } from "../schema";
import { reportOf } from "../vpcReports";
import { ACCOUNT, DYNAMODB, networkInterface, REGION, smallFacts, toldFacts } from "./smallFacts";
import { calls, flows, seenCalls } from "./smallSeen";

function reported(facts: Partial<FactValues>, missing: readonly FactName[] = []): VpcReport {
  const told = toldFacts(smallFacts(facts), missing);
  const scope = chooseScope(told, { account: ACCOUNT, region: REGION, vpcId: "vpc-1", direction: "switch" });
  const answers = { acknowledgements: [], acceptedUnknown: new Map<string, string>(), now: new Date() };
  return JSON.parse(JSON.stringify(vpcReport(told, judge(told, scope, RULES, answers)))) as VpcReport;
}

const textOf = (vpc: VpcReport): string =>
  terminalText(reportOf([vpc]), { isColoured: false, isVerbose: true, isQuiet: false });

const unknownIn = ({ findings }: VpcReport): readonly string[] =>
  [...new Set(findings.filter(({ severity }) => severity === "unknown").map(({ id }) => id))].sort();

const both = {
  calls: calls(seenCalls()),
  flows: flows([{ networkInterfaceId: "eni-b" }, { networkInterfaceId: "eni-nat", bytes: 9 }]),
};

/** What is said of a flow log. */
const LOGS: readonly (readonly [title: string, Parameters<typeof flows>[1], says: RegExp])[] = [
  ["none", [], /No flow log is of this VPC.*Make one with pkt-dst-aws-service.*or there will be no before/],
  [
    "one without the field",
    [{ outcome: "noField" }],
    /fl-1 of vpc-1: its format lacks pkt-dst-aws-service.*cannot gain a field. Make one with/,
  ],
  ["one elsewhere", [{ outcome: "elsewhere" }], /fl-1 of vpc-1: its records are not in CloudWatch Logs/],
  ["one of what was refused", [{ outcome: "rejects" }], /it has only what was refused/],
  ["one whose group is not there", [{ outcome: "noGroup" }], /its log group is not there/],
  ["one that was cut off", [{ isCut: true }], /fl-1 of vpc-1 was cut off after 2 records: ask for fewer hours/],
  ["one of one subnet", [{ resourceId: "subnet-b" }], /rtb-a: no flow log that was read is of 1 possible client here/],
];

describe("who really calls, in a preflight", () => {
  it("is told beside who may, by route table, and a forwarder is no client", () => {
    const vpc = reported(both);
    const groups = vpc.routeTables.map(({ routeTableId, clients }) => [
      routeTableId,
      ...clients.map(({ callsDynamoDb, interfaces }) => `${callsDynamoDb} ${interfaces}`),
    ]);
    assert.deepEqual(groups, [
      ["rtb-a", "possibly 1"],
      ["rtb-b", "seen 1"],
    ]);
    const text = textOf(vpc);
    assert.match(text, /rtb-b: 1 really calls DynamoDB \(flow logs, last 24 h\), 0 more may; 4096 bytes sent/);
    assert.match(text, /rtb-a: 0 really call DynamoDB \(flow logs, last 24 h\), 1 more may; 0 bytes sent/);
    assert.match(text, /role\/app: 2 calls \(DescribeTable\) on Orders by Boto3\/1\.34\.0 from NAT gateway nat-1/);
    assert.match(text, /whoever is not seen here may call all the same/);
  });

  it("is told with a name that has addresses of IPv6 as well, where a client asks for that", () => {
    const text = (host: string): string => textOf(reported({ calls: calls(seenCalls({ host })) }));
    assert.match(text("dynamodb.eu-west-1.api.aws"), /asking for dynamodb\.eu-west-1\.api\.aws; the last at/);
    assert.doesNotMatch(text("dynamodb.eu-west-1.amazonaws.com"), /asking for/);
  });

  it("of one kind are apart from those of whom nobody knows", () => {
    const forwarder = networkInterface("nat", "a", { InterfaceType: "nat_gateway" as never });
    const networkInterfaces = [...["a", "x", "y"].map((name) => networkInterface(name, "a")), forwarder];
    const seen = ["eni-x", "eni-nat"].map((networkInterfaceId) => ({ networkInterfaceId }));
    const { routeTables } = reported({ networkInterfaces, flows: flows(seen) });
    const of = routeTables.find(({ routeTableId }) => routeTableId === "rtb-a");
    assert.deepEqual(
      of?.clients.map(({ kind, callsDynamoDb, interfaces }) => [kind, callsDynamoDb, interfaces]),
      [
        ["ec2", "seen", 1],
        ["ec2", "possibly", 2],
        ["nat-gateway", "no", 1],
      ],
    );
  });

  it("makes the first stage, and what has most of it the last", () => {
    assert.deepEqual(reported(both).stages[0]?.routeTableIds, ["rtb-b"]);
    assert.deepEqual(reported({}).stages[0]?.routeTableIds, ["rtb-a"]);
  });

  it("is evidence of connections that break, with what their SDKs do", () => {
    const n4 = reported(both).findings.find(({ id }) => id === "N4");
    assert.ok(n4?.evidence.includes("flow logs: 1 interface sent packets to DynamoDB"), n4?.evidence.join("\n"));
    const unread = reported({ flows: flows([], []) }).findings.find(({ id }) => id === "N4");
    assert.ok(!JSON.stringify(unread).includes("flow logs:"), "no flow log was read: it says nothing of anybody");
    assert.ok(n4?.evidence.some((each) => /^CloudTrail: boto3 or botocore \(Python\) 1\.34\.0\. .*60 s/.test(each)));
  });

  it("is held against the accounts that the endpoint's policy names", () => {
    const Condition = { StringEquals: { "aws:PrincipalAccount": ACCOUNT } };
    const PolicyDocument = JSON.stringify({ Statement: [{ Effect: "Allow", Principal: "*", Action: "*", Condition }] });
    const endpoint = { VpcEndpointId: "vpce-1", VpcId: "vpc-1", VpcEndpointType: "Gateway", ServiceName: DYNAMODB };
    const theirs = seenCalls({ principal: "arn:aws:iam::444455556666:role/x", accountId: "444455556666" });
    const facts = { vpcEndpoints: [{ ...endpoint, PolicyDocument } as never], calls: calls(seenCalls(), theirs) };
    const [p5, ...others] = reported(facts).findings.filter(({ id }) => id === "P5");
    assert.deepEqual([p5?.severity, p5?.subject, others], ["high", "444455556666", []]);
    assert.deepEqual(
      reported({ ...facts, calls: calls(seenCalls()) }).findings.filter(({ id }) => id === "P5"),
      [],
    );
  });

  for (const [title, logs, says] of LOGS)
    it(`says of flow logs what would tell: ${title}`, () => {
      const isNone = title === "none" ? [] : [{ networkInterfaceId: "eni-b" }];
      assert.match(textOf(reported({ flows: flows(isNone, logs) })), says);
    });

  it("is unknown, by the permission's name, where AWS does not tell; where nobody asked it is no gap", () => {
    const without = reported({});
    assert.equal(without.observed, undefined);
    assert.doesNotMatch(textOf(without), /really call/);
    for (const name of ["calls", "flows"] as const) {
      const lacking = reported({}, [name]);
      assert.ok(unknownIn(lacking).includes("N4"), name);
      assert.deepEqual(lacking.observed?.missing, [
        { permission: `service:Read-${name}`, message: `${name} was denied` },
      ]);
      assert.match(textOf(lacking), new RegExp(`Not known without service:Read-${name}`));
    }
    assert.deepEqual(unknownIn(without), unknownIn(reported(both)));
  });

  it("is as its schema says", () => {
    const schema = JSON.parse(readFileSync("cli/preflight/preflight.schema.json", "utf8")) as object;
    for (const vpc of [reported(both), reported({}, ["calls", "flows"])])
      assert.deepEqual(misfits(reportOf([vpc]), schema), []);
  });

  it("is no change of a VPC: another time has others", () => {
    const [then, now] = [toldFacts(smallFacts(both)), toldFacts(smallFacts({ calls: calls(), flows: flows([]) }))];
    assert.deepEqual(changesBetween(then, now), []);
    assert.deepEqual(changesBetween(then, toldFacts(smallFacts())), []);
  });

  it("has the structure that it has with harmless names, whatever somebody calls himself", () => {
    const shown = (name: string): VpcReport =>
      reported({
        calls: calls(seenCalls({ principal: name, userAgent: name, eventNames: [name], tableNames: [name] })),
        flows: flows([], [{ flowLogId: name, outcome: "noField" }]),
      });
    const harmless = structure(markdownOf(reportOf([shown("a")])));
    const lines = textOf(shown("a")).split("\n").length;
    fc.assert(
      fc.property(hostileTexts, (name) => {
        const report = reportOf([shown(`a${name}`)]);
        assert.deepEqual(structure(markdownOf(report)), harmless);
        assert.equal(textOf(report.vpcs[0] as VpcReport).split("\n").length, lines);
        assert.doesNotMatch(htmlOf(report), /<script>alert|<img src=x/);
      }),
      { numRuns: 20 },
    );
  });
});
