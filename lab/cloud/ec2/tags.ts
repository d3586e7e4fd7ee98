import { ApiError } from "../apiError";
import { type Tags, withoutKeys } from "../tags";
import { ec2Operations } from "./network";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTags.html */
export const tagOperations = ec2Operations((network) => {
  const tagsOf = (id: string): Tags => {
    const tags = network.tags.get(id);
    if (tags === undefined) throw new ApiError("InvalidID", `The ID '${id}' is not valid`);
    return tags;
  };
  return {
    createTags: ({ resources, tags }: { readonly resources: readonly string[]; readonly tags: Tags }): void => {
      for (const id of resources) network.tags.put(id, { ...tagsOf(id), ...tags });
    },

    deleteTags: ({
      resources,
      tagKeys,
    }: {
      readonly resources: readonly string[];
      readonly tagKeys: readonly string[];
    }): void => {
      for (const id of resources) {
        network.tags.put(id, withoutKeys(tagsOf(id), tagKeys));
      }
    },
  };
});
