import { parseArgs } from "node:util";
import { defaultRegion } from "./defaultRegion";
import { startLab } from "./lab";
import { PEERS_ARE_KNOWN } from "./peers";
import { isScenario, type ScenarioName, scenarioNames } from "./scenarios/scenarios";

const USAGE = `ts-node lab/main.ts [--state FILE] [--port N] [--aws-port N] [--region REGION]
                     [--scenario NAME] [--lag SECONDS] [--until-stdin-ends]

  --state FILE         keep the cloud's state in FILE, and begin with what is there
  --port N             listen on this port of 127.0.0.1; default: a free one
  --aws-port N         answer AWS's own API on this port of 127.0.0.1; default: a free one
  --region REGION      the Region of a provider that names none; default: what AWS_REGION or AWS_DEFAULT_REGION
                       says here, else us-east-1
  --scenario NAME      begin with these VPCs, unless the state has any: ${scenarioNames()}
  --lag SECONDS        what EC2 and IAM answer to reads is as it was so long ago; default: 0
  --until-stdin-ends   end when standard input ends, and so with the process that started this one

It prints one line of JSON when it is ready, {"port": N, "environment": {…}}, and ends on SIGTERM or SIGINT.
`;

const OPEN_TO_ALL =
  "Every user of this machine can use this lab, and have it run code as you: this system does not say who connects.\n";

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      state: { type: "string" },
      port: { type: "string" },
      "aws-port": { type: "string" },
      region: { type: "string" },
      scenario: { type: "string" },
      lag: { type: "string" },
      "until-stdin-ends": { type: "boolean" },
    },
  });
  // Whoever reads that it is ready may end it at once.
  const end = asked(values["until-stdin-ends"] ?? false);
  const region = defaultRegion(values.region, process.env);
  const port = portOf("--port", values.port);
  const awsPort = portOf("--aws-port", values["aws-port"]);
  const scenario = scenarioOf(values.scenario);
  const lagSeconds = secondsOf("--lag", values.lag);
  const lab = await startLab({ stateFile: values.state, port, awsPort, region, scenario, lagSeconds });
  if (!PEERS_ARE_KNOWN) process.stderr.write(OPEN_TO_ALL);
  process.stdout.write(`${JSON.stringify({ port: lab.port, environment: lab.environment })}\n`);
  await end;
  await lab.stop();
  process.stdin.destroy();
}

function scenarioOf(name: string | undefined): ScenarioName | undefined {
  if (name === undefined || isScenario(name)) return name;
  throw new Error(`--scenario is one of ${scenarioNames()}, not "${name}"`);
}

function secondsOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = Number(text);
  if (text === "" || !Number.isFinite(seconds) || seconds < 0) {
    throw new Error(`${option} is a number of seconds, not "${text}"`);
  }
  return seconds;
}

function portOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`${option} is a number from 0 to 65535, not "${text}"`);
  return port;
}

/** Settles when the process has been asked to end. */
function asked(untilStdinEnds: boolean): Promise<void> {
  return new Promise((resolve) => {
    process.once("SIGTERM", () => resolve());
    process.once("SIGINT", () => resolve());
    if (!untilStdinEnds) return;
    process.stdin.once("end", () => resolve());
    process.stdin.resume();
  });
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  process.exitCode = 1;
  process.stdin.destroy();
});
