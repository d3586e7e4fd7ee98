import type { NormalizedSchema } from "@smithy/core/schema";
import { ApiError } from "../../cloud/apiError";
import type { Members } from "./protocol";

/** A value as a request has it, held against its schema. What the schema does not have is refused by name. */
export function readJson(schema: NormalizedSchema, value: unknown, path: string): unknown {
  if (value === null || value === undefined) return undefined;
  if (schema.isStructSchema() || schema.isUnitSchema()) {
    if (typeof value !== "object" || Array.isArray(value)) throw wrongType(path, "a structure");
    const known = new Map(schema.isUnitSchema() ? [] : schema.structIterator());
    const entries = Object.entries(value).map(([name, each]) => {
      const member = known.get(name);
      if (member === undefined) throw wrongType(`${path}${name}`, "a member of the request");
      return [name, readJson(member, each, `${path}${name}.`)];
    });
    return Object.fromEntries(entries.filter(([, each]) => each !== undefined));
  }
  if (schema.isListSchema()) {
    if (!Array.isArray(value)) throw wrongType(path, "a list");
    return value.map((each, i) => readJson(schema.getValueSchema(), each, `${path}${i}.`));
  }
  if (schema.isMapSchema()) {
    if (typeof value !== "object" || Array.isArray(value)) throw wrongType(path, "a map");
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [key, readJson(schema.getValueSchema(), each, `${path}${key}.`)]),
    );
  }
  if (schema.isTimestampSchema()) return instant(value, path);
  const expected = schema.isNumericSchema() ? "number" : schema.isBooleanSchema() ? "boolean" : "string";
  if (typeof value !== expected) throw wrongType(path, `a ${expected}`);
  return value;
}

/** https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html: seconds since the epoch, with a fraction. */
function instant(value: unknown, path: string): Date {
  if (typeof value === "number") return new Date(value * 1000);
  throw wrongType(path, "a number of seconds since the epoch");
}

function wrongType(path: string, expected: string): ApiError {
  return new ApiError("SerializationException", `${path.replace(/\.$/, "") || "The request"} is not ${expected}`);
}

/** The members of a structure as JSON has them. What the schema does not have is left out. */
export function jsonMembers(schema: NormalizedSchema, members: Members): Members {
  const entries = [...schema.structIterator()].flatMap(([name, member]) => {
    const value = members[name];
    return value === undefined || value === null ? [] : [[name, jsonValue(member, value)]];
  });
  return Object.fromEntries(entries) as Members;
}

function jsonValue(schema: NormalizedSchema, value: unknown): unknown {
  if (schema.isStructSchema()) return jsonMembers(schema, value as Members);
  if (schema.isListSchema()) {
    return (value as readonly unknown[]).map((each) => jsonValue(schema.getValueSchema(), each));
  }
  // A state file keeps times as text.
  return schema.isTimestampSchema() ? new Date(value as Date | string).getTime() / 1000 : value;
}
