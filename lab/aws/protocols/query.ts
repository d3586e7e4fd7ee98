import type { NormalizedSchema } from "@smithy/core/schema";
import { ApiError } from "../../cloud/apiError";
import { EXPIRED_CREDENTIALS, INVALID_CREDENTIALS } from "../../cloud/callers";
import { NOT_SERVED } from "../../cloud/rolePolicies";
import { ec2ValidationError, validationError } from "../constraints";
import type { Model, Operation } from "../model";
import type { Members, Protocol, WireAnswer, WireRequest } from "./protocol";
import { element, escapeXml, membersXml, type XmlNames } from "./xml";

/** What EC2's query protocol and the one of other services do each in its own way. */
interface Dialect extends XmlNames {
  /** The part of a parameter's name that stands for a member: "VpcId". */
  readonly memberName: (name: string, schema: NormalizedSchema) => string;
  /** What comes between the name of a list and the number of a member: "" or ".member". */
  readonly listPart: string;
  readonly malformed: (name: string, value: string) => ApiError;
  readonly unrecognized: (name: string) => ApiError;
}

const capitalised = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
const decapitalised = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

/** https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html */
const EC2: Dialect = {
  listItem: "item",
  memberName: (name, schema) => {
    const { ec2QueryName, xmlName } = schema.getMergedTraits();
    return (ec2QueryName as string | undefined) ?? capitalised(xmlName ?? name);
  },
  listPart: "",
  malformed: (name, value) =>
    new ApiError("InvalidParameterValue", `Value (${value}) for parameter ${decapitalised(name)} is invalid.`),
  unrecognized: (name) => new ApiError("UnknownParameter", `The parameter ${name} is not recognized`),
};

/** https://smithy.io/2.0/aws/protocols/aws-query-protocol.html */
const AWS: Dialect = {
  listItem: "member",
  memberName: (name, schema) => schema.getMergedTraits().xmlName ?? name,
  listPart: ".member",
  malformed: (name, value) =>
    new ApiError("MalformedInput", `The value '${value}' of the parameter ${name} cannot be read.`),
  unrecognized: (name) => new ApiError(NOT_SERVED, `The parameter ${name} is not served by the lab.`),
};

const NO_MEMBERS: ReadonlySet<string> = new Set(["Action", "Version"]);

export const ec2Query: Protocol = {
  ...reading(EC2),
  answer: ({ name, output }, members, { xmlNamespace }, requestId) =>
    xml(
      200,
      `<${name}Response xmlns="${xmlNamespace}">${element("requestId", requestId)}` +
        `${membersXml(EC2, output, members)}</${name}Response>`,
    ),
  refuse: ({ code, message, statusCode }, _model, requestId) =>
    xml(
      statusCode,
      element("Response", element("Errors", errorXml("", code, message)) + element("RequestID", requestId)),
    ),
  invalid: ec2ValidationError,
  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
  credentialErrors: {
    [INVALID_CREDENTIALS]: new ApiError(
      "AuthFailure",
      "AWS was not able to validate the provided access credentials",
      401,
    ),
    [EXPIRED_CREDENTIALS]: new ApiError("RequestExpired", "Request has expired.", 400),
  },
  missing: ({ input }, member) =>
    new ApiError(
      "MissingParameter",
      `The request must contain the parameter ${EC2.memberName(member, input.getMemberSchema(member))}`,
    ),
};

export const awsQuery: Protocol = {
  ...reading(AWS),
  answer: ({ name, output }, members, { xmlNamespace }, requestId) => {
    const result = output.isUnitSchema() ? "" : element(`${name}Result`, membersXml(AWS, output, members));
    const metadata = element("ResponseMetadata", element("RequestId", requestId));
    return xml(200, `<${name}Response xmlns="${xmlNamespace}">${result}${metadata}</${name}Response>`);
  },
  refuse: ({ code, message, statusCode }, model, requestId) => {
    const type = element("Type", statusCode >= 500 ? "Receiver" : "Sender");
    const content = errorXml(type, code, message) + element("RequestId", requestId);
    return xml(statusCode, `<ErrorResponse xmlns="${model?.xmlNamespace ?? ""}">${content}</ErrorResponse>`);
  },
  credentialErrors: {},
  invalid: (violations) => validationError("ValidationError", violations),
  missing: (_operation, member) =>
    new ApiError(
      "ValidationError",
      `1 validation error detected: Value null at '${decapitalised(member)}' failed to satisfy constraint: Member ` +
        "must not be null",
    ),
};

