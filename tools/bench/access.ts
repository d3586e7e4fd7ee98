import { performance } from "node:perf_hooks";
import { evaluatePolicy, type PolicyKind } from "../../components/policy/evaluate";
import {
  compileAccess,
  throughEndpoint,
  throughInternet,
  type AccessContext,
  type AccessPolicies,
  type NamedPolicy,
  type PolicyDocument,
  type PolicyStatement,
} from "../../policy";
import { aligned, sectionsText } from "./text";

/** What it costs to find out whose permission flips. */
export interface AccessFigures {
  /** A whole decision with documents that were read before, and each of the same documents asked by itself. */
  readonly decisionMicros: { readonly compiled: number; readonly evaluatePolicy: number };
  /** Roles whose policies read the way → for all route tables. */
  readonly differences: Readonly<Record<string, DifferenceFigures>>;
  /** The same → what the edits of all these flips take beside it. */
  readonly editsMillis: Readonly<Record<string, number>>;
  readonly mebibytes: number;
  readonly size: AccessSize;
}

export interface DifferenceFigures {
  /** Reading the policies included. */
  readonly millis: number;
  readonly flips: number;
}

/** How much there is to judge. */
export interface AccessSize {
  readonly roles: number;
  readonly tables: number;
  readonly routeTables: number;
}

const FULL: AccessSize = { roles: 600, tables: 300, routeTables: 40 };
const QUICK: AccessSize = { roles: 12, tables: 6, routeTables: 2 };
const ACCOUNT = "111122223333";
const AIM = { times: 20, millis: 2_000, mebibytes: 250 };

export function measureAccess(isQuick: boolean): AccessFigures {
  const size = isQuick ? QUICK : FULL;
  const decisionMicros = measureDecision(isQuick ? 10 : 20_000);
  const counts = isQuick ? [0, size.roles] : [0, 6, 60, 600];
  const differences = Object.fromEntries(counts.map((reading) => [reading, measureDifference(size, reading)] as const));
  const mebibytes = process.memoryUsage.rss() / 1024 / 1024;
  const editsMillis = Object.fromEntries(counts.map((reading) => [reading, measureEdits(size, reading)] as const));
  return { decisionMicros, differences, editsMillis, mebibytes, size };
}

function measureDifference(size: AccessSize, reading: number): DifferenceFigures {
  const policies = policiesOf(size, reading);
  const start = performance.now();
  const { difference } = compileAccess(policies);
  let flips = 0;
  for (const [before, after] of waysOf(size)) flips += difference(before, after).flips.length;
  return { millis: performance.now() - start, flips };
}

function measureEdits(size: AccessSize, reading: number): number {
  const { difference, withEdits } = compileAccess(policiesOf(size, reading));
  let millis = 0;
  for (const [before, after] of waysOf(size)) {
    const { flips } = difference(before, after);
    const start = performance.now();
    withEdits(flips, before, after);
    millis += performance.now() - start;
  }
  return millis;
}

function waysOf({ routeTables }: AccessSize): readonly (readonly [before: AccessContext, after: AccessContext])[] {
  return Array.from({ length: routeTables }, (_, i) => [internet(i), endpoint(i)] as const);
}

export function accessText({ decisionMicros, differences, editsMillis, mebibytes, size }: AccessFigures): string {
  const { compiled, evaluatePolicy: asked } = decisionMicros;
  const { roles, tables, routeTables } = size;
  return sectionsText([
    [
      `a whole decision, in microseconds; aim: ${AIM.times} times as fast`,
      ...aligned([
        ["compiled", compiled.toFixed(1)],
        ["evaluatePolicy of each document", asked.toFixed(1)],
        ["times", (asked / compiled).toFixed(1)],
      ]),
    ],
    [
      `${roles} roles, ${tables} tables, ${routeTables} route tables, by roles whose policies read the way, in ` +
        `milliseconds; aim: ${AIM.millis}`,
      ...aligned(
        Object.entries(differences).map(([reading, { millis, flips }]) => [
          reading,
          millis.toFixed(0),
          `${flips} flips`,
          `${editsMillis[reading]?.toFixed(0) ?? ""} more for their edits`,
        ]),
      ),
    ],
    [`memory of the process before the edits: ${mebibytes.toFixed(0)} MiB; aim: ${AIM.mebibytes}`],
  ]);
}

const policy = (name: string, ...Statement: readonly PolicyStatement[]): NamedPolicy => ({
  name,
  document: JSON.stringify({ Version: "2012-10-17", Statement }),
});

const FULL_ACCESS: PolicyStatement = { Effect: "Allow", Action: "*", Resource: "*" };
const tableArn = (i: number): string => `arn:aws:dynamodb:eu-west-1:${ACCOUNT}:table/table-${i}`;

