import type { FrontDoor, Served } from "./frontDoor";
import { deployerArn } from "./deployer";
import { ACCOUNT_ID } from "./identifiers";

export interface CallerIdentity {
  readonly account: string;
  readonly arn: string;
  readonly userId: string;
}

function operations(partition: string) {
  return {
    getCallerIdentity: (): CallerIdentity => ({
      account: ACCOUNT_ID,
      arn: deployerArn(partition),
      userId: "AROAEXAMPLELABDEPLOY:lab",
    }),
  };
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
export type Sts = Served<ReturnType<typeof operations>>;

export function stsService(door: FrontDoor, region: string, partition: string): Sts {
  return door.serve(region, "sts", operations(partition));
}
