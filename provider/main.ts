import { fstatSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { provider } from "@pulumi/pulumi";
import { construct } from "./construct";
import { invoke } from "./invoke";
import { readSchema } from "./schema";

/** `pulumi-resource-dynamodb-endpoint`: the components and the policy functions for every Pulumi language. */
function main(): Promise<void> {
  endWithTheEngine();
  const text = readFileSync(join(__dirname, "..", "..", "schema.json"), "utf8");
  const schema = readSchema(text);
  return provider.main(
    {
      version: schema.version,
      schema: text,
      construct: (name, type, inputs, options) => construct(schema, { name, type, inputs, options }),
      invoke: (token, inputs) => invoke(schema, token, inputs),
    },
    process.argv.slice(2),
  );
}

/**
 * A killed engine tells nobody, but the pipe that it holds as this process's stdin closes. Without such a pipe (a
 * provider that was started by hand, to be attached to) nothing is watched.
 */
function endWithTheEngine(): void {
  const stdin = fstatSync(0);
  if (!stdin.isFIFO() && !stdin.isSocket()) return;
  process.stdin.resume();
  process.stdin.once("error", () => process.exit());
  process.stdin.once("close", () => process.exit());
}

void main();
