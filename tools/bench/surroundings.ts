import { availableParallelism, cpus, release, totalmem, type } from "node:os";
import type { Engine } from "../engine/engine";

/** With what, and on what, a benchmark ran. */
export interface Surroundings {
  readonly versions: Readonly<Record<string, string>>;
  readonly machine: {
    readonly system: string;
    readonly processor: string;
    readonly processors: number;
    readonly memoryGibibytes: number;
  };
}

export function surroundings(engine: Engine): Surroundings {
  return {
    versions: {
      "pulumi-dynamodb-endpoint": versionOf("../../package.json"),
      pulumi: engine.version,
      "@pulumi/pulumi": versionOf("@pulumi/pulumi/package.json"),
      "@pulumi/aws": versionOf("@pulumi/aws/package.json"),
      node: process.versions.node,
    },
    machine: {
      system: `${type()} ${release()} ${process.arch}`,
      processor: cpus()[0]?.model ?? "unknown",
      processors: availableParallelism(),
      memoryGibibytes: Math.round(totalmem() / 2 ** 30),
    },
  };
}

function versionOf(manifest: string): string {
  // As Node finds the package, wherever it is installed.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return (require(manifest) as { version: string }).version;
}
