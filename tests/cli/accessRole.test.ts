import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Organization } from "../../cli/access/organization";
import type { AccessReport } from "../../cli/access/report";
import { ACCOUNT_ID } from "../../lab/cloud/identifiers";
import { asRole } from "./asRole";
import { furnish } from "./furnished";
import { ran, site } from "./preflights";

interface Policy {
  readonly Statement: readonly { readonly Sid: string; readonly Action: readonly string[] }[];
}

const READS = [
  ...["ec2:DescribeSubnets", "ec2:DescribeRouteTables", "ec2:DescribeNatGateways", "ec2:DescribeVpcEndpoints"],
  ...["ec2:DescribePrefixLists", "ec2:DescribeManagedPrefixLists", "ec2:GetManagedPrefixListEntries"],
  ...["ec2:DescribeInstances", "lambda:ListFunctions", "ecs:ListClusters", "ecs:ListServices", "ecs:DescribeServices"],
  ...["ecs:ListTasks", "ecs:DescribeTasks", "ecs:DescribeTaskDefinition", "eks:ListClusters", "eks:DescribeCluster"],
  ...["eks:ListNodegroups", "eks:DescribeNodegroup", "eks:ListFargateProfiles", "eks:DescribeFargateProfile"],
  ...["eks:ListPodIdentityAssociations", "eks:DescribePodIdentityAssociation", "iam:GetAccountAuthorizationDetails"],
  ...["dynamodb:ListTables", "dynamodb:DescribeTable", "dynamodb:GetResourcePolicy"],
  "organizations:DescribeOrganization",
].sort();

/** What is not known without it is told by its name, but for this one, which says what it does not know itself. */
const SUBJECTS: Readonly<Record<string, string>> = {
  "organizations:DescribeOrganization": `organization policies of account ${ACCOUNT_ID}`,
};

