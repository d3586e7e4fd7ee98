import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import {
  CreateOrganizationCommand,
  EnablePolicyTypeCommand,
  ListRootsCommand,
  OrganizationsClient,
} from "@aws-sdk/client-organizations";
import type { Organization } from "../../cli/access/organization";
import type { AccessReport, FlipShown } from "../../cli/access/report";
import { type Lab, startLab } from "../../lab/lab";
import { ran } from "./preflights";

const REGION = "us-east-1";
const TABLES = ["patients", "audit", "vault", "exports"] as const;
const ROLES = ["plain", "by-address", "by-vpc", "bounded", "pods"] as const;

/** Calls that need nothing but the table: a table of the lab has one key, `id`. */
const CALLS = {
  "dynamodb:GetItem": (TableName: string) => new GetItemCommand({ TableName, Key: { id: { S: "1" } } }),
  "dynamodb:PutItem": (TableName: string) => new PutItemCommand({ TableName, Item: { id: { S: "1" } } }),
  "dynamodb:Scan": (TableName: string) => new ScanCommand({ TableName, Limit: 1 }),
  "dynamodb:Query": (TableName: string) =>
    new QueryCommand({
      TableName,
      KeyConditionExpression: "id = :id",
      ExpressionAttributeValues: { ":id": { S: "1" } },
    }),
} as const;

type Action = keyof typeof CALLS | "dynamodb:ListTables";

interface Asked {
  readonly role: string;
  readonly action: Action;
  /** `*` for the list of tables. */
  readonly table: string;
}

const ASKED: readonly Asked[] = ROLES.flatMap((role) => [
  { role, action: "dynamodb:ListTables" as const, table: "*" },
  ...TABLES.flatMap((table) =>
    (Object.keys(CALLS) as (keyof typeof CALLS)[]).map((action) => ({ role, action, table })),
  ),
]);

const nameOf = ({ role, action, table }: Asked): string => `${role} ${action} ${table}`;

describe("what access says of the lab's policies", () => {
  let lab: Lab;
  let organization: Organization;
  let reported: AccessReport;
  let vpcId: string;
  const outcomes: Record<"before" | "after", Map<string, string>> = { before: new Map(), after: new Map() };
  const folder = mkdtempSync(join(tmpdir(), "access-lab-"));
  const file = join(folder, "org.json");
  const environment = { ...process.env };

  before(async () => {
    lab = await startLab({ scenario: "conditions", judge: "independent" });
    Object.assign(process.env, {
      ...lab.environment,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: "anybody",
      AWS_SECRET_ACCESS_KEY: "any",
      AWS_EC2_METADATA_DISABLED: "true",
    });
    const { ec2 } = lab.cloud.region(REGION);
    const tables = await ec2.describeRouteTables({});
    const own = tables.filter(({ tags }) => tags.Name?.startsWith("clinic-private") === true);
    vpcId = own[0]?.vpcId ?? "";
    const exported = await ran("access", "export-organization");
    assert.equal(exported.error, undefined);
    organization = JSON.parse(exported.stdout) as Organization;
    writeFileSync(file, exported.stdout);
    const { stdout, error } = await ran("access", "--vpc", vpcId, "--organization", file, "--json");
    assert.equal(error, undefined);
    reported = JSON.parse(stdout) as AccessReport;
    await askAll(outcomes.before);
    const routeTableIds = own.map(({ routeTableId }) => routeTableId);
    const serviceName = `com.amazonaws.${REGION}.dynamodb`;
    await ec2.createVpcEndpoint({ vpcId, serviceName, routeTableIds });
    await askAll(outcomes.after);
  });
  after(async () => {
    await lab.stop();
    rmSync(folder, { recursive: true });
    for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, environment);
  });

  /** What each call of each role ends with, of a client of its own in a private subnet. */
  async function askAll(into: Map<string, string>): Promise<void> {
    const subnets = await lab.cloud.region(REGION).ec2.describeSubnets({});
    const subnetId = subnets.find(({ tags }) => tags.Name === "clinic-private-a")?.subnetId ?? "";
    for (const role of ROLES) {
      const roleArn = `arn:aws:iam::123456789012:role/clinic-${role}`;
      const attached = await lab.attachClient({ subnetId, roleArn });
      const { endpointUrl: endpoint, region, credentials } = attached;
      const client = new DynamoDBClient({ endpoint, region, credentials, maxAttempts: 1 });
      for (const asked of ASKED.filter((each) => each.role === role))
        into.set(nameOf(asked), await outcomeOf(client, asked));
      client.destroy();
      attached.detach();
    }
  }

  /** What is said of a request, if it flips. */
  const flipOf = ({ role, action, table }: Asked): FlipShown | undefined =>
    reported.flips.find(
      ({ caller, actions, resources }) =>
        caller.endsWith(`role/clinic-${role}`) &&
        actions.includes(action) &&
        resources.some((arn) => (table === "*" ? arn === "*" : arn.endsWith(`:table/${table}`))),
    );

  it("flips, request by request, as it is said", () => {
    const flipping = ASKED.filter((asked) => flipOf(asked) !== undefined);
    for (const asked of flipping) {
      const flip = flipOf(asked);
      const really = [outcomes.before.get(nameOf(asked)), outcomes.after.get(nameOf(asked))];
      assert.deepEqual(really, [flip?.before.outcome, flip?.after.outcome], nameOf(asked));
    }
    const roles = new Set(flipping.map(({ role }) => role));
    assert.deepEqual([...roles].sort(), [...ROLES].sort());
  });

  it("does not flip where nothing is said of it", () => {
    const others = ASKED.filter((asked) => flipOf(asked) === undefined);
    assert.ok(others.length > 5, String(others.length));
    for (const asked of others)
      assert.equal(outcomes.after.get(nameOf(asked)), outcomes.before.get(nameOf(asked)), nameOf(asked));
  });

  it("is told with the organization's policies by name, and from when they are", () => {
    const deciding = new Set(reported.flips.flatMap(({ after: { by } }) => (by === undefined ? [] : [by.kind])));
    assert.ok(
      deciding.has("resourceControl") && deciding.has("boundary") && deciding.has("table"),
      [...deciding].join(),
    );
    assert.deepEqual(reported.organization, {
      id: organization.id,
      policies: "given",
      exportedAt: organization.exportedAt,
    });
    assert.deepEqual(reported.unknown, []);
  });

  it("fails a pipeline, and says so on the terminal and in Markdown", async () => {
    const told = await ran(
      "access",
      "--vpc",
      vpcId,
      "--route-tables",
      routeTable(),
      "--organization",
      file,
      "--direction",
      "withdraw",
    );
    assert.equal(told.error, undefined);
    assert.equal(told.exitCode, 1);
    assert.match(told.stdout, /when its traffic goes back: \d callers denied what is allowed today/);
    const { stdout } = await ran(
      "access",
      "--vpc",
      vpcId,
      "--direction",
      "withdraw",
      "--organization",
      file,
      "--markdown",
    );
    assert.match(stdout, /^### <code>/);
    const { error } = await ran("access", "--vpc", "vpc-0f0f0f0f", "--organization", file);
    assert.match(error ?? "", /there is no vpc-0f0f0f0f/);
  });

  const routeTable = (): string => reported.ways[0]?.routeTableIds[0] ?? "";
});

