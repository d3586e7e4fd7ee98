// A bundle of its own, loaded when Lambda is asked.
import { LambdaClient, ListFunctionsCommand, type FunctionConfiguration } from "@aws-sdk/client-lambda";
import type { Facts } from "./facts";
import { readWanted, type Reading } from "./reading";

/** The functions of all versions that are in a VPC, without their environments: there are secrets in these. */
export async function readLambda({ wanted, settings, calls }: Reading): Promise<Partial<Facts>> {
  const client = new LambdaClient(settings);
  try {
    return await readWanted(wanted, {
      functions: () =>
        calls.pages(
          "lambda:ListFunctions",
          (Marker) => client.send(new ListFunctionsCommand({ FunctionVersion: "ALL", MaxItems: 50, Marker })),
          { items: ({ Functions = [] }) => Functions.filter(isInVpc).map(kept), next: (page) => page.NextMarker },
        ),
    });
  } finally {
    client.destroy();
  }
}

function isInVpc({ VpcConfig: vpc }: FunctionConfiguration): boolean {
  return (vpc?.VpcId ?? "") !== "";
}

const KEPT = [
  "FunctionName",
  "FunctionArn",
  "Description",
  "Version",
  "Runtime",
  "Role",
  "VpcConfig",
  "PackageType",
  "Architectures",
  "State",
  "LastModified",
] as const;

function kept(configuration: FunctionConfiguration): FunctionConfiguration {
  return Object.fromEntries(KEPT.map((name) => [name, configuration[name]]));
}
