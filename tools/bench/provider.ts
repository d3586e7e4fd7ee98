import { spawn } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { engineEnvironment, type Engine } from "../engine/engine";
import { CHECKOUT, startProvider } from "../provider/process";
import { startLabProcess } from "./labProcess";
import { makeNetwork, type Network } from "./network";
import { watchPeak } from "./peakMemory";
import { aligned, sectionsText } from "./text";

export interface ProviderOptions extends ProviderSchedule {
  readonly engine: Engine;
  /** Nobody else's. */
  readonly folder: string;
}

interface ProviderSchedule {
  readonly tables: number;
  readonly rounds: number;
}

export const PROVIDER_SCHEDULES = { full: { tables: 100, rounds: 5 }, quick: { tables: 2, rounds: 1 } };

/** Medians of one run; every preview is one of a stack that does not exist yet. */
export interface ProviderFigures {
  /**
   * From the start of the process to its first resource: the start itself, the import of the components, one component.
   */
  readonly startSeconds: number;
  /** Of the provider's process, in the preview of all route tables. */
  readonly peakMebibytes: number | undefined;
  readonly previewSeconds: Readonly<Record<ProgramLanguage, number>>;
  readonly yamlToTypeScript: number;
}

const AIMS = { startSeconds: 0.45, peakMebibytes: 130, yamlToTypeScript: 1 };

/** The figures as a person reads them on a terminal. */
export function providerText({
  startSeconds,
  peakMebibytes,
  previewSeconds,
  yamlToTypeScript,
}: ProviderFigures): string {
  const row = (what: string, value: number | undefined, aim?: number): readonly string[] => [
    what,
    value?.toFixed(2) ?? "unknown",
    aim === undefined ? "" : `at most ${aim}`,
  ];
  return sectionsText([
    [`Node ${process.version}`],
    aligned([
      row("start, in seconds", startSeconds, AIMS.startSeconds),
      row("peak memory, in MiB", peakMebibytes, AIMS.peakMebibytes),
      ...Object.entries(previewSeconds).map(([language, seconds]) =>
        row(`preview from ${language}, in seconds`, seconds),
      ),
      row("YAML to TypeScript", yamlToTypeScript, AIMS.yamlToTypeScript),
    ]),
  ]);
}

type ProgramLanguage = "yaml" | "typescript" | "javascript";

const LANGUAGES: readonly ProgramLanguage[] = ["yaml", "typescript", "javascript"];

/** Measures the start, the memory, and previews from YAML beside those from TypeScript, one after another in turns. */
export async function measureProvider({ engine, folder, tables, rounds }: ProviderOptions): Promise<ProviderFigures> {
  const cloudState = join(folder, "cloud.jsonl");
  const network = await makeNetwork(cloudState, tables);
  const lab = await startLabProcess("--state", cloudState);
  try {
    const previews = Object.fromEntries(
      LANGUAGES.map((language) => [language, project(engine, join(folder, language), language, network)]),
    );
    const seconds: Record<ProgramLanguage, number[]> = { yaml: [], typescript: [], javascript: [] };
    const starts: number[] = [];
    for (let round = 0; round < rounds; round++) {
      starts.push(await secondsToFirstResource());
      for (const language of round % 2 === 0 ? LANGUAGES : [...LANGUAGES].reverse())
        seconds[language].push(await secondsOf(() => previews[language]?.(lab.environment)));
    }
    const previewSeconds = {
      yaml: median(seconds.yaml),
      typescript: median(seconds.typescript),
      javascript: median(seconds.javascript),
    };
    const peakMebibytes = await peakOf((environment) => previews.yaml?.(environment), lab.environment);
    return {
      startSeconds: median(starts),
      peakMebibytes,
      previewSeconds,
      yamlToTypeScript: previewSeconds.yaml / previewSeconds.typescript,
    };
  } finally {
    await lab.stop();
  }
}

async function secondsToFirstResource(): Promise<number> {
  const started = performance.now();
  const provider = await startProvider();
  void provider.construct("dynamodb-endpoint:index:RouteRollout", {
    vpcEndpointId: "vpce-1",
    routeTables: { a: "rtb-1" },
  });
  await provider.firstResource;
  const seconds = (performance.now() - started) / 1000;
  await provider.abandon();
  return seconds;
}

/** The engine attaches to a provider whose process is known. */
async function peakOf(
  preview: (environment: Readonly<Record<string, string>>) => Promise<void> | undefined,
  environment: Readonly<Record<string, string>>,
): Promise<number | undefined> {
  const provider = await startProvider();
  const peak = watchPeak(provider.pid);
  try {
    await preview({
      PULUMI_DEBUG_PROVIDERS: `${environment.PULUMI_DEBUG_PROVIDERS},dynamodb-endpoint:${provider.port}`,
    });
    return peak.mebibytes();
  } finally {
    peak.stop();
    await provider.abandon();
  }
}

type Preview = (environment: Readonly<Record<string, string>>) => Promise<void>;

function project(engine: Engine, folder: string, language: ProgramLanguage, { vpcId, routeTables }: Network): Preview {
  mkdirSync(folder);
  const properties = { vpcId, routeTables };
  const write = (file: string, content: object | string): void =>
    writeFileSync(join(folder, file), typeof content === "string" ? content : JSON.stringify(content));
  if (language === "yaml") {
    const plugins = { providers: [{ name: "dynamodb-endpoint", path: CHECKOUT }] };
    write("Pulumi.yaml", {
      name: "bench",
      runtime: "yaml",
      plugins,
      resources: { dynamodb: { type: "dynamodb-endpoint:DynamoDbEndpoint", properties } },
    });
  } else {
    symlinkSync(join(CHECKOUT, "node_modules"), join(folder, "node_modules"), "junction");
    write("package.json", { name: "bench", private: true });
    write("Pulumi.yaml", {
      name: "bench",
      runtime: { name: "nodejs", options: { typescript: language === "typescript" } },
    });
    write("tsconfig.json", {
      compilerOptions: {
        module: "node16",
        target: "es2022",
        types: ["node"],
        rootDir: ".",
        skipLibCheck: true,
        strict: true,
      },
    });
    const take =
      language === "typescript"
        ? 'import { DynamoDbEndpoint } from "pulumi-dynamodb-endpoint";'
        : 'const { DynamoDbEndpoint } = require("pulumi-dynamodb-endpoint");';
    write(
      language === "typescript" ? "index.ts" : "index.js",
      `${take}\nnew DynamoDbEndpoint("dynamodb", ${JSON.stringify(properties)});\n`,
    );
  }
  const env = engineEnvironment(engine, join(folder, "engine"));
  const run = (args: readonly string[], environment: Readonly<Record<string, string>>): Promise<void> =>
    new Promise((done, fail) => {
      const child = spawn(join(engine.folder, "pulumi"), [...args, "--non-interactive", "--stack", "bench"], {
        cwd: folder,
        env: { ...env, ...environment },
      });
      let printed = "";
      for (const stream of [child.stdout, child.stderr])
        stream.on("data", (chunk: Buffer) => (printed += chunk.toString()));
      child.once("error", fail);
      child.once("close", (exitCode) =>
        exitCode === 0 ? done() : fail(new Error(`pulumi ${args.join(" ")} failed:\n${printed}`)),
      );
    });
  const made = run(["stack", "init"], {});
  return async (environment) => {
    await made;
    await run(["preview"], environment);
  };
}

async function secondsOf(work: () => Promise<void> | undefined): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