describe("the export of an organization", () => {
  let lab: Lab;
  const environment = { ...process.env };
  before(async () => {
    lab = await startLab();
    Object.assign(process.env, {
      ...lab.environment,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: "anybody",
      AWS_SECRET_ACCESS_KEY: "any",
      AWS_EC2_METADATA_DISABLED: "true",
    });
  });
  after(async () => {
    await lab.stop();
    for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, environment);
  });

  it("is refused to a member, in one line that says who may", async () => {
    await lab.cloud.organizations.join({ as: "member" });
    const { exitCode, error = "", stdout } = await ran("access", "export-organization");
    assert.deepEqual([exitCode, stdout], [2, ""]);
    assert.match(error, /^AccessDenied\w*: .*management account, or a delegated administrator's\.$/);
    assert.ok(!error.includes("\n"));
    await lab.cloud.organizations.dissolve();
  });

  it("asks with the profile that it is given", async () => {
    const { error = "" } = await ran("access", "export-organization", "--profile", "nobody");
    assert.match(error, /^CredentialsProviderError: /);
  });

  it("is refused where there is no organization", async () => {
    const { exitCode, error = "" } = await ran("access", "export-organization");
    assert.equal(exitCode, 2);
    assert.match(error, /^AWSOrganizationsNotInUseException: /);
  });

  it("has all that the management account sees, each policy once", async () => {
    const client = new OrganizationsClient({ region: REGION });
    await client.send(new CreateOrganizationCommand({ FeatureSet: "ALL" }));
    const { Roots: [root] = [] } = await client.send(new ListRootsCommand({}));
    const rootId = root?.Id ?? "";
    await client.send(new EnablePolicyTypeCommand({ RootId: rootId, PolicyType: "SERVICE_CONTROL_POLICY" }));
    client.destroy();
    const { stdout, error } = await ran("access", "export-organization");
    assert.equal(error, undefined);
    const exported = JSON.parse(stdout) as Organization;
    assert.deepEqual(Object.keys(exported.accounts), ["123456789012"]);
    assert.equal(exported.managementAccountId, "123456789012");
    assert.match(exported.accounts["123456789012"]?.path ?? "", new RegExp(`^${exported.id}/${rootId}/$`));
    assert.deepEqual(
      exported.accounts["123456789012"]?.levels.map(({ id }) => id),
      [rootId, "123456789012"],
    );
    assert.equal(Object.keys(exported.policies).length, 1);
  });
});

async function outcomeOf(client: DynamoDBClient, { action, table }: Asked): Promise<string> {
  try {
    if (action === "dynamodb:ListTables") await client.send(new ListTablesCommand({}));
    else await client.send(CALLS[action](table) as GetItemCommand);
    return "allowed";
  } catch (error) {
    if ((error as Error).name === "AccessDeniedException") return "denied";
    throw error;
  }
}
