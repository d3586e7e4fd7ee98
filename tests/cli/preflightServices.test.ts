import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { FactName, KeyFact, TableFact } from "../../cli/preflight/facts/facts";
import { Calls, type ReadService } from "../../cli/preflight/facts/reading";
import { readVpcs } from "../../cli/preflight/facts/ec2";
import { notRead } from "../../cli/preflight/facts/regionFacts";
import { isTold } from "../../cli/preflight/facts/told";
import { readDynamoDb } from "../../cli/preflight/facts/dynamodb";
import { readEcs } from "../../cli/preflight/facts/ecs";
import { readEks } from "../../cli/preflight/facts/eks";
import { readKms } from "../../cli/preflight/facts/kms";
import { readProfiles } from "../../cli/preflight/facts/profiles";
import { readQuotas } from "../../cli/preflight/facts/quotas";
import { readResolver } from "../../cli/preflight/facts/resolver";
import { readRoute53 } from "../../cli/preflight/facts/route53";

interface Asked {
  readonly operation: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly authorization: string;
}

type Answer = (asked: Asked) => object | string | undefined;

/** What one service of AWS answers, in its own protocol: to what the lab does not have. */
async function answered(answer: Answer, use: (asked: readonly Asked[]) => Promise<void>): Promise<void> {
  const all: Asked[] = [];
  const server: Server = createServer((request, response) => {
    void received(request).then((asked) => {
      all.push(asked);
      const said = answer(asked);
      response.statusCode = said === undefined ? 400 : 200;
      response.end(typeof said === "string" ? said : JSON.stringify(said ?? { __type: "AccessDeniedException" }));
    });
  });
  const before = process.env.AWS_ENDPOINT_URL;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  process.env.AWS_ENDPOINT_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    await use(all);
  } finally {
    if (before === undefined) Reflect.deleteProperty(process.env, "AWS_ENDPOINT_URL");
    else process.env.AWS_ENDPOINT_URL = before;
    server.closeAllConnections();
    server.close();
  }
}

async function received(request: IncomingMessage): Promise<Asked> {
  let text = "";
  for await (const part of request) text += String(part);
  const target = request.headers["x-amz-target"];
  const operation = typeof target === "string" ? target.replace(/^.*\./, "") : `${request.method} ${request.url}`;
  const body = text.startsWith("{") ? (JSON.parse(text) as Asked["body"]) : {};
  return { operation, body, authorization: request.headers.authorization ?? "" };
}

const SETTINGS = {
  region: "eu-west-1",
  credentials: () => Promise.resolve({ accessKeyId: "AKIA", secretAccessKey: "any" }),
  retryMode: "adaptive",
  maxAttempts: 1,
} as const;

const WINDOW = { from: "2026-01-31T00:00:00.000Z", to: "2026-01-31T12:00:00.000Z" };

async function read(service: ReadService, names: readonly FactName[], more = {}): Promise<Record<string, unknown>> {
  return service({
    wanted: new Set(names),
    settings: SETTINGS,
    calls: new Calls(),
    vpcId: "vpc-1",
    vpcIds: { value: ["vpc-1"] },
    tables: { most: 2 },
    window: WINDOW,
    facts: notRead(),
    announce: () => undefined,
    ...more,
  });
}