/** Roles of applications: each with a managed policy that many have, its own on two tables, and a boundary. */
function policiesOf({ roles, tables }: AccessSize, reading: number): AccessPolicies {
  const shared = Array.from({ length: 10 }, (_, i) =>
    policy(`shared-${i}`, ...statementsOfOtherServices(20), { ...FULL_ACCESS, Action: "dynamodb:List*" }),
  );
  const boundary = policy("boundary", FULL_ACCESS, { ...FULL_ACCESS, Effect: "Deny", Action: "iam:*" });
  const perimeter = policy("perimeter", FULL_ACCESS, {
    Effect: "Deny",
    Action: "*",
    Resource: "*",
    Condition: {
      NotIpAddressIfExists: { "aws:SourceIp": ["203.0.113.0/24"] },
      StringNotEqualsIfExists: { "aws:SourceVpc": ["vpc-1"] },
      BoolIfExists: { "aws:ViaAWSService": "false" },
    },
  });
  return {
    callers: Array.from({ length: roles }, (_, i) => {
      const own = [tableArn(i % tables), tableArn((i * 7) % tables)];
      const Condition = { IpAddress: { "aws:SourceIp": ["203.0.113.0/24"] } };
      return {
        arn: `arn:aws:iam::${ACCOUNT}:role/app-${i}`,
        tags: { team: `team-${i % 20}` },
        boundary,
        identityPolicies: [
          ...[0, 1, 2].map((each) => shared[(i + each) % shared.length] as NamedPolicy),
          policy(`app-${i}`, {
            Effect: "Allow",
            Action: ["dynamodb:*Item", "dynamodb:Query"],
            Resource: own.flatMap((arn) => [arn, `${arn}/index/*`]),
            ...(i < reading && { Condition }),
          }),
        ],
      };
    }),
    tables: Array.from({ length: tables }, (_, i) => ({ arn: tableArn(i), tags: {} })),
    accounts: {
      [ACCOUNT]: {
        id: "o-a1b2c3d4e5",
        path: "o-a1b2c3d4e5/r-ab12/",
        levels: ["root", "unit", "account"].map((name) => ({
          name,
          serviceControlPolicies: [name === "unit" ? perimeter : policy("FullAWSAccess", FULL_ACCESS)],
        })),
      },
    },
  };
}

function statementsOfOtherServices(count: number): readonly PolicyStatement[] {
  return Array.from({ length: count }, (_, i) => ({
    Effect: "Allow" as const,
    Action: ["s3:GetObject", "s3:PutObject", `sqs:Send*`],
    Resource: `arn:aws:s3:::bucket-${i}/*`,
  }));
}

function internet(i: number): AccessContext {
  return throughInternet({ addresses: [`203.0.113.${i + 1}`, `203.0.113.${i + 101}`] });
}

function endpoint(i: number): AccessContext {
  return throughEndpoint({
    vpcId: "vpc-1",
    vpcEndpointId: "vpce-1",
    account: ACCOUNT,
    organization: { id: "o-a1b2c3d4e5", path: "o-a1b2c3d4e5/r-ab12/" },
    addressRanges: [`10.0.${i}.0/24`],
    policy: policy("endpoint", { ...FULL_ACCESS, Principal: "*" }),
  });
}

/** Both ways of asking the same: what the documents of one role say of one request. */
function measureDecision(rounds: number): AccessFigures["decisionMicros"] {
  const policies = policiesOf({ roles: 1, tables: 1, routeTables: 1 }, 1);
  const [caller] = policies.callers;
  const { decision } = compileAccess(policies);
  const way = { keys: { "aws:SourceIp": "203.0.113.7" } };
  const asked = { caller: caller?.arn ?? "", action: "dynamodb:GetItem", resource: tableArn(0) };
  const member = policies.accounts?.[ACCOUNT];
  const levels = member === undefined || member === "none" ? [] : (member.levels ?? []);
  const documents = [
    ...(caller?.identityPolicies ?? []),
    ...(caller?.boundary ? [caller.boundary] : []),
    ...levels.flatMap(({ serviceControlPolicies = [] }) => serviceControlPolicies),
  ];
  const request = {
    principal: { arn: asked.caller },
    action: asked.action,
    resource: asked.resource,
    context: way.keys,
  };
  const kind: PolicyKind = "identity";
  return {
    compiled: microsOf(rounds, () => decision(asked, way)),
    evaluatePolicy: microsOf(rounds, () => {
      for (const { document } of documents) evaluatePolicy(document as string | PolicyDocument, request, kind);
    }),
  };
}

function microsOf(rounds: number, run: () => unknown): number {
  for (let round = 0; round < rounds; round += 1) run();
  const start = performance.now();
  for (let round = 0; round < rounds; round += 1) run();
  return ((performance.now() - start) * 1000) / rounds;
}
