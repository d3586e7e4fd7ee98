import assert from "node:assert/strict";
import { IAM } from "@aws-sdk/client-iam";
import { STS } from "@aws-sdk/client-sts";
import { present } from "../lab/aws/wire";
import { REGION } from "../lab/network";
import { preflight, reported, site } from "./preflights";

describe("a preflight with the role that it prints", () => {
  const on = site();
  let roles = 0;

  /** Runs as a session of a role that may do what this policy says. */
  async function as<T>(document: string, run: () => Promise<T>): Promise<T> {
    const [iam, sts] = [new IAM({ region: REGION }), new STS({ region: REGION })];
    const RoleName = `preflight-${roles++}`;
    const trust = { Effect: "Allow", Principal: { AWS: "123456789012" }, Action: "sts:AssumeRole" };
    const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [trust] });
    const { Role } = await iam.createRole({ RoleName, AssumeRolePolicyDocument });
    await iam.putRolePolicy({ RoleName, PolicyName: "preflight", PolicyDocument: document });
    const { Credentials: keys } = await sts.assumeRole({ RoleArn: Role?.Arn, RoleSessionName: "test" });
    const kept = { ...process.env };
    Object.assign(process.env, {
      AWS_ACCESS_KEY_ID: present(keys?.AccessKeyId),
      AWS_SECRET_ACCESS_KEY: present(keys?.SecretAccessKey),
      AWS_SESSION_TOKEN: present(keys?.SessionToken),
    });
    try {
      return await run();
    } finally {
      Reflect.deleteProperty(process.env, "AWS_SESSION_TOKEN");
      Object.assign(process.env, kept);
      iam.destroy();
      sts.destroy();
    }
  }

  for (const [title, args] of [
    ["for all checks", []],
    ["for those that only read", ["--skip", "P3"]],
    ["for some", ["--checks", "routes,D1"]],
  ] as const)
    it(`finds what whoever may do everything finds: ${title}`, async () => {
      const { stdout: policy } = await preflight("--print-policy", ...args);
      const everything = await reported("--vpc", on.vpcId, ...args);
      const least = await as(policy, () => reported("--vpc", on.vpcId, ...args));
      assert.deepEqual(least.vpcs, everything.vpcs);
      const unknown = least.vpcs[0]?.findings.filter(({ severity }) => severity === "unknown");
      assert.deepEqual(unknown, []);
    });

  it("is told that it may make no endpoint where it only reads", async () => {
    const { stdout: policy } = await preflight("--print-policy", "--skip", "P3");
    const { vpcs } = await as(policy, () => reported("--vpc", on.vpcId, "--checks", "P3"));
    assert.deepEqual(
      vpcs[0]?.findings.map(({ id, severity }) => [id, severity]),
      [["P3", "blocker"]],
    );
  });
});
