import * as assert from "node:assert/strict";
import { CloudTrail } from "@aws-sdk/client-cloudtrail";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { EC2 } from "@aws-sdk/client-ec2";
import { ECS } from "@aws-sdk/client-ecs";
import { EKS } from "@aws-sdk/client-eks";
import { IAM } from "@aws-sdk/client-iam";
import { KMS } from "@aws-sdk/client-kms";
import { Lambda } from "@aws-sdk/client-lambda";
import { Organizations } from "@aws-sdk/client-organizations";
import { Route53 } from "@aws-sdk/client-route-53";
import { ServiceQuotas } from "@aws-sdk/client-service-quotas";
import { STS } from "@aws-sdk/client-sts";
import { SERVICES } from "../../../lab/aws/services";
import { type Lab, startLab } from "../../../lab/lab";
import { REGION } from "../network";

const CLIENTS = {
  ec2: EC2,
  iam: IAM,
  sts: STS,
  lambda: Lambda,
  dynamodb: DynamoDB,
  organizations: Organizations,
  servicequotas: ServiceQuotas,
  route53: Route53,
  ecs: ECS,
  eks: EKS,
  kms: KMS,
  cloudtrail: CloudTrail,
  logs: CloudWatchLogs,
} as const;

/** By the names for which their requests are signed. */
type Clients = { readonly [Service in keyof typeof CLIENTS]: InstanceType<(typeof CLIENTS)[Service]> };

/** AWS's own clients of a lab. */
export interface Wire extends Clients {
  readonly lab: Lab;
  /** The same clients with other keys than the administrator's. */
  as(credentials: AwsCredentials): Clients;
  /** The operations that have been answered without an error: "ec2:CreateVpc". */
  readonly answered: ReadonlySet<string>;
}

interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

const ANYBODY: AwsCredentials = { accessKeyId: "anybody", secretAccessKey: "any" };

/** A lab with clients for the tests of the surrounding `describe`. */
export function wire(): Wire {
  const answered = new Set<string>();
  const started: { lab?: Lab; clients?: Clients } = {};
  const others: Clients[] = [];
  before(async () => {
    started.lab = await startLab();
    started.clients = clientsOf(started.lab, answered);
  });
  after(async () => {
    for (const clients of [...others, started.clients ?? {}]) {
      for (const client of Object.values<EC2>(clients)) client.destroy();
    }
    await started.lab?.stop();
  });
  const clients = Object.keys(CLIENTS).map((service) => [
    service,
    { get: () => started.clients?.[service as keyof Clients] ?? notStarted() },
  ]);
  return Object.defineProperties({}, {
    ...Object.fromEntries(clients),
    lab: { get: () => started.lab ?? notStarted() },
    answered: { value: answered },
    as: {
      value: (credentials: AwsCredentials) => {
        const clients = clientsOf(started.lab ?? notStarted(), answered, credentials);
        others.push(clients);
        return clients;
      },
    },
  } as PropertyDescriptorMap) as Wire;
}

/** The clients as they come, but that they write down what has been answered. */
function clientsOf(lab: Lab, answered: Set<string>, credentials = ANYBODY): Clients {
  const configuration = {
    endpoint: lab.environment.AWS_ENDPOINT_URL,
    region: REGION,
    credentials,
  };
  const clients = Object.entries(CLIENTS).map(([service, client]) => {
    const made = new client(configuration) as EC2;
    made.middlewareStack.add((next, { commandName = "" }) => async (args) => {
      const answer = await next(args);
      answered.add(`${service}:${commandName.replace(/Command$/, "")}`);
      return answer;
    });
    return [service, made];
  });
  return Object.fromEntries(clients) as Clients;
}

function notStarted(): never {
  throw new Error("the lab is started by the hook before the tests");
}

/**
 * One test for each operation of a service that the lab serves: a served operation without a test fails, and so does a
 * test in which its operation is not answered.
 */
export function everyOperation(service: string, on: Wire, tests: Readonly<Record<string, () => Promise<void>>>): void {
  for (const [operation, test] of Object.entries(tests)) {
    it(operation, async () => {
      await test();
      assert.ok(on.answered.has(`${service}:${operation}`), `the test does not use ${operation}`);
    });
  }

  it("is shown in every operation that is served", () => {
    assert.deepEqual(Object.keys(tests).sort(), Object.keys(SERVICES[service]?.operations ?? {}).sort());
  });
}

/** AWS refuses the call with this error. */
export async function refusedWith(call: Promise<unknown>, name: string, message?: string | RegExp): Promise<void> {
  await assert.rejects(call, { name, ...(message !== undefined && { message }) });
}

/** A value that is there. */
export function present<T>(value: T | undefined): T {
  assert.ok(value !== undefined);
  return value;
}
