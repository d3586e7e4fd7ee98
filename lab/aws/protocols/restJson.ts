import type { NormalizedSchema } from "@smithy/core/schema";
import { ApiError } from "../../cloud/apiError";
import { validationError } from "../constraints";
import type { Model, Operation } from "../model";
import { JSON_CREDENTIAL_ERRORS, missingMember, parsed } from "./json";
import { jsonMembers, readJson } from "./jsonValues";
import type { Protocol, WireRequest } from "./protocol";

/** https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html */
export const restJson: Protocol = {
  unknownOperationCode: "UnknownOperationException",
  operationName: (request, model) => operationOfPath(request, model)?.name ?? `${request.method} ${request.path}`,
  read: (request, operation) => {
    const labels = labelsOf(request.path, operation) ?? {};
    const inBody = new Set<string>();
    const members: Record<string, unknown> = {};
    for (const [name, schema] of operation.input.structIterator()) {
      const { httpHeader, httpQuery, httpPayload } = schema.getMergedTraits();
      if (name in labels) members[name] = labels[name];
      else if (httpHeader !== undefined) members[name] = typed(schema, request.headers[httpHeader.toLowerCase()]);
      else if (httpQuery !== undefined) members[name] = typed(schema, request.query.get(httpQuery) ?? undefined);
      else if (httpPayload !== undefined) members[name] = request.body.length > 0 ? request.body : undefined;
      else inBody.add(name);
    }
    if (inBody.size > 0) Object.assign(members, readJson(operation.input, parsed(request), ""));
    return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
  },
  answer: ({ output, http }, members) => {
    const headers: Record<string, string> = { "content-type": "application/json" };
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
    return { status, headers, body: payload ?? JSON.stringify(jsonMembers(output, content)) };
  },
  refuse: ({ code, message, statusCode }) => ({
    status: statusCode,
    headers: { "content-type": "application/json", "x-amzn-errortype": code },
    body: JSON.stringify({ Type: statusCode >= 500 ? "Service" : "User", message, Message: message }),
  }),
  credentialErrors: JSON_CREDENTIAL_ERRORS,
  invalid: (violations) => validationError("ValidationException", violations),
  missing: (_operation, member) => missingMember(member),
};

function operationOfPath(request: WireRequest, model: Model): Operation | undefined {
  return [...model.operations.values()].find(
    (operation) => operation.http?.[0] === request.method && labelsOf(request.path, operation) !== undefined,
  );
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

function typed(schema: NormalizedSchema, text: string | undefined): unknown {
  if (text === undefined || schema.isStringSchema()) return text;
  if (schema.isBooleanSchema()) return text === "true";
  if (!schema.isNumericSchema()) return text;
  if (!/^-?\d+$/.test(text)) throw new ApiError("SerializationException", `${text} is not a number`);
  return Number(text);
}
