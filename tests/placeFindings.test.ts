import assert from "node:assert/strict";
import type { Finding } from "../components/args/findings";
import type { Ledger, RouteTableId } from "../components/plan/ledger";
import type { Observation, ObservedEndpoint } from "../components/endpoint/observation";
import { adoptionFindings, endpointFindings } from "../components/endpoint/endpointFindings";
import { placeFindings } from "../components/rollout/placeFindings";

const GATEWAY: ObservedEndpoint = {
  vpcId: "vpc-1",
  serviceName: "com.amazonaws.eu-west-1.dynamodb",
  vpcEndpointType: "Gateway",
  prefixListId: "pl-1",
  routeTableIds: [],
};

describe("an endpoint that AWS describes", () => {
  const cases: readonly {
    title: string;
    endpoint: Parameters<typeof endpointFindings>[1];
    message: string | undefined;
  }[] = [
    { title: "a gateway endpoint for DynamoDB", endpoint: GATEWAY, message: undefined },
    {
      title: "one in China",
      endpoint: { ...GATEWAY, serviceName: "com.amazonaws.cn-north-1.dynamodb" },
      message: undefined,
    },
    { title: "one of which nothing is known", endpoint: undefined, message: undefined },
    {
      title: "one that is not there",
      endpoint: "missing",
      message: "there is no such endpoint in this account and Region",
    },
    {
      title: "a gateway endpoint for S3",
      endpoint: { ...GATEWAY, serviceName: "com.amazonaws.eu-west-1.s3" },
      message: "is the id of a Gateway endpoint for com.amazonaws.eu-west-1.s3",
    },
    {
      title: "a gateway endpoint for something that is named alike",
      endpoint: { ...GATEWAY, serviceName: "com.amazonaws.eu-west-1.dynamodb-streams" },
      message: "is the id of a Gateway endpoint for com.amazonaws.eu-west-1.dynamodb-streams",
    },
    {
      title: "an interface endpoint for DynamoDB",
      endpoint: { ...GATEWAY, vpcEndpointType: "Interface" },
      message: "is the id of an Interface endpoint for com.amazonaws.eu-west-1.dynamodb",
    },
    {
      title: "an interface endpoint for DynamoDB Streams",
      endpoint: { ...GATEWAY, vpcEndpointType: "Interface", serviceName: "com.amazonaws.eu-west-1.dynamodb-streams" },
      message: "is the id of an Interface endpoint for com.amazonaws.eu-west-1.dynamodb-streams",
    },
    {
      title: "somebody's own service",
      endpoint: { ...GATEWAY, vpcEndpointType: "Interface", serviceName: "com.amazonaws.vpce.eu-west-1.vpce-svc-1" },
      message: "is the id of an Interface endpoint for com.amazonaws.vpce.eu-west-1.vpce-svc-1",
    },
  ];
  for (const { title, endpoint, message } of cases) {
    it(`${message === undefined ? "passes" : "is refused"}: ${title}`, () => {
      assert.deepEqual(
        endpointFindings("vpcEndpointId", endpoint).map((finding) => [finding.path, finding.message]),
        message === undefined ? [] : [["vpcEndpointId", message]],
      );
    });
  }

  it("is adopted for its own VPC, and for one that is not known yet", () => {
    assert.deepEqual(
      [adoptionFindings(GATEWAY, "vpc-1"), adoptionFindings(GATEWAY, undefined), adoptionFindings(undefined, "vpc-2")],
      [[], [], []],
    );
    assert.deepEqual(adoptionFindings(GATEWAY, "vpc-2"), [
      {
        path: "adopt.vpcEndpointId",
        message: "is the id of an endpoint of another VPC than `vpcId`",
        suggestion:
          "give the id of the endpoint of that VPC, or the VPC of this endpoint: adopting it would replace it",
      },
    ]);
    assert.deepEqual(
      adoptionFindings({ ...GATEWAY, vpcEndpointType: "Interface" }, "vpc-2").map(({ path, message }) => [
        path,
        message,
      ]),
      [["adopt.vpcEndpointId", "is the id of an Interface endpoint for com.amazonaws.eu-west-1.dynamodb"]],
    );
  });
});

