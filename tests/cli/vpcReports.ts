import { verdictAndStages } from "../../cli/preflight/report/verdict";
import {
  PREFLIGHT_SCHEMA_VERSION,
  type ClientGroup,
  type PreflightFinding,
  type PreflightReport,
  type RouteTableReport,
  type VpcReport,
} from "../../cli/preflight/report/report";

export const clients = (interfaces: number, more: Partial<ClientGroup> = {}): ClientGroup => ({
  kind: "lambda",
  interfaces,
  callsDynamoDb: "possibly",
  names: [],
  unnamed: interfaces,
  ...more,
});

export const routeTable = (id: string, more: Partial<RouteTableReport> = {}): RouteTableReport => ({
  routeTableId: `rtb-${id}`,
  isMain: false,
  subnetIds: [`subnet-${id}`],
  pathToday: "public",
  wayToday: "NAT gateway nat-1",
  wayAfter: "gateway endpoint for DynamoDB",
  clients: [],
  ...more,
});

export const finding = (id: string, more: Partial<PreflightFinding> = {}): PreflightFinding => ({
  id,
  family: "routes",
  severity: "high",
  subject: "rtb-1",
  routeTableIds: [],
  message: "The default route leads to a firewall endpoint, which the switch bypasses.",
  evidence: ["rtb-1: 0.0.0.0/0 to vpce-0f1"],
  remedy: "Ask whoever runs the firewall, and acknowledge it.",
  reference: "https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-ddb.html",
  ...more,
});

/** With the verdict and the stages that follow from it. */
export function vpcReport(more: Partial<VpcReport> = {}): VpcReport {
  const known = {
    vpcId: "vpc-0a1b2c3d4e5f60711",
    direction: "switch" as const,
    routeTables: [routeTable("1", { clients: [clients(3)] })],
    findings: [],
    ...more,
  };
  return {
    account: "123456789012",
    region: "eu-west-1",
    ...known,
    ...verdictAndStages(known),
    passed: [{ id: "D1", family: "names", title: "The VPC resolves names" }],
    lacksS3Endpoint: false,
    natGateways: [{ id: "nat-1", usdPerHour: 0.048 }],
    ...more,
  };
}

export const reportOf = (vpcs: readonly VpcReport[], unread: PreflightReport["unread"] = []): PreflightReport => ({
  schemaVersion: PREFLIGHT_SCHEMA_VERSION,
  command: "preflight",
  readAt: "2026-11-29T08:00:00.000Z",
  vpcs,
  unread,
  notes: [],
});

/** A VPC as many have it: three private route tables, a transit one, and something to do in each family. */
export function usualVpc(): VpcReport {
  return vpcReport({
    name: "shop-prod",
    routeTables: [
      routeTable("0a1", {
        name: "private-a",
        subnetIds: ["subnet-0a1", "subnet-0a2"],
        clients: [
          clients(12, { names: ["orders", "stock-import"], unnamed: 3 }),
          clients(4, { kind: "ecs", names: ["checkout"], unnamed: 0, callsDynamoDb: "seen" }),
          clients(2, { kind: "rds", callsDynamoDb: "no" }),
        ],
      }),
      routeTable("0b1", {
        name: "private-b",
        clients: [clients(31, { kind: "ec2", names: ["batch-1", "batch-2"], unnamed: 29 })],
      }),
      routeTable("0c1", { name: "isolated", pathToday: "none", wayToday: "no way", clients: [clients(2)] }),
      routeTable("0d1", {
        name: "egress-attachments",
        isMain: true,
        wayToday: "NAT gateway nat-2",
        clients: [clients(1, { kind: "transit gateway", callsDynamoDb: "no" })],
      }),
    ],
    findings: [
      finding("P3", {
        family: "permissions",
        severity: "unknown",
        subject: "arn:aws:iam::123456789012:role/deploy",
        message: "Not known: ec2:CreateVpcEndpoint was not asked for",
        evidence: ["ec2:CreateVpcEndpoint"],
        remedy: "Allow ec2:CreateVpcEndpoint, or accept it by name with --accept-unknown.",
      }),
      finding("R2", {
        severity: "blocker",
        subject: "rtb-0d1",
        routeTableIds: ["rtb-0d1"],
        message: "Subnets of a transit gateway attachment use this route table: other networks lose DynamoDB.",
        evidence: ["tgw-attach-0e1: subnet-0d1", "behind it: vpc-0f1, vpc-0f2"],
        remedy: "Leave this route table out.",
      }),
      finding("R7", { subject: "rtb-0b1", routeTableIds: ["rtb-0b1"] }),
      finding("R5", {
        subject: "rtb-0d1",
        routeTableIds: ["rtb-0d1"],
        message: "Subnets without a route table of their own switch with the main one.",
        acknowledged: { reason: "Known to the network team, NET-12", until: "2027-01-31" },
      }),
      finding("D2", {
        family: "names",
        severity: "medium",
        subject: "dopt-0a1",
        message: "Resolvers of your own answer here: they may name addresses that the endpoint does not serve.",
        evidence: ["domain-name-servers: 10.0.0.2"],
        remedy: "Resolve dynamodb.eu-west-1.amazonaws.com in a subnet, and compare with the prefix list.",
      }),
      finding("N4", {
        family: "packets",
        severity: "info",
        subject: "rtb-0a1",
        routeTableIds: ["rtb-0a1"],
        message: "Open connections are kept for as long as their clients keep them.",
        reference: undefined,
      }),
    ],
    lacksS3Endpoint: true,
    natGateways: [{ id: "nat-1", usdPerHour: 0.048 }, { id: "nat-2" }],
  });
}

