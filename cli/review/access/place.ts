import type { Preview } from "../read/preview";
import { shownText } from "../read/values";

/** Where the resources of a preview are, as its ARNs and endpoints say. */
export interface Place {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

/** `undefined` where no resource has an ARN yet: then nobody is there who could be denied. */
export function placeOf({ changes }: Preview): Place | undefined {
  const found: { partition?: string; region?: string | undefined; account?: string } = {};
  let ofEndpoint: string | undefined;
  for (const { before, after } of changes.values())
    for (const state of [before, after]) {
      const service = shownText(state?.inputs.serviceName) ?? "";
      ofEndpoint ??= /\.([a-z0-9-]+)\.dynamodb$/.exec(service)?.[1];
      const [, partition, , region, account] = shownText(state?.outputs.arn)?.split(":") ?? [];
      if (account === undefined || account === "") continue;
      found.partition ??= partition;
      found.account ??= account;
      found.region ??= region === "" ? undefined : region;
    }
  const { partition = "aws", region = "us-east-1", account } = found;
  return account === undefined ? undefined : { partition, region: ofEndpoint ?? region, account };
}
