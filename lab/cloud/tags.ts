export type Tags = Readonly<Record<string, string>>;

export function withoutKeys(tags: Tags, tagKeys: readonly string[]): Tags {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !tagKeys.includes(key)));
}

interface TagResourceRequest {
  readonly resourceArn: string;
  readonly tags: Tags;
}

interface UntagResourceRequest {
  readonly resourceArn: string;
  readonly tagKeys: readonly string[];
}

/** TagResource and UntagResource of a service whose records have their tags with them. */
export function tagOperations<T extends { readonly tags: Tags }>(
  recordOf: (resourceArn: string) => T,
  put: (record: T) => void,
): {
  readonly tagResource: (request: TagResourceRequest) => void;
  readonly untagResource: (request: UntagResourceRequest) => void;
} {
  return {
    tagResource: ({ resourceArn, tags }) => {
      const record = recordOf(resourceArn);
      put({ ...record, tags: { ...record.tags, ...tags } });
    },
    untagResource: ({ resourceArn, tagKeys }) => {
      const record = recordOf(resourceArn);
      put({ ...record, tags: withoutKeys(record.tags, tagKeys) });
    },
  };
}
