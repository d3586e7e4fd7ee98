import type { TagSpecification } from "@aws-sdk/client-ec2";
import { ApiError } from "../../../cloud/apiError";
import type { Tags } from "../../../cloud/tags";
import { tagMap } from "../../tags";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TagSpecification.html */
export function specifiedTags(resourceType: string, specifications: readonly TagSpecification[] = []): Tags {
  for (const { ResourceType: asked } of specifications) {
    if (asked === resourceType) continue;
    throw new ApiError(
      "InvalidParameterValue",
      `'${String(asked)}' is not a valid taggable resource type for this operation.`,
    );
  }
  return tagMap(specifications.flatMap(({ Tags: tags = [] }) => tags));
}
