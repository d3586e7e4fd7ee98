import type {
  AssumeRoleRequest,
  AssumeRoleResponse,
  GetCallerIdentityRequest,
  GetCallerIdentityResponse,
} from "@aws-sdk/client-sts";
import { capitalised, operation, type ServedOperations } from "../operations";

/** https://docs.aws.amazon.com/STS/latest/APIReference/ */
export const STS: ServedOperations = {
  GetCallerIdentity: operation<GetCallerIdentityRequest, GetCallerIdentityResponse>([], async ({ sts }) =>
    capitalised(await sts.getCallerIdentity()),
  ),
  AssumeRole: operation<AssumeRoleRequest, AssumeRoleResponse>(
    ["RoleArn", "RoleSessionName", "DurationSeconds", "Policy", "PolicyArns", "ExternalId", "SourceIdentity"],
    async ({ sts }, input) => {
      const { assumedRoleId, arn, sourceIdentity, expiration, ...credentials } = await sts.assumeRole({
        roleArn: input.RoleArn,
        roleSessionName: input.RoleSessionName,
        durationSeconds: input.DurationSeconds,
        policy: input.Policy,
        policyArns: input.PolicyArns?.map(({ arn: policyArn = "" }) => policyArn),
        externalId: input.ExternalId,
        sourceIdentity: input.SourceIdentity,
      });
      return {
        Credentials: { ...capitalised(credentials), Expiration: new Date(expiration) },
        AssumedRoleUser: { AssumedRoleId: assumedRoleId, Arn: arn },
        SourceIdentity: sourceIdentity,
      };
    },
  ),
};
