import { dnsSuffixOf, partitionOf } from "../../cloud/identifiers";
import { functionType } from "../functionType";
import { computed, optional } from "../resourceType";
import { string } from "../shapes";

export const getCallerIdentity = functionType({
  token: "aws:index/getCallerIdentity:getCallerIdentity",
  global: true,
  arguments: { id: optional(string) },
  results: { accountId: computed(string), arn: computed(string), id: computed(string), userId: computed(string) },
  run: async ({ aws }) => {
    const { account, arn, userId } = await aws.sts.getCallerIdentity();
    return { accountId: account, arn, userId, id: account };
  },
});

export const getPartition = functionType({
  token: "aws:index/getPartition:getPartition",
  global: true,
  arguments: { id: optional(string) },
  results: {
    dnsSuffix: computed(string),
    id: computed(string),
    partition: computed(string),
    reverseDnsPrefix: computed(string),
  },
  run: ({ aws: { name } }) => {
    const [partition, dnsSuffix] = [partitionOf(name), dnsSuffixOf(name)];
    return Promise.resolve({
      dnsSuffix,
      id: partition,
      partition,
      reverseDnsPrefix: dnsSuffix.split(".").reverse().join("."),
    });
  },
});

export const getRegion = functionType({
  token: "aws:index/getRegion:getRegion",
  arguments: { id: optional(string), name: optional(string) },
  results: { description: computed(string), endpoint: computed(string), id: computed(string), name: computed(string) },
  refused: ["endpoint"],
  run: ({ aws, args: { name } }) => {
    const region = name ?? aws.name;
    return Promise.resolve({
      id: region,
      name: region,
      description: region,
      endpoint: `ec2.${region}.${dnsSuffixOf(region)}`,
    });
  },
});
