import type { ServedOperations } from "../operations";
import { CHANGES } from "./ec2/changes";
import { DESCRIBES } from "./ec2/describes";
import { SECURITY_GROUP_CHANGES } from "./ec2/securityGroups";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/ */
export const EC2: ServedOperations = { ...DESCRIBES, ...CHANGES, ...SECURITY_GROUP_CHANGES };
