import assert from "node:assert/strict";
import { judgeAccess } from "../../../cli/access/judge";
import type { AccessReport } from "../../../cli/access/report";
import type { FactName, FactValues, SeenCalls } from "../../../cli/preflight/facts/facts";
import type { Scope } from "../../../cli/preflight/scope";
import { ACCOUNT, DYNAMODB, smallFacts, smallScope, subnet, subnets, toldFacts } from "../preflight/smallFacts";
import { calls, seenCalls } from "../preflight/smallSeen";
import { accessFacts, fromNat, fromVpc, lambda, NAT_ADDRESS, policyOf, role, roleArn, roles } from "./smallAccess";

interface Asked {
  readonly facts?: Partial<FactValues>;
  readonly scope?: Partial<Scope>;
  readonly missing?: readonly FactName[];
}

function judged({ facts = {}, scope = {}, missing = [] }: Asked): AccessReport {
  const values = smallFacts(accessFacts({ authorization: roles(role("app", fromNat)), functions: [], ...facts }));
  return judgeAccess({ facts: toldFacts(values, missing) }, smallScope(scope), { roles: [], isForAll: false });
}

const flips = ({ flips: found }: AccessReport): readonly string[] =>
  found.map(({ caller, workloads }) => `${caller.split("/").at(-1)}: ${workloads.join("; ")}`);

const unknown = (report: AccessReport): readonly string[] => report.unknown.map(({ subject }) => subject);

const SESSIONS = "session policies of 1 role seen in CloudTrail";
const SEEN = `seen in CloudTrail from ${NAT_ADDRESS}, Boto3/1.34.0`;
const ENDPOINT = { VpcEndpointId: "vpce-1", VpcId: "vpc-1", VpcEndpointType: "Gateway", OwnerId: ACCOUNT } as const;
const EVERYTHING = { Effect: "Allow", Principal: "*", Action: "*", Resource: "*" };

/** With an endpoint, and with ranges for the subnets. */
const SWITCHED: Partial<FactValues> = {
  authorization: roles(role("app", fromVpc)),
  vpcEndpoints: [{ ...ENDPOINT, ServiceName: DYNAMODB, PolicyDocument: policyOf(EVERYTHING) }],
  subnets: subnets(subnet("a", { CidrBlock: "10.0.1.0/24" }), subnet("b", { CidrBlock: "10.0.2.0/24" })),
};

const fromNatOfTeam = {
  ...fromNat,
  Condition: { ...fromNat.Condition, StringEquals: { "aws:PrincipalTag/team": "shop" } },
};

