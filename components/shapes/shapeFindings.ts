import { DECLARED, type Declared, type DeclaredType } from "./declared";
import { expected } from "./expected";
import { formOf, isLate, resourceIn, Unreadable, withArticle, type Form } from "./forms";
import { closest, didYouMean } from "./names";

/** What has another shape than is declared: where it stands, what it is, and what to give. */
export interface ShapeFinding {
  readonly path: string;
  readonly message: string;
  readonly suggestion: string;
}

/** Where arguments stand: before the names of what is in them, and as a whole. */
interface Standing {
  /** With a full stop behind it. */
  readonly path?: string;
  readonly whole?: string;
}

/**
 * Holds arguments against the declaration of their type, and judges them further as far as they can be read: `further`
 * is given what is left of them.
 *
 * An Output, or a promise, of what need not be known at once is right: it is judged when it is known. What a program
 * leaves `undefined`, it has not given.
 */
export function* judged<Arguments extends object, Further extends { readonly path: string }>(
  type: DeclaredType,
  given: Arguments | undefined,
  further: (readable: Arguments) => Iterable<Further>,
  { path = "", whole = "args" }: Standing = {},
): Iterable<ShapeFinding | Further> {
  const found: Found = { findings: [], unreadable: new Set() };
  if (given === undefined || !isObject(given)) {
    const problem =
      given === undefined ? undefined : typeProblem({ is: "object", type }, given, { path: whole, key: type });
    yield problem ?? { path: whole, message: "is missing", suggestion: expected(type) };
    return;
  }
  objectFindings(type, given, path, found);
  yield* found.findings;
  const unread = new Set([...found.unreadable].map((each) => argumentOf(each, path)));
  const told = new Set(found.findings.map((finding) => finding.path));
  for (const finding of further(readable(given, unread)))
    if (!told.has(finding.path) && !unread.has(argumentOf(finding.path, path))) yield finding;
}

/** Without what cannot be read, and without what says something about it. */
function readable<Arguments extends object>(given: Arguments, unread: ReadonlySet<string>): Arguments {
  if (unread.size === 0) return given;
  const areTablesRead = !unread.has("routeTables") && !unread.has("subnets");
  const silent = new Set([...unread, ...(areTablesRead ? [] : ["routeTables", "subnets", ...ABOUT_TABLES])]);
  return Object.fromEntries(Object.entries(given).filter(([name]) => !silent.has(name))) as Arguments;
}

/** Arguments that say something about route tables by their names. */
const ABOUT_TABLES = ["rollout", "adopt", "formerNames"];

function argumentOf(path: string, prefix: string): string {
  return path.slice(path.startsWith(prefix) ? prefix.length : 0).split(/[.[]/, 1)[0] ?? "";
}

interface Found {
  readonly findings: ShapeFinding[];
  /** The paths of what is of another type. */
  readonly unreadable: Set<string>;
}

interface Place {
  readonly path: string;
  /** What `expected.ts` knows it by: `TYPE.PROPERTY`, with `[]` for what is in a list or a map. */
  readonly key: string;
}

function valueFindings(declared: Declared, value: unknown, place: Place, found: Found): void {
  const problem = typeProblem(declared, value, place);
  if (problem !== undefined) {
    found.findings.push(problem);
    found.unreadable.add(place.path);
  } else if (isLate(value)) return;
  else if (declared.is === "text") found.findings.push(...choiceFindings(declared, value as string, place));
  else if (declared.is === "list") {
    for (const [i, item] of (value as unknown[]).entries())
      valueFindings(declared.of, item, { path: `${place.path}[${i}]`, key: `${place.key}[]` }, found);
  } else if (declared.is === "map") {
    for (const [name, each] of Object.entries(value as object))
      if (each !== undefined)
        valueFindings(declared.of, each, { path: `${place.path}.${name}`, key: `${place.key}[]` }, found);
  } else if (declared.is === "object") objectFindings(declared.type, value as object, `${place.path}.`, found);
}

function choiceFindings(
  { choices }: { readonly choices?: readonly string[] },
  given: string,
  { path, key }: Place,
): readonly ShapeFinding[] {
  if (choices === undefined || choices.includes(given)) return [];
  const meant = closest(given, choices);
  const suggestion = meant === undefined ? expected(key) : `did you mean "${meant}"?`;
  return [{ path, message: `${quoted(given)} is none of ${choices.join(", ")}`, suggestion }];
}

function objectFindings(type: DeclaredType, given: object, path: string, found: Found): void {
  const properties: Readonly<Record<string, Declared>> = DECLARED[type];
  // A map's order does not survive the way from another language.
  for (const [name, value] of Object.entries(given).sort(byName) as [string, unknown][]) {
    if (value === undefined) continue;
    const declared = Object.hasOwn(properties, name) ? properties[name] : undefined;
    const place = { path: `${path}${name}`, key: `${type}.${name}` };
    if (declared !== undefined) valueFindings(declared, value, place, found);
    else
      found.findings.push({
        path: place.path,
        message: "is not an argument of this version",
        suggestion: didYouMean(name, Object.keys(properties)),
      });
  }
  for (const [name, { required }] of Object.entries(properties))
    if (required === true && (given as Readonly<Record<string, unknown>>)[name] === undefined)
      found.findings.push({ path: `${path}${name}`, message: "is missing", suggestion: expected(`${type}.${name}`) });
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}

const FORMS = { text: "text", integer: "number", boolean: "boolean", list: "list", map: "map", object: "map" } as const;

function typeProblem(declared: Declared, value: unknown, { path, key }: Place): ShapeFinding | undefined {
  if (value instanceof Unreadable) return { path, message: value.message, suggestion: value.suggestion };
  if (isLate(value)) return declared.late === true ? undefined : lateFinding(declared, path);
  const form: Form = FORMS[declared.is];
  const resource = resourceIn(value);
  if (resource !== undefined) {
    const suggestion = form === "text" ? `give its property ${propertyFor(path)}` : expected(key);
    return { path, message: `is ${resource}, not ${withArticle(form)}`, suggestion };
  }
  const given = formOf(value);
  const isRight = given === form || (given === "date" && declared.is === "text" && declared.orDate === true);
  if (!isRight)
    return { path, message: `is ${said(value, given)}, not ${withArticle(form)}`, suggestion: expected(key) };
  return undefined;
}

/** What decides which resources there are must be known while the program runs. */
function lateFinding(declared: Declared, path: string): ShapeFinding {
  const name = path.replace(/^.*\./, "");
  const getter = { text: "get", integer: "getNumber", boolean: "getBoolean" }[declared.is as string] ?? "getObject";
  const values = declared.is === "map" && declared.of.late === true;
  return {
    path,
    message: "is an Output, and must be known when the program runs",
    suggestion: values
      ? "give the names at once; the values may be Outputs"
      : `give a value; from config it is new pulumi.Config().${getter}("${name}")`,
  };
}

/** Which property of a resource is meant where it stands in place of one. */
function propertyFor(path: string): string {
  if (/arn$/i.test(path) || /principals\[\d+\]$/.test(path)) return "arn";
  return /(^|\.)(table|name)$|\.functions\.[^.]+$/.test(path) ? "name" : "id";
}

function said(value: unknown, form: Form): string {
  if (form === "text") return `the text ${quoted(value as string)}`;
  if (form === "number" || form === "boolean") return `the ${form} ${String(value)}`;
  return withArticle(form);
}

/** As much of a text as a reader takes in, on one line. */
function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 59)}…` : text);
}

function isObject(value: unknown): boolean {
  return formOf(value) === "map" && resourceIn(value) === undefined;
}
