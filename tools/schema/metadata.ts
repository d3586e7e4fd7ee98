import { addressesOf, type Origin } from "../addresses";

/** What package.json says of the package. */
export interface Manifest extends Origin {
  readonly description: string;
  readonly license: string;
  readonly author?: string;
}

/**
 * The head of the schema, as registries show it. What package.json does not say yet is left out; a release needs it.
 */
export function metadata(manifest: Manifest): Readonly<Record<string, unknown>> {
  const addresses = addressesOf(manifest);
  return {
    name: "dynamodb-endpoint",
    displayName: "DynamoDB Endpoint",
    version: manifest.version,
    description: manifest.description,
    keywords: ["category/network", "kind/component", "aws", "dynamodb", "vpc", "vpc-endpoint", "gateway-endpoint"],
    license: manifest.license,
    ...(manifest.author !== undefined && { publisher: manifest.author }),
    ...(addresses !== undefined && {
      homepage: addresses.homepage,
      repository: addresses.repository,
      pluginDownloadURL: addresses.repository.replace(/^https:/, "git:"),
      logoUrl: addresses.raw("docs/logo.svg"),
    }),
    meta: { moduleFormat: "(.*)" },
  };
}

/**
 * The import path of the Go package, `/policy` below it for the functions. It would be the same without this where
 * `pulumi package add` writes the package from a folder; from a Git address it would follow the address, and `pulumi
 * package gen-sdk` would import the package's own parts from `…/go/dynamodb-endpoint` but write them to
 * `…/go/dynamodbendpoint`.
 */
function goImportPath(manifest: Manifest): string {
  const root = addressesOf(manifest)?.repository.replace("https://", "") ?? "example.com/pulumi-dynamodb-endpoint";
  return `${root}/sdk/go/dynamodbendpoint`;
}

/** What the package is called in each language, and what its generated packages need. */
export function languages(manifest: Manifest): Readonly<Record<string, unknown>> {
  return {
    nodejs: { packageName: "pulumi-dynamodb-endpoint" },
    python: { packageName: "pulumi_dynamodb_endpoint", pyproject: { enabled: true } },
    go: { importBasePath: goImportPath(manifest), generateResourceContainerTypes: true, respectSchemaVersion: true },
    csharp: {
      rootNamespace: "Pulumi",
      namespaces: { "dynamodb-endpoint": "DynamodbEndpoint" },
      respectSchemaVersion: true,
    },
    java: { basePackage: "com.pulumi", buildFiles: "gradle" },
  };
}
