import type { NormalizedSchema } from "@smithy/core/schema";
import { ApiError } from "../../cloud/apiError";
import type { Model, Operation } from "../model";
import type { Members, WireRequest } from "./protocol";

/** The members of a request that its path, headers and query have, and the names of those that are in its body. */
export interface BoundRequest {
  readonly members: Members;
  readonly inBody: ReadonlySet<string>;
}

/** https://smithy.io/2.0/spec/http-bindings.html */
export function boundRequest(request: WireRequest, operation: Operation): BoundRequest {
  const labels = labelsOf(request.path, operation) ?? {};
  const inBody = new Set<string>();
  const members: Record<string, unknown> = {};
  for (const [name, schema] of operation.input.isUnitSchema() ? [] : operation.input.structIterator()) {
    const { httpHeader, httpQuery, httpPayload } = schema.getMergedTraits();
    if (name in labels) members[name] = labels[name];
    else if (httpHeader !== undefined) members[name] = typed(schema, request.headers[httpHeader.toLowerCase()]);
    else if (httpQuery !== undefined) members[name] = typedQuery(schema, request.query.getAll(httpQuery));
    else if (httpPayload !== undefined) members[name] = request.body.length > 0 ? request.body : undefined;
    else inBody.add(name);
  }
  return { members, inBody };
}

export function present(members: Members): Members {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

/** What of an answer goes into its headers, and what into its body. */
export interface BoundAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload?: string;
  readonly content: Members;
}

export function boundAnswer({ output, http }: Operation, members: Members): BoundAnswer {
  const headers: Record<string, string> = {};
  const content: Record<string, unknown> = {};
  let status = http?.[2] ?? 200;
  let payload: string | undefined;
  for (const [name, schema] of output.isUnitSchema() ? [] : output.structIterator()) {
    const value = members[name];
    if (value === undefined) continue;
    const { httpHeader, httpResponseCode, httpPayload } = schema.getMergedTraits();
    if (httpHeader !== undefined) headers[httpHeader.toLowerCase()] = textOf(value);
    else if (httpResponseCode !== undefined) status = Number(value);
    else if (httpPayload !== undefined) payload = textOf(value);
    else content[name] = value;
  }
  return { status, headers, payload, content };
}

export function operationNameOf(request: WireRequest, { operations }: Model): string {
  const found = [...operations.values()].find(
    (operation) => operation.http?.[0] === request.method && labelsOf(request.path, operation) !== undefined,
  );
  return found?.name ?? `${request.method} ${request.path}`;
}

/** What stands in a path in place of the labels of `/2015-03-31/functions/{FunctionName}`. */
function labelsOf(path: string, { http }: Operation): Readonly<Record<string, string>> | undefined {
  const pattern = http?.[1].replace(/\/$/, "").split("/") ?? [];
  const parts = path.replace(/\/$/, "").split("/");
  if (pattern.length !== parts.length) return undefined;
  const labels: Record<string, string> = {};
  for (const [i, part] of pattern.entries()) {
    const [, label] = /^\{(\w+)\+?\}$/.exec(part) ?? [];
    const actual = parts[i] ?? "";
    if (label === undefined ? part !== actual : actual === "") return undefined;
    if (label !== undefined) labels[label] = decoded(actual);
  }
  return labels;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new ApiError("SerializationException", `The path has a part that cannot be read: ${part}`);
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function typedQuery(schema: NormalizedSchema, texts: readonly string[]): unknown {
  if (!schema.isListSchema()) return typed(schema, texts[0]);
  return texts.length === 0 ? undefined : texts.map((text) => typed(schema.getValueSchema(), text));
}

/** A value that is written as text. */
export function typed(schema: NormalizedSchema, text: string | undefined): unknown {
  if (text === undefined || schema.isStringSchema()) return text;
  if (schema.isBooleanSchema()) return text === "true";
  if (!schema.isNumericSchema()) return text;
  if (!/^-?\d+$/.test(text)) throw new ApiError("SerializationException", `${text} is not a number`);
  return Number(text);
}
