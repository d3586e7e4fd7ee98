import type { NormalizedSchema } from "@smithy/core/schema";
import { ApiError } from "../../cloud/apiError";
import { validationError } from "../constraints";
import { boundAnswer, boundRequest, operationNameOf, present, typed } from "./httpBindings";
import type { Members, Protocol } from "./protocol";
import { awsQuery } from "./query";
import { membersXml } from "./xml";

/** https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html */
export const restXml: Protocol = {
  unknownOperationCode: "InvalidAction",
  operationName: operationNameOf,
  read: (request, operation) => {
    const { members, inBody } = boundRequest(request, operation);
    const text = request.body.toString();
    const body = inBody.size > 0 && text !== "" ? structure(operation.input, parsedXml(text).children) : {};
    return present({ ...members, ...body });
  },
  answer: (operation, members, { xmlNamespace }) => {
    const { status, headers, content } = boundAnswer(operation, members);
    const { name, output } = operation;
    const elements = output.isUnitSchema() ? "" : membersXml({ listItem: "member" }, output, content);
    return {
      status,
      headers: { ...headers, "content-type": "text/xml" },
      body: `<?xml version="1.0" encoding="UTF-8"?>\n<${name}Response xmlns="${xmlNamespace}">${elements}</${name}Response>`,
    };
  },
  refuse: (error, model, requestId) => awsQuery.refuse(error, model, requestId),
  credentialErrors: awsQuery.credentialErrors,
  // https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListHostedZonesByVPC.html#API_ListHostedZonesByVPC_Errors
  invalid: (violations) => validationError("InvalidInput", violations),
  missing: (_operation, member) => new ApiError("InvalidInput", `The request lacks the parameter ${member}.`),
};

interface XmlElement {
  readonly name: string;
  readonly children: XmlElement[];
  text: string;
}

/** Elements and their text: a request has nothing else in it that counts. */
function parsedXml(text: string): XmlElement {
  const top: XmlElement = { name: "", children: [], text: "" };
  const open = [top];
  for (const [, closing, name = "", empty, content = ""] of text.matchAll(
    /<(?:[?!][^>]*|(\/?)([\w:.-]+)[^>]*?(\/?))>([^<]*)/g,
  )) {
    if (name === "") continue;
    if (closing === "/") {
      if (open.pop()?.name !== name) throw malformed();
      continue;
    }
    const element: XmlElement = { name, children: [], text: unescaped(content) };
    open.at(-1)?.children.push(element);
    if (empty !== "/") open.push(element);
  }
  const [root] = top.children;
  if (open.length !== 1 || root === undefined) throw malformed();
  return root;
}

function malformed(): ApiError {
  return new ApiError("MalformedInput", "The XML that you provided is not well-formed.");
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function unescaped(text: string): string {
  return text.replace(/&(#x?)?(\w+);/g, (whole, numeric: string | undefined, name: string) =>
    numeric === undefined
      ? (ENTITIES[name] ?? whole)
      : String.fromCodePoint(Number.parseInt(name, numeric === "#x" ? 16 : 10)),
  );
}

function structure(schema: NormalizedSchema, elements: readonly XmlElement[]): Members {
  const known = new Map(
    [...schema.structIterator()].map(([name, member]) => [member.getMergedTraits().xmlName ?? name, { name, member }]),
  );
  const entries = elements.map((element) => {
    const found = known.get(element.name);
    if (found === undefined)
      throw new ApiError("InvalidInput", `The element ${element.name} is none of the request's.`);
    return [found.name, valueOf(found.member, element)];
  });
  return Object.fromEntries(entries) as Members;
}

function valueOf(schema: NormalizedSchema, { children, text }: XmlElement): unknown {
  if (schema.isStructSchema()) return structure(schema, children);
  if (schema.isListSchema()) return children.map((child) => valueOf(schema.getValueSchema(), child));
  return typed(schema, text);
}
