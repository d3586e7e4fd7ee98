import { LOG_GROUP_NAMES, nameProblem } from "../../cloud/names";
import { autonamed, computed, defaulted, optional, optionalComputed, resourceType } from "../resourceType";
import { boolean, number, string } from "../shapes";

export const logGroup = resourceType({
  token: "aws:cloudwatch/logGroup:LogGroup",
  what: "CloudWatch Logs Log Group",
  subject: ({ name }) => name,
  properties: {
    name: autonamed(512, (name) => nameProblem(LOG_GROUP_NAMES, name)),
    retentionInDays: optional(number),
    logGroupClass: optionalComputed(string, { replaces: true }),
    skipDestroy: defaulted(boolean, false, { notReadable: true }),
    arn: computed(string),
  },
  refused: ["deletionProtectionEnabled", "kmsKeyId", "namePrefix"],
  goneCodes: ["ResourceNotFoundException"],

  create: async ({ aws, inputs: { name, logGroupClass, retentionInDays }, tags }) => {
    await aws.logs.createLogGroup({ logGroupName: name, logGroupClass, tags });
    if (retentionInDays) await aws.logs.putRetentionPolicy({ logGroupName: name, retentionInDays });
    return name;
  },

  read: async ({ aws, id }) => {
    const found = (await aws.logs.describeLogGroups({ logGroupNamePrefix: id })).find(
      ({ logGroupName }) => logGroupName === id,
    );
    return (
      found && {
        ...found,
        name: found.logGroupName,
        tags: await aws.logs.listTagsForResource({ resourceArn: found.arn }),
      }
    );
  },

  update: async ({ aws, id: logGroupName, inputs: { retentionInDays } }) => {
    if (retentionInDays) await aws.logs.putRetentionPolicy({ logGroupName, retentionInDays });
    else await aws.logs.deleteRetentionPolicy({ logGroupName });
  },

  delete: async ({ aws, id, known }) => {
    if (!known.skipDestroy) await aws.logs.deleteLogGroup({ logGroupName: id });
  },

  retag: async ({ aws, known: { arn: resourceArn = "" }, change }) => {
    if (change.removed.length > 0) await aws.logs.untagResource({ resourceArn, tagKeys: change.removed });
    if (Object.keys(change.set).length > 0) await aws.logs.tagResource({ resourceArn, tags: change.set });
  },
});
