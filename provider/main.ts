import { readFileSync } from "node:fs";
import { join } from "node:path";
import { provider } from "@pulumi/pulumi";
import { componentTitle, construct } from "./construct";
import { answersWhenTheEngineEnds, endWithTheEngine } from "./engineEnd";
import { invoke } from "./invoke";
import { readSchema } from "./schema";

/** `pulumi-resource-dynamodb-endpoint`: the components and the policy functions for every Pulumi language. */
function main(): Promise<void> {
  endWithTheEngine();
  const text = readFileSync(join(__dirname, "..", "..", "schema.json"), "utf8");
  const schema = readSchema(text);
  const served = provider.main(
    {
      version: schema.version,
      schema: text,
      construct: (name, type, inputs, options) =>
        unlessItEnds(componentTitle(type, name), construct(schema, { name, type, inputs, options })),
      invoke: (token, inputs) => invoke(schema, token, inputs),
    },
    process.argv.slice(2),
  );
  const unlessItEnds = answersWhenTheEngineEnds();
  return served;
}

void main();
