import type { ServedOperations } from "../operations";
import { CHANGES } from "./ec2/changes";
import { DESCRIBES } from "./ec2/describes";
import { ENDPOINT_CHANGES } from "./ec2/endpoints";
import { INTERFACE_CHANGES } from "./ec2/interfaces";
import { NETWORK_CHANGES } from "./ec2/networks";
import { SECURITY_GROUP_CHANGES } from "./ec2/securityGroups";
import { SETTING_CHANGES } from "./ec2/settings";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/ */
export const EC2: ServedOperations = {
  ...DESCRIBES,
  ...CHANGES,
  ...ENDPOINT_CHANGES,
  ...INTERFACE_CHANGES,
  ...NETWORK_CHANGES,
  ...SECURITY_GROUP_CHANGES,
  ...SETTING_CHANGES,
};
