import { computed, optionalComputed, required, resourceType } from "../resourceType";
import { boolean, policy, string } from "../shapes";

/** The policy of a table or a stream. */
export const resourcePolicy = resourceType({
  token: "aws:dynamodb/resourcePolicy:ResourcePolicy",
  what: "DynamoDB Resource Policy",
  subject: ({ resourceArn }) => resourceArn,
  properties: {
    resourceArn: required(string, { replaces: true }),
    policy: required(policy),
    confirmRemoveSelfResourceAccess: optionalComputed(boolean),
    revisionId: computed(string),
  },
  goneCodes: ["PolicyNotFoundException", "ResourceNotFoundException"],

  create: async ({ aws, inputs: { resourceArn, policy: document } }) => {
    await aws.dynamodb.putResourcePolicy({ resourceArn, policy: document });
    return resourceArn;
  },

  read: async ({ aws, id }) => ({ resourceArn: id, ...(await aws.dynamodb.getResourcePolicy({ resourceArn: id })) }),

  update: async ({ aws, id: resourceArn, inputs: { policy: document } }) => {
    await aws.dynamodb.putResourcePolicy({ resourceArn, policy: document });
  },

  delete: async ({ aws, id: resourceArn }) => {
    await aws.dynamodb.deleteResourcePolicy({ resourceArn });
  },
});
