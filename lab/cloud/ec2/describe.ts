import { createHash } from "node:crypto";
import { ApiError } from "../apiError";
import type { Tags } from "../tags";
import { idsParameter, type FilterValue, type Kind } from "./kinds/kind";
import { type Ec2Network, existing } from "./network";

/**
 * EC2's filters, each a field with the values it may have. An id list is an error for an unknown id, a filter is not.
 */
export type Filters = Readonly<Record<string, readonly string[]>>;

export interface DescribeRequest {
  readonly ids?: readonly string[];
  /** For example `{"vpc-id": ["vpc-0a1"], "tag:Name": ["private"]}`. */
  readonly filters?: Filters;
  readonly maxResults?: number;
  /** Of the page before. */
  readonly nextToken?: string;
  /** What a kind's `flags` have. */
  readonly allAvailabilityZones?: boolean;
  readonly allRegions?: boolean;
}

/** What a Describe action answers: everything that is asked for, or a part of it with the token for the next part. */
export type Page<T> = readonly T[] & { readonly nextToken?: string };

export type Described<T> = T & { readonly tags: Tags };

/** What a Describe action needs to know. */
export interface Description<T extends object> {
  readonly kind: Kind<T>;
  readonly recordsOf: (network: Ec2Network, request: DescribeRequest) => readonly T[];
}

/** Answers a Describe action: by ids, by filters, or everything; with the tags; as a whole or page by page. */
export function describe<T extends object>(
  network: Ec2Network,
  { kind, recordsOf }: Description<T>,
  request: DescribeRequest,
): Page<Described<T>> {
  const flags: readonly string[] = kind.flags ?? [];
  for (const name of Object.keys(request)) {
    if (!PARAMETERS.has(name) && !flags.includes(name)) throw unknownParameter(name);
  }
  const tests = Object.entries(request.filters ?? {}).map(([name, values]) => testOf(kind, name, values));
  const idOf = (record: T): string => String(record[kind.id]);
  const records = recordsOf(network, request);
  const asked = request.ids?.flatMap((id) => {
    const named = records.filter((record) => idOf(record) === id);
    existing<T>({ get: () => named[0] }, kind, id);
    return named;
  });
  const tagsOf = (record: T): Tags => network.tags.get(idOf(record)) ?? NO_TAGS;
  const found = (asked ?? records).filter((record) => tests.every((passes) => passes(record, tagsOf)));
  const page = pageOf(kind, found, request);
  const described = page.map((record) => withTags(record, tagsOf(record)));
  return page.nextToken === undefined ? described : Object.assign(described, { nextToken: page.nextToken });
}

const NO_TAGS: Tags = {};

/** What `withTags` has answered: neither a record nor its tags are ever changed in place, and pages have a thousand. */
const WITH_TAGS = new WeakMap<object, Described<object>>();

function withTags<T extends object>(record: T, tags: Tags): Described<T> {
  const answered = WITH_TAGS.get(record);
  if (answered?.tags === tags) return answered as Described<T>;
  const described = { ...record, tags };
  WITH_TAGS.set(record, described);
  return described;
}

/** The request of a Describe action from the parameters that AWS's API has, lists as lists: `VpcId`, `Filter`. */
export function describeRequest<T>(
  { id, pages }: Kind<T>,
  parameters: Readonly<Record<string, unknown>>,
): DescribeRequest {
  const idsKey = idsParameter(id);
  const known = [idsKey, "Filter", ...(pages === undefined ? [] : ["MaxResults", "NextToken"])];
  for (const name of Object.keys(parameters)) if (!known.includes(name)) throw unknownParameter(name);
  const { [idsKey]: ids, Filter: filters, MaxResults: maxResults, NextToken: nextToken } = parameters;
  return requestFrom({ ids, filters, maxResults, nextToken });
}

