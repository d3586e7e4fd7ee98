import type {
  FunctionConfiguration as FunctionConfigurationOutput,
  GetFunctionRequest,
  GetFunctionResponse,
  InvocationRequest,
  InvocationResponse,
  ListFunctionsRequest,
  ListFunctionsResponse,
} from "@aws-sdk/client-lambda";
import { ApiError } from "../../cloud/apiError";
import type { FunctionConfiguration } from "../../cloud/functionConfiguration";
import { NOT_SERVED } from "../../cloud/rolePolicies";
import { capitalised, operation, type ServedOperations } from "../operations";
import { markedPage, opened, requireRange, sealed } from "../pages";

/**
 * `MaxItems` of https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html, of which an answer has at most 50.
 */
const FUNCTIONS_ASKED_FOR = { member: "maxItems", least: 1, most: 10_000 };
const FUNCTIONS_OF_A_PAGE = 50;

/** https://docs.aws.amazon.com/lambda/latest/api/ */
export const LAMBDA: ServedOperations = {
  ListFunctions: operation<ListFunctionsRequest, ListFunctionsResponse>(
    ["Marker", "MaxItems", "FunctionVersion"],
    async ({ lambda }, { Marker: marker, MaxItems: maxItems = FUNCTIONS_OF_A_PAGE, FunctionVersion: version }) => {
      if (version !== undefined && (version as string) !== "ALL") {
        throw invalid(`Value '${version}' at 'functionVersion' is not ALL`);
      }
      const most = Math.min(
        requireRange(maxItems, FUNCTIONS_ASKED_FOR, "InvalidParameterValueException"),
        FUNCTIONS_OF_A_PAGE,
      );
      const { items, next } = markedPage(await lambda.listFunctions(), ({ functionName }) => functionName, {
        marker: opened(marker, () => invalid("Invalid Marker")),
        most,
      });
      const functions = items.map(listed);
      return { Functions: version === undefined ? functions : functions.map(latest), NextMarker: sealed(next) };
    },
  ),
  GetFunction: operation<GetFunctionRequest, GetFunctionResponse>(
    ["FunctionName", "Qualifier"],
    async ({ lambda }, { FunctionName: functionName, Qualifier: qualifier }) => {
      requireLatest(qualifier);
      const configuration = await lambda.getFunction({ functionName });
      const { tags, reservedConcurrentExecutions } = configuration;
      return {
        Configuration: described(configuration),
        ...(Object.keys(tags).length > 0 && { Tags: { ...tags } }),
        ...(reservedConcurrentExecutions !== undefined && {
          Concurrency: { ReservedConcurrentExecutions: reservedConcurrentExecutions },
        }),
      };
    },
  ),
  GetFunctionConfiguration: operation<GetFunctionRequest, FunctionConfigurationOutput>(
    ["FunctionName", "Qualifier"],
    async ({ lambda }, { FunctionName: functionName, Qualifier: qualifier }) => {
      requireLatest(qualifier);
      return described(await lambda.getFunction({ functionName }));
    },
  ),
  Invoke: operation<InvocationRequest, InvocationResponse>(
    ["FunctionName", "Payload", "Qualifier", "InvocationType"],
    async (
      { lambda },
      { FunctionName: functionName, Payload: payload, Qualifier: qualifier, InvocationType: type },
    ) => {
      if (type !== undefined && type !== "RequestResponse") {
        throw new ApiError(NOT_SERVED, `The invocation type ${type} is not served by the lab.`);
      }
      const answer = await lambda.invoke({ functionName, payload: requestJson(payload), qualifier });
      return {
        StatusCode: answer.statusCode,
        FunctionError: answer.functionError,
        ExecutedVersion: "$LATEST",
        // The protocol writes it as it is.
        Payload: answer.payload as unknown as Uint8Array<ArrayBuffer> & InvocationResponse["Payload"],
      };
    },
  ),
};

function invalid(message: string): ApiError {
  return new ApiError("InvalidParameterValueException", message);
}

/** The lab publishes no versions. */
function requireLatest(qualifier: string | undefined): void {
  if (qualifier === undefined || qualifier === "$LATEST") return;
  throw new ApiError(NOT_SERVED, `The qualifier ${qualifier} of a function's description is not served by the lab.`);
}

/** What is no JSON: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors */
function requestJson(payload: Uint8Array | undefined): string {
  if (payload === undefined) return "{}";
  const text = Buffer.from(payload).toString();
  try {
    JSON.parse(text);
    return text;
  } catch {
    throw new ApiError(
      "InvalidRequestContentException",
      "Could not parse request body into json: Could not parse payload into json",
    );
  }
}

function described({
  environment,
  vpcConfig,
  layers,
  logging,
  ...configuration
}: FunctionConfiguration): FunctionConfigurationOutput {
  return {
    ...capitalised(configuration),
    Runtime: configuration.runtime as FunctionConfigurationOutput["Runtime"],
    Architectures: [...configuration.architectures] as FunctionConfigurationOutput["Architectures"],
    PackageType: "Zip",
    LastUpdateStatus: "Successful",
    StateReasonCode: configuration.stateReasonCode as FunctionConfigurationOutput["StateReasonCode"],
    ...(Object.keys(environment).length > 0 && { Environment: { Variables: { ...environment } } }),
    ...(vpcConfig !== undefined && {
      VpcConfig: {
        SubnetIds: [...vpcConfig.subnetIds],
        SecurityGroupIds: [...vpcConfig.securityGroupIds],
        VpcId: configuration.vpcId ?? "",
      },
    }),
    EphemeralStorage: { Size: configuration.ephemeralStorageSize },
    TracingConfig: { Mode: configuration.tracingMode as "Active" | "PassThrough" },
    LoggingConfig: capitalised(logging) as FunctionConfigurationOutput["LoggingConfig"],
    ...(layers.length > 0 && { Layers: layers.map((Arn) => ({ Arn })) }),
  };
}

/** Among all versions the unpublished one, which is the only one that the lab has, is named by its qualifier. */
function latest(configuration: FunctionConfigurationOutput): FunctionConfigurationOutput {
  return { ...configuration, FunctionArn: `${configuration.FunctionArn ?? ""}:$LATEST` };
}

/** Without the fields that ListFunctions does not return, as its page says. */
function listed(configuration: FunctionConfiguration): FunctionConfigurationOutput {
  const left = { State: undefined, StateReason: undefined, StateReasonCode: undefined, LastUpdateStatus: undefined };
  return { ...described(configuration), ...left };
}
