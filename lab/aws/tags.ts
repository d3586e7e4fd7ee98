import type { Tags } from "../cloud/tags";

/** A tag as AWS's API writes it. */
interface Tag {
  readonly Key?: string;
  readonly Value?: string;
}

export function tagMap(tags: readonly Tag[] = []): Tags {
  return Object.fromEntries(tags.map(({ Key: key = "", Value: value = "" }) => [key, value]));
}

export function tagList(tags: Tags): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
