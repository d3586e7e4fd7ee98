import { ApiError } from "../../cloud/apiError";
import { EXPIRED_CREDENTIALS, INVALID_CREDENTIALS } from "../../cloud/callers";
import { validationError } from "../constraints";
import { jsonMembers, readJson } from "./jsonValues";
import type { Members, Protocol, WireAnswer, WireRequest } from "./protocol";

/** https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html, which differs from 1.1 in its content type. */
export function awsJson(version: "1.0" | "1.1", invalidCode = "ValidationException"): Protocol {
  const answer = (status: number, content: Members): WireAnswer => ({
    status,
    headers: { "content-type": `application/x-amz-json-${version}` },
    body: JSON.stringify(content),
  });
  return {
    unknownOperationCode: "UnknownOperationException",
    operationName: ({ headers }) => (headers["x-amz-target"] ?? "").replace(/^.*\./, ""),
    read: (request, { input }) => readJson(input, parsed(request), "") as Members,
    answer: ({ output }, members) => answer(200, jsonMembers(output, members)),
    refuse: ({ code, message, statusCode }, model) =>
      answer(statusCode, { __type: typeOf(code, model?.target), message }),
    credentialErrors: JSON_CREDENTIAL_ERRORS,
    invalid: (violations) => validationError(invalidCode, violations),
    missing: (_operation, member) => missingMember(member),
  };
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html: those of services that speak JSON. */
export const JSON_CREDENTIAL_ERRORS: Protocol["credentialErrors"] = {
  [INVALID_CREDENTIALS]: new ApiError(
    "UnrecognizedClientException",
    "The security token included in the request is invalid.",
    403,
  ),
  [EXPIRED_CREDENTIALS]: new ApiError(
    "ExpiredTokenException",
    "The security token included in the request is expired",
    403,
  ),
};

/** DynamoDB has `com.amazonaws.dynamodb.v20120810#ResourceNotFoundException`, most others the code alone. */
function typeOf(code: string, target = ""): string {
  const [service = "", version] = target.toLowerCase().split("_");
  return version === undefined ? code : `com.amazonaws.${service}.v${version}#${code}`;
}

export function parsed({ body }: Pick<WireRequest, "body">): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString()) as unknown;
  } catch {
    throw new ApiError("SerializationException", "The body of the request is not JSON");
  }
}

export function missingMember(member: string): ApiError {
  const name = member.charAt(0).toLowerCase() + member.slice(1);
  return new ApiError(
    "ValidationException",
    `1 validation error detected: Value null at '${name}' failed to satisfy constraint: Member must not be null`,
  );
}