/** The request from the values of those parameters, whatever the API calls them. */
export function requestFrom({
  ids,
  filters,
  maxResults,
  nextToken,
}: Readonly<Partial<Record<"ids" | "filters" | "maxResults" | "nextToken", unknown>>>): DescribeRequest {
  return {
    ...(ids !== undefined && { ids: ids as readonly string[] }),
    ...(filters !== undefined && { filters: namedFilters(filters as readonly AwsFilter[]) }),
    ...(maxResults !== undefined && { maxResults: Number(maxResults) }),
    ...(nextToken !== undefined && { nextToken: nextToken as string }),
  };
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Filter.html */
interface AwsFilter {
  readonly Name: string;
  /** The name on the wire. */
  readonly Value?: readonly string[];
  /** The name in the SDKs. */
  readonly Values?: readonly string[];
}

function namedFilters(filters: readonly AwsFilter[]): Filters {
  return Object.fromEntries(filters.map(({ Name: name, Value: value = [], Values: values = value }) => [name, values]));
}

const PARAMETERS: ReadonlySet<string> = new Set(["ids", "filters", "maxResults", "nextToken"]);

function unknownParameter(name: string): ApiError {
  return new ApiError("UnknownParameter", `The parameter ${name} is not recognized`);
}

/** What a record has to be like to pass a filter. A filter that the action does not have is refused by its name. */
function testOf<T>(
  kind: Kind<T>,
  name: string,
  values: readonly string[],
): (record: T, tagsOf: (record: T) => Tags) => boolean {
  const patterns = values.map(patternOf);
  const matches = (value: FilterValue): boolean =>
    value !== undefined && patterns.some((pattern) => pattern.test(String(value)));
  if (kind.untagged === undefined) {
    if (name.startsWith("tag:")) return (record, tagsOf) => matches(tagsOf(record)[name.slice("tag:".length)]);
    if (name === "tag-key") return (record, tagsOf) => Object.keys(tagsOf(record)).some(matches);
  }
  const field = Object.hasOwn(kind.filters, name) ? kind.filters[name] : undefined;
  if (field === undefined) throw new ApiError("InvalidParameterValue", `The filter '${name}' is invalid`);
  const valuesOf =
    typeof field === "function" ? field : (record: T) => [record[field] as FilterValue | readonly FilterValue[]].flat();
  return (record) => valuesOf(record).some(matches);
}

/**
 * `*` stands for any number of characters, `?` for one; a backslash takes their meaning away.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html#filtering-the-cli
 */
function patternOf(value: string): RegExp {
  const source = value.replace(/\\([*?\\])|[*?]|[.+^${}()|[\]\\]/g, (match, escaped: string | undefined) => {
    if (escaped !== undefined) return `\\${escaped}`;
    return match === "*" ? ".*" : match === "?" ? "." : `\\${match}`;
  });
  return new RegExp(`^${source}$`, "su");
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Query-Requests.html#api-pagination */
function pageOf<T>(
  { pages, id }: Pick<Kind<T>, "pages" | "id">,
  found: readonly T[],
  { ids, filters = {}, maxResults, nextToken }: DescribeRequest,
): Page<T> {
  if (maxResults === undefined && nextToken === undefined) return found;
  const paging = maxResults === undefined ? "NextToken" : "MaxResults";
  if (pages === undefined) throw unknownParameter(paging);
  if (ids !== undefined) {
    throw new ApiError(
      "InvalidParameterCombination",
      `The parameter ${idsParameter(id)} cannot be used with the parameter ${paging}`,
    );
  }
  const size = maxResults ?? pages.most;
  if (!Number.isInteger(size) || size < pages.least) {
    throw new ApiError(
      "InvalidParameterValue",
      `Value ( ${size} ) for parameter maxResults is invalid. Expecting a value of at least ${pages.least}.`,
    );
  }
  const asked = createHash("sha256")
    .update(JSON.stringify([id, filters]))
    .digest("base64url");
  const start = nextToken === undefined ? 0 : startOf(nextToken, asked);
  const end = start + Math.min(size, pages.most);
  if (end >= found.length) return found.slice(start);
  return Object.assign(found.slice(start, end), { nextToken: tokenOf(end, asked) });
}

/** A token goes on with the request that it answers, and with no other. */
function tokenOf(start: number, asked: string): string {
  return Buffer.from(`from ${start} of ${asked}`).toString("base64url");
}

function startOf(nextToken: string, asked: string): number {
  const [, start, of] = /^from (\d+) of (\S+)$/.exec(Buffer.from(nextToken, "base64url").toString()) ?? [];
  if (start === undefined || of !== asked) {
    throw new ApiError("InvalidNextToken", `The token '${nextToken}' is invalid`);
  }
  return Number(start);
}