describe("a change of the plan", () => {
  interface Change {
    readonly had?: Readonly<Record<string, RouteTableId>>;
    readonly has: Readonly<Record<string, RouteTableId>>;
    readonly adopted?: readonly string[];
    readonly observed?: Partial<Observation>;
    /** Route table id → VPC. */
    readonly vpcs?: Readonly<Record<string, string>>;
  }
  const ledger = (tables: Readonly<Record<string, RouteTableId>>, adopted: readonly string[] = []): Ledger =>
    ({ tables: new Map(Object.entries(tables)), adopted: new Set(adopted) }) as unknown as Ledger;
  const open = (id: string): RouteTableId => ({ id, isSecret: false });
  let asked: string[];
  beforeEach(() => void (asked = []));
  const found = async ({ had = {}, has, adopted, observed, vpcs = {} }: Change): Promise<readonly Finding[]> => {
    const everywhere: Observation = {
      endpoint: GATEWAY,
      vpcId: "vpc-1",
      tablesOfVpc: undefined,
      routedTables: new Set(),
      ...observed,
    };
    const vpcOf = (id: string): Promise<string | undefined> => {
      asked.push(id);
      return Promise.resolve(vpcs[id]);
    };
    return placeFindings({ observed: everywhere, before: ledger(had), next: ledger(has, adopted), vpcOf });
  };
  const TAKES = "takes a gateway endpoint for DynamoDB already, by an association that this component has not made";

  it("of what is in its place passes", async () => {
    assert.deepEqual(await found({ has: { a: open("rtb-1") } }), []);
    assert.deepEqual(
      await found({
        has: { a: open("rtb-1") },
        observed: { tablesOfVpc: new Set(["rtb-1"]), routedTables: undefined },
      }),
      [],
    );
    assert.deepEqual(
      await found({
        has: { a: open("rtb-1") },
        adopted: ["a"],
        observed: { endpoint: { ...GATEWAY, routeTableIds: ["rtb-1"] }, routedTables: new Set(["rtb-1"]) },
      }),
      [],
    );
  });

  it("gets out of an endpoint that is gone", async () => {
    assert.deepEqual(await found({ had: { a: open("rtb-1") }, has: {}, observed: { endpoint: "missing" } }), []);
    assert.deepEqual(
      (await found({ has: { a: open("rtb-1") }, observed: { endpoint: "missing" } })).map(({ path, suggestion }) => [
        path,
        suggestion,
      ]),
      [
        [
          "vpcEndpointId",
          "give the id of a gateway endpoint for DynamoDB, with its Region as `region` where that is not the " +
            "provider's",
        ],
      ],
    );
  });

  it("is refused where a newcomer has its route from something else, with how to go on behind the last", async () => {
    const has = {
      a: open("rtb-1"),
      b: { id: "rtb-2", isSecret: true },
      c: open("rtb-3"),
      d: open("rtb-4"),
      e: { id: undefined, isSecret: false },
    };
    const findings = await found({
      had: { former: open("rtb-3") },
      has,
      observed: { routedTables: new Set(["rtb-1", "rtb-2", "rtb-3"]) },
    });
    assert.deepEqual(
      findings.map(({ path, message }) => [path, message]),
      [
        ["routeTables.a", `rtb-1 ${TAKES}`],
        ["routeTables.b", `the route table (its id is secret) ${TAKES}`],
      ],
    );
    assert.equal(findings[0]?.suggestion, undefined);
    assert.match(
      findings[1]?.suggestion ?? "",
      /^a second association fails, .* give the former name in its `aliases`.* name the route table in adopt\.routeTables/s,
    );
  });

  it("is refused where a newcomer is in another VPC, as far as AWS tells", async () => {
    const has = {
      a: open("rtb-1"),
      b: open("rtb-2"),
      c: { id: "rtb-3", isSecret: true },
      d: open("rtb-4"),
      e: open("rtb-5"),
      f: open("rtb-6"),
      g: { id: undefined, isSecret: false },
    };
    const vpcs = { "rtb-1": "vpc-2", "rtb-2": "vpc-2", "rtb-3": "vpc-2", "rtb-4": "vpc-1", "rtb-6": "vpc-2" };
    const observed = { tablesOfVpc: new Set(["rtb-1"]) };
    const suggestion = "an endpoint serves its own VPC only: give a route table of that VPC";
    assert.deepEqual(await found({ had: { f: open("rtb-6") }, has, observed, vpcs }), [
      { path: "routeTables.b", message: "rtb-2 is a route table of vpc-2, the endpoint is in vpc-1", suggestion },
      {
        path: "routeTables.c",
        message: "is a route table of another VPC than the endpoint's (its id is secret)",
        suggestion,
      },
    ]);
    assert.deepEqual(asked, ["rtb-2", "rtb-3", "rtb-4", "rtb-5"]);
    assert.deepEqual(await found({ has, vpcs }), []);
  });

  it("is refused where there is nothing to adopt", async () => {
    assert.deepEqual(
      await found({
        has: { a: open("rtb-1"), b: open("rtb-2"), c: open("rtb-3") },
        adopted: ["a", "b", "c"],
        observed: {
          endpoint: { ...GATEWAY, routeTableIds: ["rtb-2"] },
          routedTables: new Set(["rtb-2", "rtb-3"]),
        },
      }),
      // The route of c is another endpoint's.
      ["a", "c"].map((name) => ({
        path: "adopt.routeTables",
        message: `"${name}" does not use the endpoint: there is nothing to adopt`,
        suggestion: `remove "${name}" from adopt.routeTables: it then switches like any other, with a warning`,
      })),
    );
    assert.deepEqual(await found({ had: { a: open("rtb-1") }, has: { a: open("rtb-1") }, adopted: ["a"] }), []);
  });
});
