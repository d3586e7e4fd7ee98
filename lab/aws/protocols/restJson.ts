import { validationError } from "../constraints";
import { JSON_CREDENTIAL_ERRORS, missingMember, parsed } from "./json";
import { jsonMembers, readJson } from "./jsonValues";
import { boundAnswer, boundRequest, operationNameOf, present } from "./httpBindings";
import type { Members, Protocol } from "./protocol";

/** https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html */
export const restJson: Protocol = {
  unknownOperationCode: "UnknownOperationException",
  operationName: operationNameOf,
  read: (request, operation) => {
    const { members, inBody } = boundRequest(request, operation);
    const body = inBody.size > 0 ? (readJson(operation.input, parsed(request), "") as Members) : {};
    return present({ ...members, ...body });
  },
  answer: (operation, members) => {
    const { status, headers, payload, content } = boundAnswer(operation, members);
    return {
      status,
      headers: { "content-type": "application/json", ...headers },
      body: payload ?? JSON.stringify(operation.output.isUnitSchema() ? {} : jsonMembers(operation.output, content)),
    };
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
