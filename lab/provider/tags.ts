import type { TagChange, TagMap } from "./resourceType";
import { isObject, UNKNOWN, type Values } from "./values";

/**
 * The provider's default tags: https://www.pulumi.com/registry/packages/aws/api-docs/provider/#providerdefaulttags.
 * They are merged into `tagsAll`; a resource's own tag of the same key wins.
 */
export function allTags(defaultTags: TagMap, tags: unknown): TagMap | typeof UNKNOWN {
  if (tags === UNKNOWN) return UNKNOWN;
  return { ...defaultTags, ...asTags(tags) };
}

/** The tags a resource has in its own right: all but those that are default tags and nothing else. */
export function ownTags(defaultTags: TagMap, all: TagMap, known: Values): TagMap {
  const knownTags = asTags(known["tags"]);
  return Object.fromEntries(
    Object.entries(all).filter(([key, value]) => key in knownTags || defaultTags[key] !== value),
  );
}

export function asTags(tags: unknown): TagMap {
  return isObject(tags) ? (tags as TagMap) : {};
}

/** What turns `old` into `tags`, or undefined when they are the same. */
export function tagChange(old: TagMap, tags: TagMap): TagChange | undefined {
  const set = Object.fromEntries(Object.entries(tags).filter(([key, value]) => old[key] !== value));
  const removed = Object.keys(old).filter((key) => !(key in tags));
  return Object.keys(set).length + removed.length === 0 ? undefined : { set, removed };
}
