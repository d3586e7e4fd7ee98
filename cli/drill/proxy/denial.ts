import type { Answer } from "../store/store";

const BODY = JSON.stringify({
  __type: "com.amazon.coral.service#AccessDeniedException",
  Message:
    "User: arn:aws:sts::123456789012:assumed-role/drill/client is not authorized to perform this action because no " +
    "identity-based policy allows it",
});

/**
 * What DynamoDB answers where a condition on `aws:SourceIp` matches no more.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
 */
export const ACCESS_DENIED: Answer = {
  statusCode: 400,
  errorCode: "AccessDeniedException",
  headers: { "content-type": "application/x-amz-json-1.0", "content-length": String(Buffer.byteLength(BODY)) },
  body: Buffer.from(BODY),
};
