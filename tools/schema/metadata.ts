/** What package.json says of the package. */
export interface Manifest {
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly author?: string;
  readonly homepage?: string;
  readonly repository?: { readonly url: string };
}

/** The head of the schema, as registries show it. What package.json does not say yet is left out; a release needs it. */
export function metadata(manifest: Manifest): Readonly<Record<string, unknown>> {
  const repository = manifest.repository?.url.replace(/^git\+/, "").replace(/\.git$/, "");
  return {
    name: "dynamodb-endpoint",
    displayName: "DynamoDB Endpoint",
    version: manifest.version,
    description: manifest.description,
    keywords: ["category/network", "kind/component", "aws", "dynamodb", "vpc", "vpc-endpoint", "gateway-endpoint"],
    license: manifest.license,
    ...(manifest.author !== undefined && { publisher: manifest.author }),
    ...(manifest.homepage !== undefined && { homepage: manifest.homepage }),
    ...(repository !== undefined && {
      repository,
      pluginDownloadURL: repository.replace(/^https:/, "git:"),
      logoUrl: `${repository.replace("https://github.com", "https://raw.githubusercontent.com")}/v${manifest.version}/docs/logo.svg`,
    }),
    meta: { moduleFormat: "(.*)" },
  };
}

/** What the package is called in each language, and what its generated packages need. */
export function languages(): Readonly<Record<string, unknown>> {
  return {
    nodejs: { packageName: "pulumi-dynamodb-endpoint" },
    python: { packageName: "pulumi_dynamodb_endpoint", pyproject: { enabled: true } },
    go: { generateResourceContainerTypes: true, respectSchemaVersion: true },
    csharp: { rootNamespace: "Pulumi", namespaces: { "dynamodb-endpoint": "DynamodbEndpoint" }, respectSchemaVersion: true },
    java: { basePackage: "com.pulumi", buildFiles: "gradle" },
  };
}