describe("what a preflight asks services of", () => {
  it("EC2: the Automated Internet Firewalls of each VPC, which AWS's SDK drops", async () => {
    const firewall = (arn: string): string =>
      `<item><firewallArn>${arn}</firewallArn><firewallOnboardingStatus>active</firewallOnboardingStatus></item>`;
    const vpc = (id: string, ...firewalls: readonly string[]): string =>
      `<item><tagSet><item><key>Name</key><value>${id}</value></item></tagSet><vpcId>${id}</vpcId>` +
      `<networkFirewallAssociationSet>${firewalls.map(firewall).join("")}</networkFirewallAssociationSet></item>`;
    const none = "<item><vpcId>vpc-3</vpcId></item>";
    const vpcs = [vpc("vpc-1", "arn:a", "arn:b"), "\n", vpc("vpc-2"), none].join("");
    const answer = `<DescribeVpcsResponse><vpcSet>${vpcs}</vpcSet></DescribeVpcsResponse>`;
    await answered(
      () => answer,
      async () => {
        const told = await readVpcs(SETTINGS, new Calls());
        const active = { FirewallOnboardingStatus: "active" };
        assert.ok(isTold(told));
        assert.deepEqual(
          told.value.map(({ VpcId, Tags, NetworkFirewallAssociations: firewalls }) => [VpcId, Tags?.length, firewalls]),
          [
            ["vpc-1", 1, ["arn:a", "arn:b"].map((FirewallArn) => ({ FirewallArn, ...active }))],
            ["vpc-2", 1, []],
            ["vpc-3", undefined, []],
          ],
        );
      },
    );
  });

  it("Route 53 Resolver: both lists, of the VPC, signed for it, page by page", async () => {
    const answer: Answer = ({ operation, body }) =>
      operation === "ListResolverRuleAssociations"
        ? {
            ResolverRuleAssociations: [{ Id: body.NextToken === undefined ? "b" : "a", VPCId: "vpc-1" }],
            ...(body.NextToken === undefined && { NextToken: "more" }),
          }
        : { FirewallRuleGroupAssociations: [{ Id: "f", VpcId: "vpc-1" }] };
    await answered(answer, async (asked) => {
      const facts = await read(readResolver, ["resolverRuleAssociations", "firewallRuleGroupAssociations"]);
      assert.deepEqual(facts, {
        resolverRuleAssociations: { value: ["a", "b"].map((Id) => ({ Id, VPCId: "vpc-1" })) },
        firewallRuleGroupAssociations: { value: [{ Id: "f", VPCId: "vpc-1" }] },
      });
      assert.equal(asked.length, 3);
      for (const { authorization, body } of asked) {
        assert.match(authorization, /Credential=AKIA\/\d{8}\/eu-west-1\/route53resolver\/aws4_request/);
        assert.ok(JSON.stringify(body).includes("vpc-1"));
      }
    });
  });

  it("Route 53 Resolver, which may deny it", async () => {
    await answered(
      () => undefined,
      async () => {
        const { resolverRuleAssociations } = await read(readResolver, ["resolverRuleAssociations"]);
        const message = "route53resolver:ListResolverRuleAssociations: AccessDeniedException: ";
        const permission = "route53resolver:ListResolverRuleAssociations";
        const { missing } = resolverRuleAssociations as { missing: { message: string } };
        assert.deepEqual({ ...missing, message }, { permission, reason: "denied", message });
      },
    );
  });

  it("Route 53: the zones of each VPC", async () => {
    const zone = "<HostedZoneSummary><HostedZoneId>Z1</HostedZoneId><Name>api.aws.</Name></HostedZoneSummary>";
    const summaries = `<HostedZoneSummaries>${zone}</HostedZoneSummaries><MaxItems>100</MaxItems>`;
    const answer = `<ListHostedZonesByVPCResponse>${summaries}</ListHostedZonesByVPCResponse>`;
    await answered(
      () => answer,
      async () => {
        const facts = await read(readRoute53, ["hostedZones"]);
        assert.deepEqual(facts, { hostedZones: { value: [{ HostedZoneId: "Z1", Name: "api.aws.", VpcId: "vpc-1" }] } });
      },
    );
  });

  it("Route 53 Profiles: the VPC's, and what is in each, signed for it, page by page", async () => {
    const association = (Id: string, ProfileId: string) => ({ Id, ProfileId, ResourceId: "vpc-1" });
    const answers: Readonly<Record<string, object>> = {
      "GET /profileassociations?resourceId=vpc-1&maxResults=100": {
        ProfileAssociations: [association("a", "rp-1"), { ...association("b", "rp-2"), ResourceId: "arn:x:vpc/vpc-1" }],
      },
      "GET /profileresourceassociations/profileid/rp-1?maxResults=100": {
        ProfileResourceAssociations: [{ Id: "c", ResourceArn: "arn:1" }],
        NextToken: "m+/= e*",
      },
      "GET /profileresourceassociations/profileid/rp-1?maxResults=100&nextToken=m%2B%2F%3D%20e%2A": {
        ProfileResourceAssociations: [{ Id: "d", ResourceArn: "arn:2" }],
      },
      "GET /profileresourceassociations/profileid/rp-2?maxResults=100": {},
    };
    await answered(
      ({ operation }) => answers[operation],
      async (asked) => {
        assert.deepEqual(await read(readProfiles, ["profileAssociations", "profileResources"]), {
          profileAssociations: { value: [association("a", "rp-1"), association("b", "rp-2")] },
          profileResources: { value: ["c", "d"].map((Id, i) => ({ Id, ResourceArn: `arn:${i + 1}` })) },
        });
        assert.equal(asked.length, 4);
        for (const { authorization } of asked)
          assert.match(authorization, /Credential=AKIA\/\d{8}\/eu-west-1\/route53profiles\/aws4_request/);
      },
    );
  });

  it("Route 53 Profiles, which may deny it, and then nobody knows what is in them", async () => {
    await answered(
      () => undefined,
      async (asked) => {
        const facts = await read(readProfiles, ["profileAssociations", "profileResources"]);
        for (const each of Object.values(facts) as { readonly missing: { permission: string; reason: string } }[])
          assert.deepEqual(
            [each.missing.permission, each.missing.reason],
            ["route53profiles:ListProfileAssociations", "denied"],
          );
        assert.equal(asked.length, 1);
      },
    );
  });

  it("Route 53: which zones of a profile are this account's, many at a time", async () => {
    const zone = (id: string): string =>
      `<HostedZone><Id>/hostedzone/${id}</Id><Name>${id}.example.</Name><CallerReference>r</CallerReference></HostedZone>`;
    const page = (more: string, ...ids: readonly string[]): string =>
      `<ListHostedZonesResponse><HostedZones>${ids.map(zone).join("")}</HostedZones>${more}</ListHostedZonesResponse>`;
    await answered(
      ({ operation }) =>
        operation.includes("marker=Z3") ? page("", "Z3") : page("<NextMarker>Z3</NextMarker>", "Z1", "Z2"),
      async (asked) => {
        const facts = await read(readRoute53, ["profileZones"], { named: { profileZones: ["Z3", "Z1", "Z9"] } });
        const value = ["Z1", "Z3"].map((Id) => ({ Id, Name: `${Id}.example.` }));
        assert.deepEqual([facts, asked.length], [{ profileZones: { value } }, 2]);
      },
    );
  });

  it("Service Quotas: what was applied, and the default of what never changed", async () => {
    const quota = (QuotaCode: string, Value: number): object => ({ QuotaCode, Value });
    const answer: Answer = ({ operation }) => ({
      Quotas: operation === "ListServiceQuotas" ? [quota("L-1", 50)] : [quota("L-2", 255), quota("L-1", 20)],
    });
    await answered(answer, async () => {
      const facts = await read(readQuotas, ["quotas"]);
      assert.deepEqual(facts, { quotas: { value: [quota("L-1", 50), quota("L-2", 255)] } });
    });
  });

  it("DynamoDB: the policy of another account's table, or why that is not told", async () => {
    const arn = (name: string, region = "eu-west-1"): string => `arn:aws:dynamodb:${region}:444455556666:table/${name}`;
    const answer: Answer = ({ operation, body }) => {
      if (operation === "ListTables") return { TableNames: ["Orders"] };
      if (operation === "DescribeTable") return { Table: { TableName: "Orders", TableArn: "orders" } };
      if (body.ResourceArn === arn("Open")) return { Policy: "{}" };
      return body.ResourceArn === "orders" ? { Policy: "[]" } : undefined;
    };
    await answered(answer, async (asked) => {
      const arns = [arn("Open"), arn("Shut"), arn("Far", "us-east-1")];
      const { tables } = await read(readDynamoDb, ["tables"], { tables: { most: 50, arns } });
      const [own, open, shut, ...others] = (tables as { value: TableFact[] }).value;
      assert.deepEqual(open, { TableName: arn("Open"), TableArn: arn("Open"), ResourcePolicy: "{}" });
      assert.equal(own?.ResourcePolicy, "[]");
      assert.equal(shut?.TableArn, arn("Shut"));
      assert.deepEqual(shut.ResourcePolicyMissing?.reason, "denied");
      assert.deepEqual(others, []);
      assert.ok(!JSON.stringify(asked).includes("us-east-1"));
    });
  });

  it("ECS: services, tasks and definitions, without what may be secret", async () => {
    const answers: Readonly<Record<string, object>> = {
      ListClusters: { clusterArns: ["c1"] },
      ListServices: { serviceArns: ["s1"] },
      ListTasks: { taskArns: ["t1"] },
      DescribeServices: { services: [{ serviceArn: "s1", taskDefinition: "d1", events: [{ id: "e" }] }] },
      DescribeTasks: { tasks: [{ taskArn: "t1", taskDefinitionArn: "d1", overrides: { cpu: "secret" } }] },
      DescribeTaskDefinition: {
        taskDefinition: { taskDefinitionArn: "d1", containerDefinitions: [{ environment: [{ value: "secret" }] }] },
      },
    };
    await answered(
      ({ operation }) => answers[operation],
      async (asked) => {
        assert.deepEqual(await read(readEcs, ["ecs"]), {
          ecs: {
            value: {
              services: [{ serviceArn: "s1", taskDefinition: "d1" }],
              tasks: [{ taskArn: "t1", taskDefinitionArn: "d1" }],
              taskDefinitions: [{ taskDefinitionArn: "d1" }],
            },
          },
        });
        assert.equal(asked.length, 6);
      },
    );
  });

  it("ECS, of no more clusters than were asked for", async () => {
    await answered(
      ({ operation }) => (operation === "ListClusters" ? { clusterArns: ["c1", "c2", "c3"] } : undefined),
      async (asked) => {
        const { ecs } = await read(readEcs, ["ecs"]);
        const { missing } = ecs as { missing: { reason: string; message: string } };
        assert.equal(missing.reason, "leftOut");
        assert.match(missing.message, /^3 clusters of ECS are more than 2: --tables /);
        assert.equal(asked.length, 1);
      },
    );
  });

  it("KMS: whose a key is, and its policy by its ARN where AWS does not write it; each key for itself", async () => {
    const key = (KeyId: string, KeyManager = "CUSTOMER") => ({
      KeyId,
      Arn: `arn:aws:kms:r:1:key/${KeyId}`,
      KeyManager,
    });
    const keys: Readonly<Record<string, object>> = { "alias/orders": key("k1"), k2: key("k2", "AWS"), k3: key("k3") };
    const answer: Answer = ({ operation, body: { KeyId } }) => {
      if (operation === "DescribeKey")
        return { KeyMetadata: { ...keys[String(KeyId)], Description: "any", Enabled: true } };
      return KeyId === key("k1").Arn ? { Policy: "{}", PolicyName: "default" } : undefined;
    };
    await answered(answer, async (asked) => {
      const announced: string[] = [];
      const announce = (text: string): void => void announced.push(text);
      const facts = await read(readKms, ["keys"], { named: { keys: ["alias/orders", "k2", "k3"] }, announce });
      const { value } = facts.keys as { readonly value: readonly KeyFact[] };
      assert.deepEqual(value.slice(0, 2), [
        { KMSMasterKeyArn: "alias/orders", KeyMetadata: key("k1"), Policy: "{}" },
        { KMSMasterKeyArn: "k2", KeyMetadata: key("k2", "AWS") },
      ]);
      const { missing, ...known } = value[2] as KeyFact;
      assert.deepEqual(known, { KMSMasterKeyArn: "k3", KeyMetadata: key("k3") });
      assert.deepEqual([missing?.permission, missing?.reason], ["kms:GetKeyPolicy", "denied"]);
      assert.deepEqual([asked.length, announced], [5, ["3 keys of KMS: two calls each"]]);
    });
  });

  it("EKS: clusters, node groups, Fargate profiles and pod identities", async () => {
    const answers: Readonly<Record<string, object>> = {
      "GET /clusters": { clusters: ["c1"] },
      "GET /clusters/c1": {
        cluster: {
          arn: "c1",
          identity: { oidc: { issuer: "https://oidc.eks/id/1" } },
          resourcesVpcConfig: { vpcId: "vpc-1", subnetIds: ["subnet-2"], publicAccessCidrs: ["0.0.0.0/0"] },
          certificateAuthority: { data: "secret" },
        },
      },
      "GET /clusters/c1/node-groups": { nodegroups: ["n1"] },
      "GET /clusters/c1/node-groups/n1": { nodegroup: { nodegroupArn: "n1", subnets: ["subnet-1"] } },
      "GET /clusters/c1/fargate-profiles": { fargateProfileNames: ["f1"] },
      "GET /clusters/c1/fargate-profiles/f1": { fargateProfile: { fargateProfileArn: "f1" } },
      "GET /clusters/c1/pod-identity-associations": { associations: [{ associationId: "a1" }] },
      "GET /clusters/c1/pod-identity-associations/a1": { association: { associationArn: "a1" } },
    };
    await answered(
      ({ operation }) => answers[operation],
      async () => {
        assert.deepEqual(await read(readEks, ["eks"]), {
          eks: {
            value: {
              clusters: [
                {
                  name: "c1",
                  arn: "c1",
                  identity: { oidc: { issuer: "https://oidc.eks/id/1" } },
                  resourcesVpcConfig: { vpcId: "vpc-1", subnetIds: ["subnet-2"] },
                },
              ],
              nodegroups: [{ nodegroupArn: "n1", subnets: ["subnet-1"] }],
              fargateProfiles: [{ fargateProfileArn: "f1" }],
              podIdentityAssociations: [{ associationArn: "a1" }],
            },
          },
        });
      },
    );
  });
});
