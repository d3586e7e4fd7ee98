import type { DynamoDbResourceType } from "../actions";

/** The six fields of an ARN; the last may have colons of its own. */
export interface Arn {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly account: string;
  readonly resource: string;
}

/** The fields of `text`, or `undefined` where it has fewer than six or does not begin with `arn:`. */
export function parseArn(text: string): Arn | undefined {
  const [prefix, partition, service, region, account] = fieldEnds(text);
  if (
    prefix === undefined ||
    partition === undefined ||
    service === undefined ||
    region === undefined ||
    account === undefined
  )
    return undefined;
  if (text.slice(0, prefix) !== "arn") return undefined;
  return {
    partition: text.slice(prefix + 1, partition),
    service: text.slice(partition + 1, service),
    region: text.slice(service + 1, region),
    account: text.slice(region + 1, account),
    resource: text.slice(account + 1),
  };
}

/** Where the last field of an ARN begins, the only one in which AWS resolves policy variables. */
export function resourceStart(text: string): number {
  const [, , , , account] = fieldEnds(text);
  return account === undefined ? text.length : account + 1;
}

/** The first five colons that are no part of a policy variable such as `${aws:RequestedRegion}`. */
function fieldEnds(text: string): readonly number[] {
  if (!text.includes("${")) return firstColons(text);
  const ends: number[] = [];
  let inVariable = false;
  for (let at = 0; at < text.length && ends.length < 5; at++) {
    const character = text[at];
    if (character === "$") inVariable ||= text[at + 1] === "{";
    else if (character === "}") inVariable = false;
    else if (character === ":" && !inVariable) ends.push(at);
  }
  return ends;
}

/** Where there are no variables, as in nearly every ARN, there is no need to look at each character. */
function firstColons(text: string): readonly number[] {
  const ends: number[] = [];
  for (let at = text.indexOf(":"); at >= 0 && ends.length < 5; at = text.indexOf(":", at + 1)) ends.push(at);
  return ends;
}

/** What lies below a table, and therefore has an ARN that begins with the table's. */
const BELOW_TABLES = [
  "index",
  "stream",
  "backup",
  "export",
  "import",
] as const satisfies readonly DynamoDbResourceType[];

const TABLE = "table/";
const GLOBAL_TABLE = "global-table/";

/** The kinds of resources that the last field of an ARN, with its wildcards, can match: none where it names no kind. */
export function resourceTypesOf(resource: string): readonly DynamoDbResourceType[] {
  const literal = literalStart(resource);
  const open = literal.length < resource.length;
  if (literal.startsWith(GLOBAL_TABLE)) return ["global-table"];
  if (literal.startsWith(TABLE)) return typesOfTable(resource, literal, open);
  if (!open) return [];
  const types: DynamoDbResourceType[] = GLOBAL_TABLE.startsWith(literal) ? ["global-table"] : [];
  return TABLE.startsWith(literal) ? [...types, ...typesBelow(resource)] : types;
}

function typesOfTable(resource: string, literal: string, open: boolean): readonly DynamoDbResourceType[] {
  const slash = literal.indexOf("/", TABLE.length);
  if (slash < 0) return open ? typesBelow(resource) : literal.length > TABLE.length ? ["table"] : [];
  const below = literal.slice(slash + 1);
  return BELOW_TABLES.filter((type) => below.startsWith(`${type}/`) || (open && `${type}/`.startsWith(below)));
}

/**
 * A wildcard also stands for slashes, so that `table/*` matches everything below, but one with `/index/` in it no
 * table.
 */
function typesBelow(resource: string): readonly DynamoDbResourceType[] {
  const named = BELOW_TABLES.filter((type) => resource.includes(`/${type}/`));
  return named.length > 0 ? named : ["table", ...BELOW_TABLES];
}

/** The text before the first wildcard or policy variable. */
function literalStart(text: string): string {
  const end = text.search(/[*?]|\$\{/);
  return end < 0 ? text : text.slice(0, end);
}
