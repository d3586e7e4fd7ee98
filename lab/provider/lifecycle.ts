import { ApiError, isApiError } from "../cloud/apiError";
import type { Cloud } from "../cloud/cloud";
import type { ProviderConfiguration } from "./configuration";
import { changedProperties, diffResource } from "./diff";
import { IncompleteCreation, InitializationError } from "./incomplete";
import type { Place, Property, ResourceType } from "./resourceType";
import { withRetries } from "./retries";
import { isEmpty, sameValue } from "./shapes";
import { allTags, asTags, ownTags, tagChange } from "./tags";
import type { Values } from "./values";

/** A provider instance at work: what it was told, and the AWS it talks to. */
export interface Session {
  readonly cloud: Cloud;
  readonly provider: ProviderConfiguration;
}

export interface Reading {
  readonly id: string;
  readonly state: Values;
  readonly inputs: Values;
}

export async function createResource(
  session: Session,
  type: ResourceType,
  inputs: Values,
): Promise<{ readonly id: string; readonly state: Values }> {
  const place = placeOf(session, inputs["region"]);
  const tags = asTags(allTags(session.provider.defaultTags, inputs["tags"]));
  try {
    const created = await explained(`creating ${type.what} (${type.subject(inputs) ?? ""})`, () =>
      type.create({ ...place, inputs, tags }),
    );
    const { id, answers } = typeof created === "string" ? { id: created, answers: {} } : created;
    return { id, state: await settled(place, type, id, { ...inputs, ...answers }) };
  } catch (error) {
    // It is read only when it is complete: what AWS alone knows of it is not in the state.
    throw error instanceof IncompleteCreation
      ? new InitializationError(error.id, { ...regionOf(place, type), ...inputs }, error.message)
      : error;
  }
}

export async function updateResource(
  session: Session,
  type: ResourceType,
  id: string,
  known: Values,
  inputs: Values,
): Promise<Values> {
  const place = placeOf(session, inputs["region"]);
  const changed = new Set(changedProperties(diffResource(type, { state: known, inputs, provider: session.provider })));
  const change = tagChange(asTags(known["tagsAll"]), asTags(allTags(session.provider.defaultTags, inputs["tags"])));
  changed.delete("tags");
  changed.delete("tagsAll");
  await explained(`updating ${type.what} (${id})`, async () => {
    if (change !== undefined) await type.retag?.({ ...place, id, known, change });
    if (changed.size > 0) await type.update?.({ ...place, id, inputs, known, changed });
  });
  return settled(place, type, id, { ...stillTrue(type, known, changed), ...inputs });
}

/** Deleting what is gone already is a success. */
export async function deleteResource(session: Session, type: ResourceType, id: string, known: Values): Promise<void> {
  const place = placeOf(session, known["region"]);
  try {
    await explained(`deleting ${type.what} (${id})`, () => type.delete({ ...place, id, known }));
  } catch (error) {
    if (!(error instanceof ExplainedError && isApiError(error.cause, ...type.goneCodes))) throw error;
  }
}

/** Refreshes a resource. Undefined: it is gone. */
export async function refreshResource(
  session: Session,
  type: ResourceType,
  id: string,
  known: Values,
  inputs: Values,
): Promise<Reading | undefined> {
  const place = placeOf(session, known["region"]);
  const state = await readState(place, type, id, known);
  if (state === undefined) return undefined;
  const followed = Object.entries(inputs).map(([name, value]) => [
    name,
    followedInput(type.properties[name], value, state[name]),
  ]);
  return { id, state, inputs: Object.fromEntries(followed) as Values };
}

/** Reads a resource that no stack knows yet. `vpc-0a1@eu-west-1` names one of another Region than the provider's. */
export async function importResource(
  session: Session,
  type: ResourceType,
  importId: string,
): Promise<Reading | undefined> {
  const [, localId = importId, region] = /^(.+)@([a-z]{2}(?:-[a-z]+)+-\d)$/.exec(importId) ?? [];
  const { id, known } = type.imported?.(localId) ?? { id: localId, known: {} };
  const state = await readState(placeOf(session, region), type, id, known);
  if (state === undefined) return undefined;
  const inputs = Object.entries(type.properties)
    .filter(([name, property]) => property.input !== "none" && name !== "region" && !isEmpty(state[name]))
    .map(([name]) => [name, state[name]] as const);
  return {
    id,
    state: { ...defaultsOf(type), ...state },
    inputs: Object.fromEntries(region === undefined ? inputs : [...inputs, ["region", region]]),
  };
}

/**
 * Settings of the provider's own, such as `revokeRulesOnDelete`: no import can read them, so they begin with their
 * defaults.
 */
