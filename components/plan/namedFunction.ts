import type { Finding } from "../args/findings";

/** A Lambda function as its name or ARN tells it. */
export interface NamedFunction {
  /** The name or ARN without a qualifier: the provider sends one of its own, and Lambda refuses two that differ. */
  readonly functionName: string;
  /** The version or alias. */
  readonly qualifier: string | undefined;
  /** Only where the whole ARN was given. */
  readonly region: string | undefined;
}

/**
 * https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_RequestParameters: a name, a partial ARN or
 * an ARN.
 * The API's own pattern takes `my-probe-1:live` for a Region and a function; the documented forms do not.
 */
const FUNCTION =
  /^((?:(?:arn:aws[a-z-]*:lambda:([a-z]{2,4}(?:-[a-z]+)+-\d):)?\d{12}:(?:function:)?)?[\w.-]+)(?::(\$LATEST(?:\.PUBLISHED)?|[\w-]+))?$/;

/** What a name, or a whole or partial ARN, says; `undefined` if it is none. */
export function namedFunction(given: string): NamedFunction | undefined {
  const [, functionName, region, qualifier] = FUNCTION.exec(given) ?? [];
  return functionName === undefined ? undefined : { functionName, qualifier, region };
}

/** What is wrong with the name of a function that is invoked in `region`, where that is known. */
export function* functionNameFindings(path: string, given: string, region: string | undefined): Iterable<Finding> {
  const named = namedFunction(given);
  if (named === undefined) {
    const suggestion = given.includes(":apigateway:")
      ? "that is its invokeArn: give its arn"
      : "give NAME, NAME:ALIAS or arn:aws:lambda:REGION:123456789012:function:NAME";
    yield { path, message: `"${given}" is not the name or the ARN of a Lambda function`, suggestion };
  } else if (named.region !== undefined && region !== undefined && named.region !== region) {
    yield {
      path,
      message: `"${given}" is a function of ${named.region}, not of ${region}`,
      suggestion: "give one of the Region of the route table, in a subnet that uses it",
    };
  }
}
