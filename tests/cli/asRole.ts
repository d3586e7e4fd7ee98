import { randomUUID } from "node:crypto";
import { IAM } from "@aws-sdk/client-iam";
import { STS } from "@aws-sdk/client-sts";
import { present } from "../lab/aws/wire";
import { REGION } from "../lab/network";

/** Runs as a session of a role that may do what this policy says. */
export async function asRole<T>(document: string, run: () => Promise<T>): Promise<T> {
  const [iam, sts] = [new IAM({ region: REGION }), new STS({ region: REGION })];
  const RoleName = `least-${randomUUID()}`;
  const trust = { Effect: "Allow", Principal: { AWS: "123456789012" }, Action: "sts:AssumeRole" };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [trust] });
  const { Role } = await iam.createRole({ RoleName, AssumeRolePolicyDocument });
  await iam.putRolePolicy({ RoleName, PolicyName: "least", PolicyDocument: document });
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
