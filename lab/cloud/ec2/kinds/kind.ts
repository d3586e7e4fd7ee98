/** What a filter is compared with, as AWS writes it. */
export type FilterValue = string | number | boolean | undefined;

/** The table of one kind of things in EC2: what every operation on it needs to know, in AWS's own names. */
export interface Kind<T> {
  /** As the messages of errors call its id: "vpc ID". */
  readonly what: string;
  /** The field that has its id. */
  readonly id: keyof T & string;
  /** Absent: its id is a name, which is never malformed. */
  readonly idPrefix?: string;
  /** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html */
  readonly notFound: string;
  readonly malformed?: string;
  /** What `MaxResults` may be. A larger one than `most` counts as `most`. Absent: the action has no pages. */
  readonly pages?: { readonly least: number; readonly most: number };
  /** Absent: AWS has no tags on it, and its Describe action no filters of tags. */
  readonly untagged?: true;
  /** Parameters that this action alone has: `allRegions`. */
  readonly flags?: readonly ("allAvailabilityZones" | "allRegions")[];
  /** Other lists than that of ids, each with the filter that asks for the same, and the code where it finds nothing. */
  readonly otherIds?: Readonly<Record<string, { readonly filter: string; readonly notFound: string }>>;
  /** AWS's filters, each with the field it asks for, or the values where there is no such field. */
  readonly filters: Readonly<Record<string, (keyof T & string) | ((record: T) => readonly FilterValue[])>>;
}

/** The parameter of a Describe action that takes a list of ids: "VpcId". */
export function idsParameter(id: string): string {
  return id.charAt(0).toUpperCase() + id.slice(1);
}