function defaultsOf(type: ResourceType): Values {
  const defaults = Object.entries(type.properties).filter(
    ([, property]) => property.notReadable && property.default !== undefined,
  );
  return Object.fromEntries(defaults.map(([name, property]) => [name, property.default]));
}

/** An input that AWS still has stays as it is written; one that drifted takes AWS's value. */
function followedInput(property: Property | undefined, input: unknown, actual: unknown): unknown {
  if (property === undefined || property.notReadable) return input;
  return sameValue(property.shape, actual, input) ? input : actual;
}

async function settled(place: Place, type: ResourceType, id: string, known: Values): Promise<Values> {
  const state = await readState(place, type, id, known);
  if (state === undefined) throw new Error(`reading ${type.what} (${id}): couldn't find resource`);
  return state;
}

async function readState(place: Place, type: ResourceType, id: string, known: Values): Promise<Values | undefined> {
  const found = await explained(`reading ${type.what} (${id})`, () => readUnlessGone(place, type, id, known));
  if (found === undefined) return undefined;
  const region = regionOf(place, type);
  const all = asTags(found["tags"]);
  const tags = type.retag ? { tags: ownTags(place.provider.defaultTags, all, known), tagsAll: all } : {};
  const read = { ...asWritten(type, known, found), ...region, ...tags };
  const declared = Object.entries(read).filter(([name]) => name in type.properties);
  return { ...kept(type, known), ...Object.fromEntries(declared) };
}

function regionOf(place: Place, type: ResourceType): Values {
  return type.global ? {} : { region: place.aws.name };
}

async function readUnlessGone(
  place: Place,
  type: ResourceType,
  id: string,
  known: Values,
): Promise<Values | undefined> {
  try {
    return await type.read({ ...place, id, known });
  } catch (error) {
    if (isApiError(error, ...type.goneCodes)) return undefined;
    throw error;
  }
}

/** AWS's answers that an update does not touch. */
function stillTrue(type: ResourceType, known: Values, changed: ReadonlySet<string>): Values {
  const answers = Object.entries(known).filter(([name]) => {
    const { computed = false, changesWith = [] } = type.properties[name] ?? {};
    return computed && !changesWith.some((input) => changed.has(input));
  });
  return Object.fromEntries(answers);
}

function kept(type: ResourceType, known: Values): Values {
  return Object.fromEntries(Object.entries(known).filter(([name]) => type.properties[name]?.notReadable));
}

/** A policy that means what is known of it stays in the words of the program. */
function asWritten(type: ResourceType, known: Values, read: Values): Values {
  const entries = Object.entries(read).map(([name, value]) => {
    const shape = type.properties[name]?.shape;
    const equivalent = shape?.kind === "policy" && known[name] !== undefined && sameValue(shape, value, known[name]);
    return [name, equivalent ? known[name] : value] as const;
  });
  return Object.fromEntries(entries);
}

/** Where a request of this provider instance goes: to the Region that is asked for, or else to its own. */
export function placeOf({ cloud, provider }: Session, region: unknown): Place {
  return {
    cloud,
    provider,
    aws: withRetries(cloud.region(typeof region === "string" ? region : provider.region), cloud.deployer),
  };
}

class ExplainedError extends Error {}

/** The provider's words for AWS's refusal, as the AWS SDK for Go prints it. */
async function explained<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new ExplainedError(`${doing}: ${sdkText(error)}`, { cause: error });
  }
}

const SDK_NAMES: Readonly<Record<string, string>> = {
  ec2: "EC2",
  iam: "IAM",
  lambda: "Lambda",
  logs: "CloudWatch Logs",
  dynamodb: "DynamoDB",
  sts: "STS",
};

/** Errors of Lambda's that its API does not declare: the SDK for Go has no type for them. */
const UNDECLARED = [
  "AccessDeniedException",
  "ExpiredTokenException",
  "NotServedByTheLab",
  "ThrottlingException",
  "ValidationException",
];

export function sdkText({ call, code, message, statusCode, attempts }: ApiError): string {
  const { service, action, sequence } = call ?? { service: "", action: "", sequence: 0 };
  const requestId = `00000000-0000-4000-8000-${sequence.toString(16).padStart(12, "0")}`;
  const exhausted = attempts === undefined ? "" : `exceeded maximum number of attempts, ${attempts}, `;
  const kind = service === "lambda" && !UNDECLARED.includes(code) ? "" : "api error ";
  return (
    `operation error ${SDK_NAMES[service] ?? service}: ${action}, ${exhausted}https response error StatusCode: ` +
    `${statusCode}, RequestID: ${requestId}, ${kind}${code}: ${message}`
  );
}