function errorXml(type: string, code: string, message: string): string {
  return element("Error", `${type}${element("Code", escapeXml(code))}${element("Message", escapeXml(message))}`);
}

function xml(status: number, content: string): WireAnswer {
  return {
    status,
    headers: { "content-type": "text/xml;charset=UTF-8" },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n${content}`,
  };
}

function reading(dialect: Dialect): Pick<Protocol, "operationName" | "read" | "unknownOperationCode"> {
  return {
    unknownOperationCode: "InvalidAction",
    operationName: (request, { version }: Model) => {
      const parameters = parametersOf(request);
      const asked = parameters.get("Version") ?? version;
      if (asked !== version) {
        throw new ApiError("InvalidParameterValue", `The version ${asked} of the API is not served by the lab.`);
      }
      return parameters.get("Action") ?? "";
    },
    read: (request, { input }: Operation) => {
      const parameters = new Parameters(dialect, parametersOf(request));
      const members = parameters.structure(input, "");
      parameters.refuseUnread();
      return members ?? {};
    },
  };
}

function parametersOf({ query, body }: WireRequest): URLSearchParams {
  return new URLSearchParams([...query, ...new URLSearchParams(body.toString())]);
}

/** The parameters of a request, with what of them has been read. */
class Parameters {
  readonly #dialect: Dialect;
  readonly #values: ReadonlyMap<string, string>;
  readonly #unread: Set<string>;
  /** Every name with a dot after it, and every beginning of one: whether a structure or a list has anything in it. */
  readonly #beginnings = new Set<string>();

  constructor(dialect: Dialect, values: URLSearchParams) {
    this.#dialect = dialect;
    this.#values = new Map([...values].filter(([name]) => !NO_MEMBERS.has(name)));
    this.#unread = new Set(this.#values.keys());
    for (const name of this.#values.keys()) {
      for (let at = name.indexOf("."); at >= 0; at = name.indexOf(".", at + 1)) this.#beginnings.add(name.slice(0, at));
    }
  }

  refuseUnread(): void {
    for (const name of this.#unread) throw this.#dialect.unrecognized(name);
  }

  structure(schema: NormalizedSchema, path: string): Members | undefined {
    if (path !== "" && !this.#beginnings.has(path)) return undefined;
    const members: Record<string, unknown> = {};
    for (const [name, member] of schema.structIterator()) {
      const part = this.#dialect.memberName(name, member);
      const value = this.#value(member, path === "" ? part : `${path}.${part}`);
      if (value !== undefined) members[name] = value;
    }
    return members;
  }

  #value(schema: NormalizedSchema, path: string): unknown {
    if (schema.isStructSchema()) return this.structure(schema, path);
    if (schema.isListSchema()) return this.#list(schema, path);
    const text = this.#values.get(path);
    if (text === undefined) return undefined;
    this.#unread.delete(path);
    if (schema.isNumericSchema()) {
      if (!/^-?\d+(\.\d+)?$/.test(text)) throw this.#dialect.malformed(path, text);
      return Number(text);
    }
    if (schema.isBooleanSchema()) {
      if (!/^(true|false)$/i.test(text)) throw this.#dialect.malformed(path, text);
      return text.toLowerCase() === "true";
    }
    return schema.isTimestampSchema() ? new Date(text) : text;
  }

  #list(schema: NormalizedSchema, path: string): readonly unknown[] | undefined {
    const list: unknown[] = [];
    // What a client writes for a list without members.
    if (this.#values.get(path) === "") {
      this.#unread.delete(path);
      return list;
    }
    for (let i = 1; ; i++) {
      const value = this.#value(schema.getValueSchema(), `${path}${this.#dialect.listPart}.${i}`);
      if (value === undefined) return list.length > 0 ? list : undefined;
      list.push(value);
    }
  }
}
