import type { GetCallerIdentityRequest, GetCallerIdentityResponse } from "@aws-sdk/client-sts";
import { capitalised, operation, type ServedOperations } from "../operations";

/** https://docs.aws.amazon.com/STS/latest/APIReference/ */
export const STS: ServedOperations = {
  GetCallerIdentity: operation<GetCallerIdentityRequest, GetCallerIdentityResponse>([], async ({ sts }) =>
    capitalised(await sts.getCallerIdentity()),
  ),
};
