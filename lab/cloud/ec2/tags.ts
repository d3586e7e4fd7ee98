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

    /** Without keys, all of them; a value that is named beside its key has to be the tag's. */
    deleteTags: ({ resources, tagKeys, values = {} }: DeleteTagsRequest): void => {
      for (const id of resources) {
        const tags = tagsOf(id);
        const keys = (tagKeys ?? Object.keys(tags)).filter((key) => (values[key] ?? tags[key]) === tags[key]);
        network.tags.put(id, withoutKeys(tags, keys));
      }
    },
  };
});

interface DeleteTagsRequest {
  readonly resources: readonly string[];
  readonly tagKeys?: readonly string[];
  readonly values?: Tags;
}