/** 40 route tables, 3,000 interfaces, findings for every fourth of them. */
export function largeVpc(tables = 40): VpcReport {
  const kinds = ["lambda", "ecs", "ec2", "eks", "rds"];
  const routeTables = Array.from({ length: tables }, (_, i) => {
    const id = `${String(i).padStart(3, "0")}4e5f6071a2b3c`;
    return routeTable(id, {
      name: `private-${i}`,
      subnetIds: Array.from({ length: 1 + (i % 4) }, (_each, n) => `subnet-${id}${n}`),
      pathToday: i % 9 === 8 ? "none" : "public",
      wayToday: i % 9 === 8 ? "no way" : `NAT gateway nat-${i % 3}`,
      clients: kinds.map((kind, k) =>
        clients(15, {
          kind,
          callsDynamoDb: kind === "rds" ? "no" : "possibly",
          names: Array.from({ length: 8 }, (_each, n) => `${kind}-service-${i}-${n}`),
          unnamed: k === 0 ? 7 : 0,
        }),
      ),
    });
  });
  const findings = routeTables
    .filter((_, i) => i % 4 === 0)
    .map(({ routeTableId }, i) =>
      finding(["R2", "R7", "R4", "N1"][i % 4] ?? "", {
        severity: (["blocker", "high", "medium", "info"] as const)[i % 4] ?? "info",
        family: i % 4 === 3 ? "packets" : "routes",
        subject: routeTableId,
        routeTableIds: [routeTableId],
      }),
    );
  return vpcReport({ name: "everything", routeTables, findings });
}

/** With this text wherever a report has one that is not ours. */
export function vpcSaying(text: string): VpcReport {
  const said = { evidence: [text], message: text, remedy: text, subject: text, routeTableIds: [`rtb-${text}`] };
  return vpcReport({
    vpcId: text,
    account: text,
    region: text,
    name: text,
    routeTables: [
      routeTable(text, { name: text, wayToday: text, wayAfter: text, clients: [saying(text), saying(`${text}2`)] }),
      routeTable(`${text}2`, { name: `${text}2`, isMain: true }),
    ],
    findings: [
      finding("R7", said),
      finding("R5", { ...said, acknowledged: { reason: text, until: text } }),
      finding("P3", { ...said, severity: "unknown", reference: `https://docs.aws.amazon.com/${text}` }),
    ],
    passed: [{ id: "D1", family: "names", title: text }],
    lacksS3Endpoint: true,
    natGateways: [{ id: text, usdPerHour: 0.048 }],
  });
}

const saying = (text: string): ClientGroup => clients(2, { kind: text, names: [text], unnamed: 1 });

export const HOSTILE = [
  "</code></details>|\n\n# heading",
  "a | b |\n| c",
  "@octocat fixes #123 and GH-1, octo/repo#2",
  "[link](https://example.com) ![x](https://example.com/x.png) https://example.com www.example.com a@example.com",
  "<script>alert(1)</script><!-- --> --><img src=x onerror=alert(1)>",
  "</style></svg></title></main>\"'><svg onload=alert(1)><a href=javascript:alert(1)>x</a>",
  "```\n~~~\n    code\n---\n***",
  "\u001b[31mred\u001b[0m \u0007\u202e\u2066\u200b\u2028 :tada: *bold* _it_ ~~no~~ `tick` \\ $x$ &lt; &#60;",
  'x --> y <!-- dynamodb-endpoint preflight: other --> " onfocus="alert(1)" autofocus="',
  "__proto__",
  "\u0000\ud800 half",
];