/** Of the role `app`, allowed from the NAT gateway's address alone. */
const CASES: readonly {
  readonly title: string;
  readonly seen: readonly Partial<SeenCalls>[];
  readonly facts?: Partial<FactValues>;
  readonly scope?: Partial<Scope>;
  readonly finds: readonly string[];
  readonly unknown?: readonly string[];
}[] = [
  {
    title: "a role that no interface names, from the address of a NAT gateway",
    seen: [{}],
    finds: [`app: ${SEEN}`],
    unknown: [SESSIONS],
  },
  {
    title: "its clients together",
    seen: [{}, { userAgent: "aws-sdk-js/3.600.0" }, { userAgent: undefined }],
    finds: [`app: ${SEEN}, aws-sdk-js/3.600.0`],
    unknown: [SESSIONS],
  },
  { title: "nobody, from another address", seen: [{ sourceIPAddress: "198.51.100.99" }], finds: [] },
  {
    title: "nobody, from the same address through an endpoint of another VPC",
    seen: [{ sourceIPAddress: "10.0.1.9", vpcEndpointId: "vpce-other" }],
    facts: { ...SWITCHED, vpcEndpoints: [{ ...ENDPOINT, VpcEndpointId: "vpce-other", VpcId: "vpc-2" }] },
    finds: [],
  },
  {
    title: "beside the function that it is known by, whose sessions and their tags are known",
    seen: [{}],
    facts: {
      functions: [lambda("orders", "app", "a")],
      authorization: roles(role("app", fromNatOfTeam, { Tags: [{ Key: "team", Value: "shop" }] })),
    },
    finds: [`app: Lambda function orders; ${SEEN}`],
  },
  {
    title: "not the role of a reconnection check, which calls by its nature",
    seen: [{}],
    facts: {
      functions: [{ ...lambda("check", "app", "a"), Description: "Checks the path of private-a to DynamoDB" }],
    },
    finds: ["app: Lambda function check (reconnection check)"],
  },
  {
    title: "a role of another account, whose policies nobody here can read",
    seen: [{ principal: roleArn("theirs", "444455556666"), accountId: "444455556666" }],
    finds: [],
    unknown: [`the policies of ${roleArn("theirs", "444455556666")}`],
  },
  { title: "no role that there is no more", seen: [{ principal: roleArn("gone") }], finds: [] },
  {
    title: "no role of a service of AWS",
    seen: [{ principal: `arn:aws:iam::${ACCOUNT}:role/aws-service-role/x.amazonaws.com/X` }],
    finds: [],
  },
  {
    title: "a user, whose keys have no sessions",
    seen: [{ principal: `arn:aws:iam::${ACCOUNT}:user/ann`, principalType: "IAMUser" }],
    facts: {
      authorization: {
        ...roles(role("app", fromNat)),
        UserDetailList: [
          {
            UserName: "ann",
            Arn: `arn:aws:iam::${ACCOUNT}:user/ann`,
            UserPolicyList: [{ PolicyName: "own", PolicyDocument: encodeURIComponent(policyOf(fromNat)) }],
          },
        ],
      },
    },
    finds: [`ann: ${SEEN}`],
  },
  {
    title: "on the way back, a role that came through the endpoint from a subnet of the scope",
    seen: [{ sourceIPAddress: "10.0.1.9", vpcEndpointId: "vpce-1" }],
    facts: SWITCHED,
    scope: { direction: "withdraw", vpcEndpointId: "vpce-1", routeTableIds: ["rtb-a"] },
    finds: ["app: seen in CloudTrail from 10.0.1.9, Boto3/1.34.0"],
    unknown: [SESSIONS],
  },
  {
    title: "nobody from a subnet of another route table",
    seen: [{ sourceIPAddress: "10.0.2.9", vpcEndpointId: "vpce-1" }],
    facts: SWITCHED,
    scope: { direction: "withdraw", vpcEndpointId: "vpce-1", routeTableIds: ["rtb-a"] },
    finds: [],
  },
];

describe("whom CloudTrail has seen calling from the subnets that are switched", () => {
  for (const { title, seen, facts = {}, scope = {}, finds, unknown: open = [] } of CASES)
    it(title, () => {
      const report = judged({ facts: { ...facts, calls: calls(...seen.map(seenCalls)) }, scope });
      assert.deepEqual(flips(report), finds);
      assert.ok(!report.flips.some(({ severity }) => severity === "unknown"));
      assert.deepEqual(unknown(report), open);
    });

  it("are told by name, with users, and what came from elsewhere as a number", () => {
    const ann = { principal: `arn:aws:iam::${ACCOUNT}:user/ann`, principalType: "IAMUser", events: 1 };
    const other = { sourceIPAddress: "203.0.113.200", events: 5 };
    const { observed } = judged({ facts: { calls: calls(...[{}, ann, other].map(seenCalls)) } });
    assert.deepEqual(
      observed?.callers.map(({ principal, ways }) => [principal.split("/")[1], ...ways]),
      [
        ["app", `NAT gateway nat-1 (${NAT_ADDRESS})`],
        ["ann", `NAT gateway nat-1 (${NAT_ADDRESS})`],
      ],
    );
    assert.equal(observed.elsewhere, 5);
  });

  it("are not asked about where nobody says how long is looked back", () => {
    const report = judged({});
    assert.deepEqual([report.observed, report.unknown, report.flips], [undefined, [], []]);
  });

  it("are one unknown where they may not be read", () => {
    const report = judged({ missing: ["calls"] });
    assert.deepEqual(unknown(report), ["vpc-1"]);
    assert.deepEqual(report.unknown[0]?.evidence, ["service:Read-calls"]);
  });
});