describe("access with the role that it prints", () => {
  const on = site();
  const folder = mkdtempSync(join(tmpdir(), "access-role-"));
  const file = join(folder, "org.json");
  before(() => furnish(on, "secret"));
  after(() => rmSync(folder, { recursive: true }));

  const access = async (...args: readonly string[]): Promise<AccessReport> => {
    const { stdout, error } = await ran("access", "--vpc", on.vpcId, "--json", ...args);
    assert.equal(error, undefined);
    return JSON.parse(stdout) as AccessReport;
  };
  const printed = async (...args: readonly string[]): Promise<string> =>
    (await ran("access", "--print-policy", ...args)).stdout;

  for (const [title, args] of [
    ["for whatever it needs", []],
    ["for a table by its name", ["--tables", "StockTable"]],
  ] as const)
    it(`finds what whoever may do everything finds: ${title}`, async () => {
      const least = await asRole(await printed(...args), () => access(...args));
      // It sees the role that it is itself.
      assert.deepEqual(least, await access(...args));
      assert.deepEqual(least.unknown, []);
      assert.deepEqual([least.callers, least.tables], [1, 1]);
    });

  it("reads the policy of no table but those that were named", async () => {
    const { Statement } = JSON.parse(await printed("--tables", "StockTable", "--region", "cn-north-1")) as Policy;
    assert.deepEqual(Statement.at(-1), {
      Sid: "Tables",
      Effect: "Allow",
      Action: ["dynamodb:DescribeTable", "dynamodb:GetResourcePolicy"],
      Resource: ["arn:aws-cn:dynamodb:cn-north-1:*:table/StockTable"],
    });
  });

  it("asks other accounts for the policies of tables that were named alone", async () => {
    const arn = "arn:aws:dynamodb:us-east-1:444455556666:table/Shared";
    const { Statement } = JSON.parse(await printed("--tables", `StockTable,${arn}`)) as Policy;
    const ofOthers = { Effect: "Allow", Action: ["dynamodb:GetResourcePolicy"], Resource: [arn] };
    assert.deepEqual(Statement.at(-1), { Sid: "TablesOfOthers", ...ofOthers });
    assert.equal(Statement.length, 3);
    const all = JSON.parse(await printed("--tables", arn)) as Policy;
    assert.deepEqual(
      all.Statement.flatMap(({ Action }) => Action),
      READS,
    );
  });

  for (const [tables, why] of [
    ["ab", /^--tables ab: names of tables are asked for/],
    ["Orders,50", /^--tables Orders,50: names of tables are asked for/],
    ["arn:aws:dynamodb:us-east-1:1:table/x", /^--tables arn:aws:dynamodb:us-east-1:1:table\/x: names/],
    ["arn:aws:dynamodb:eu-west-1:444455556666:table/Far", /its requests go to another Region than us-east-1/],
  ] as const)
    for (const command of ["access", "preflight"])
      it(`refuses tables that cannot be meant: ${command} --tables ${tables}`, async () => {
        const { error = "" } = await ran(command, "--vpc", on.vpcId, "--tables", tables);
        assert.match(error, why);
      });

  it("does nothing but read, and takes nothing that it does not need", async () => {
    const { Statement } = JSON.parse(await printed()) as Policy;
    assert.deepEqual(
      Statement.flatMap(({ Action }) => Action),
      READS,
    );
    const roles = JSON.parse(await printed("--roles", "app-*", "--all", "--plan", "plan.json")) as Policy;
    assert.deepEqual(roles, { Version: "2012-10-17", Statement });
    const exported = JSON.parse(await printed("--organization", "org.json")) as Policy;
    const left = READS.filter((action) => action !== "organizations:DescribeOrganization");
    assert.deepEqual(exported.Statement[0]?.Action, left);
  });

  for (const permission of READS)
    it(`does not know what it takes ${permission} for`, async () => {
      const { Statement } = JSON.parse(await printed()) as Policy;
      const without = Statement.map((each) => ({ ...each, Action: each.Action.filter((one) => one !== permission) }));
      const report = await asRole(JSON.stringify({ Version: "2012-10-17", Statement: without }), () => access());
      assert.deepEqual(
        report.unknown.map(({ subject, evidence }) => (SUBJECTS[permission] && subject ? subject : evidence.join())),
        [SUBJECTS[permission] ?? permission],
      );
    });

  it("says that there is no such VPC without being told of any", async () => {
    const { error } = await asRole(await printed(), () => ran("access", "--vpc", "vpc-0f0f0f0f"));
    assert.match(error ?? "", /^there is no vpc-0f0f0f0f in us-east-1/);
  });

  describe("of a delegated administrator", () => {
    before(async () => {
      await on.lab.cloud.organizations.join({ as: "delegatedAdministrator" });
      const { management } = on.lab.cloud.organizations;
      const [root] = await management.listRoots();
      const rootId = root?.rootId ?? "";
      for (const policyType of ["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"] as const)
        await management.enablePolicyType({ rootId, policyType });
    });

    const exported = (): ReturnType<typeof ran> => ran("access", "export-organization");

    it("exports what whoever may do everything does, and nothing without one of its permissions", async () => {
      const { stdout } = await ran("access", "export-organization", "--print-policy");
      const { Statement } = JSON.parse(stdout) as Policy;
      const [least, whole] = [await asRole(stdout, exported), await exported()];
      const policies = ({ stdout: text }: { readonly stdout: string }): Partial<Organization> => ({
        ...(JSON.parse(text) as Organization),
        exportedAt: "",
      });
      assert.deepEqual(policies(least), policies(whole));
      for (const permission of Statement[0]?.Action ?? []) {
        const Action = Statement[0]?.Action.filter((one) => one !== permission);
        const policy = JSON.stringify({ Version: "2012-10-17", Statement: [{ ...Statement[0], Action }] });
        const { error = "" } = await asRole(policy, exported);
        assert.match(error, new RegExp(`^AccessDenied\\w*: .*${permission}`), permission);
      }
      writeFileSync(file, whole.stdout);
      assert.deepEqual((await access("--organization", file)).unknown, []);
    });
  });
});
