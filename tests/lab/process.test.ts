import * as assert from "node:assert/strict";
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { EC2 } from "@aws-sdk/client-ec2";
import * as ec2 from "@pulumi/aws/ec2";
import { defaultRegion } from "../../lab/defaultRegion";
import { startLab } from "../../lab/lab";
import { rehearsal, stepsOf, succeeded } from "../engine/rehearsal";

/** Not where a lab is without an environment. */
const REGION = "eu-north-1";

const MAIN = join(__dirname, "../../lab/main.ts");

interface LabProcess {
  readonly child: ChildProcess;
  readonly port: number;
  readonly environment: Record<string, string>;
}

async function labProcess(args: readonly string[] = [], environment: NodeJS.ProcessEnv = {}): Promise<LabProcess> {
  const child = spawn(process.execPath, ["-r", "ts-node/register", MAIN, ...args], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, ...environment },
  });
  for await (const line of createInterface(child.stdout)) {
    return { child, ...(JSON.parse(line) as Omit<LabProcess, "child">) };
  }
  throw new Error("the lab ended before it was ready");
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** The exit code, or the signal that ended it. */
async function ended({ child }: LabProcess): Promise<unknown> {
  const [code, signal] = (await once(child, "exit")) as [number | null, string | null];
  return code ?? signal;
}

describe("the lab as a process", () => {
  const stacks = rehearsal();
  const folder = mkdtempSync(join(tmpdir(), "lab-process-"));
  after(() => rmSync(folder, { recursive: true }));

  it("in its environment's Region comes back with its state after it was killed, and a stack goes on", async () => {
    const state = join(folder, "state.jsonl");
    const awsPort = await freePort();
    const first = await labProcess(["--state", state, "--aws-port", String(awsPort)], {
      AWS_REGION: "",
      AWS_DEFAULT_REGION: REGION,
    });
    assert.deepEqual(first.environment, {
      PULUMI_DEBUG_PROVIDERS: `aws:${first.port}`,
      AWS_ENDPOINT_URL: `http://127.0.0.1:${awsPort}`,
    });
    const stack = await stacks.stack(first.environment);
    const program = (cidrBlocks: readonly string[]) => () => {
      for (const [i, cidrBlock] of cidrBlocks.entries()) new ec2.Vpc(`vpc-${i}`, { cidrBlock });
      return Promise.resolve({});
    };
    succeeded(await stack.up(program(["10.0.0.0/16"])));
    first.child.kill("SIGKILL");
    assert.equal(await ended(first), "SIGKILL");

    const again = await startLab({ stateFile: state, port: first.port, region: REGION });
    try {
      assert.equal((await again.cloud.region(REGION).ec2.describeVpcs({})).length, 1);
      assert.deepEqual(
        again.cloud.mutationsSince(0).map(({ action }) => action),
        ["CreateVpc", "ModifyVpcAttribute"],
      );
      assert.deepEqual(stepsOf(await stack.up(program(["10.0.0.0/16", "10.1.0.0/16"]))), ["create vpc-1"]);
    } finally {
      await again.stop();
    }
  });

  it("ends on SIGTERM, and when its standard input ends if it was asked to", async () => {
    const [terminated, orphaned] = await Promise.all([labProcess(), labProcess(["--until-stdin-ends"])]);
    terminated.child.kill("SIGTERM");
    orphaned.child.stdin?.end();
    assert.deepEqual(await Promise.all([ended(terminated), ended(orphaned)]), [0, 0]);
  });

  it("refuses a port that is taken", async () => {
    const { port, environment } = stacks.lab;
    await assert.rejects(startLab({ port }), /EADDRINUSE/);
    const awsPort = Number(new URL(environment.AWS_ENDPOINT_URL ?? "").port);
    await assert.rejects(startLab({ awsPort }), /EADDRINUSE/);
  });

  it("begins with a scenario, and refuses a name that none has", async () => {
    const { child, environment } = await labProcess(["--scenario", "isolated", "--region", "us-east-1"]);
    const settings = { region: "us-east-1", endpoint: environment.AWS_ENDPOINT_URL };
    const client = new EC2({ ...settings, credentials: { accessKeyId: "anybody", secretAccessKey: "any" } });
    assert.equal((await client.describeVpcs({})).Vpcs?.[0]?.Tags?.[0]?.Value, "vault");
    client.destroy();
    child.kill("SIGTERM");
    const args = ["-r", "ts-node/register", MAIN, "--scenario", "islated"];
    const refusal = promisify(execFile)(process.execPath, args);
    await assert.rejects(refusal, /--scenario is one of three-zones, .*isolated, .*, not "islated"/);
  });

  it("is in the Region of --region, of AWS_REGION or of AWS_DEFAULT_REGION; an empty one is none", () => {
    const both = { AWS_REGION: "eu-west-1", AWS_DEFAULT_REGION: REGION };
    const cases: [string | undefined, NodeJS.ProcessEnv, string | undefined][] = [
      ["eu-central-1", both, "eu-central-1"],
      ["", both, "eu-west-1"],
      [undefined, both, "eu-west-1"],
      [undefined, { ...both, AWS_REGION: "" }, REGION],
      [undefined, { AWS_REGION: "", AWS_DEFAULT_REGION: "" }, undefined],
      [undefined, {}, undefined],
    ];
    for (const [option, environment, region] of cases) assert.equal(defaultRegion(option, environment), region);
  });

  it("leaves no half-written state file behind", () =>
    assert.ok(!existsSync(join(folder, `state.jsonl.${process.pid}.tmp`))));
});
