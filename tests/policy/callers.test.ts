import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import type { EndpointAccess } from "../../components/args/args";
import { callerArnProblem } from "../../components/policy/callerArns";
import { organizationPathProblem } from "../../components/policy/ids";
import { gatewayEndpointFindings } from "../../components/plan/validateArgs";
import { accessFindings } from "../../components/policy/presets";
import {
  endpointPolicy,
  evaluatePolicy,
  onlyThroughEndpoint,
  type Access,
  type OnlyThroughEndpoint,
  type PolicyStatement,
} from "../../index";

interface RefusedCaller {
  /** No text, too: programs in JavaScript can give anything. */
  readonly given: unknown;
  readonly reason: string;
  /** Whether no caller has such an ARN; otherwise it is a pattern for others than it seems to be. */
  readonly nobody: boolean;
  readonly write: string;
  /** Where an exception is made, if something else is to be written there. */
  readonly writeAsException?: string;
  /** The document of AWS that says so. */
  readonly aws: string;
}

interface AcceptedCaller {
  readonly given: string;
  /** Somebody whose `aws:PrincipalArn` it matches. */
  readonly caller: string;
  readonly aws: string;
}

interface IdCase {
  readonly kind: "vpcEndpoint" | "vpc" | "organization" | "account";
  readonly given: string;
  /** What is meant, or `null` where nothing tells it; absent where the id is right. */
  readonly write?: string | null;
  readonly aws: string;
}

const casesOf = (name: string): unknown => JSON.parse(readFileSync(join(__dirname, `../cases/${name}.json`), "utf8"));
const callers = casesOf("callers") as {
  readonly refused: readonly RefusedCaller[];
  readonly accepted: readonly AcceptedCaller[];
};
const ids = casesOf("ids") as readonly IdCase[];

const table = (partition = "aws", region = "eu-west-1"): string =>
  `arn:${partition}:dynamodb:${region}:123456789012:table/Stock`;
const app = "arn:aws:iam::123456789012:role/app";
const intent: OnlyThroughEndpoint = {
  kind: "resource",
  tables: [table()],
  through: { vpcEndpointIds: ["vpce-11aa22bb"] },
};
const excepting = (...principals: string[]): OnlyThroughEndpoint => ({
  ...intent,
  actions: "all",
  except: { principals },
});
const argumentFindings = (access: Omit<Access, "tables">): unknown => [
  ...gatewayEndpointFindings({ vpcId: "vpc-1", access: access as EndpointAccess }),
];
const says = (line: string) => (error: Error) => error.message.split("\n  ").includes(line);

describe("a principal that no caller is, or that says less than it seems to", () => {
  for (const { given, reason, nobody, write, writeAsException = write } of callers.refused) {
    it(`is refused with what to write: ${JSON.stringify(given)}`, () => {
      const shown = typeof given === "object" && given !== null ? "an object" : JSON.stringify(given);
      const message = `${shown} is not an ARN of a role or user: ${reason}`;
      // Also where it is known only later, and comes from a language without types.
      assert.deepEqual(
        [...accessFindings({ principals: [app, given as string] })],
        [{ path: "principals[1]", message, suggestion: write }],
      );
      if (typeof given !== "string") return;
      assert.throws(() => endpointPolicy({ principals: [app, given] }), says(`principals[1]: ${message}; ${write}`));
      // As an exception it would satisfy the guard against locking everybody out.
      assert.throws(
        () => onlyThroughEndpoint(excepting(given)),
        says(`except.principals[0]: ${message}${nobody ? ", so it would except nobody" : ""}; ${writeAsException}`),
      );
      assert.deepEqual(argumentFindings({ principals: [given] }), [
        { path: "access.principals[0]", message, suggestion: write },
      ]);
    });
  }

  it("is not repeated at any length", () => {
    const [{ message } = { message: "" }] = [callerArnProblem("x".repeat(100_000))].filter(
      (problem) => problem !== undefined,
    );
    assert.match(message, /^"x{159}…" is not an ARN/);
    assert.match(callerArnProblem("x".repeat(160))?.message ?? "", /^"x{160}" is not an ARN/);
  });

  it("is said of any text, without an error of another kind", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc
            .array(fc.constantFrom("arn", "aws", ":", "iam", "sts", "role", "/", "*", "root", "x"))
            .map((parts) => parts.join("")),
        ),
        (text) => void callerArnProblem(text),
      ),
    );
  });
});

describe("a principal that a caller can be", () => {
  for (const { given, caller } of callers.accepted) {
    it(`is taken, and matches: ${given}`, () => {
      const partition = caller.split(":")[1] ?? "";
      const request = { principal: { arn: caller }, action: "dynamodb:GetItem", resource: table(partition) };
      assert.equal(evaluatePolicy(endpointPolicy({ principals: [given] }), request).decision, "allowed");
      const everything: PolicyStatement = { Effect: "Allow", Principal: "*", Action: "*", Resource: "*" };
      const tables = [table(partition, "*")];
      const statement = onlyThroughEndpoint({ ...excepting(given), tables });
      assert.equal(
        evaluatePolicy({ Version: "2012-10-17", Statement: [everything, statement] }, request).decision,
        "allowed",
      );
      assert.deepEqual(argumentFindings({ principals: [given] }), []);
    });
  }

  it("is nobody in another partition than the endpoint's, or the tables'", () => {
    const chinese = "arn:aws-cn:iam::123456789012:role/app";
    const line = (path: string, more = ""): string =>
      `${path}: "${app}" is not an ARN of a role or user: it is in the partition "aws", and callers of "aws-cn" are ` +
      `all in that one${more}; write "${chinese}"`;
    const place = { region: "cn-north-1", account: "123456789012" };
    const tables = [table("aws-cn", "cn-north-1")];
    assert.throws(() => endpointPolicy({ principals: [app] }, place), says(line("principals[0]")));
    assert.throws(
      () =>
        endpointPolicy({
          tables: ["arn:aws:s3:::bucket", tables[0]].map((arn) => ({ arn, access: "Read" })),
          principals: [app],
        }),
      says(line("principals[0]")),
    );
    assert.throws(
      () => onlyThroughEndpoint({ ...excepting(app), tables: ["arn:*:dynamodb:*:123456789012:table/Abc", ...tables] }),
      says(line("except.principals[0]", ", so it would except nobody")),
    );
    assert.doesNotThrow(() => endpointPolicy({ principals: [chinese, "arn:*:iam::*:role/app"] }, place));
    assert.doesNotThrow(() => onlyThroughEndpoint({ ...excepting(chinese), tables }));
    assert.doesNotThrow(() =>
      onlyThroughEndpoint({ ...excepting(app, chinese), tables: ["arn:*:dynamodb:*:123456789012:table/Abc"] }),
    );
    // Where the Region, or the partition, is none, that is told, and nothing is made of it.
    for (const wrong of [
      { ...place, region: "cn-nrth-1" },
      { ...place, partition: "china", region: "" },
    ]) {
      assert.throws(
        () => endpointPolicy({ principals: [app] }, wrong),
        (error: Error) => !error.message.includes("principals"),
      );
    }
  });

  it("is what to write for all of an account, in the endpoint's partition", () => {
    const place = { region: "cn-north-1", account: "123456789012" };
    assert.throws(
      () =>
        onlyThroughEndpoint({
          ...excepting("arn:aws-cn:iam::444455556666:root"),
          tables: [table("aws-cn", "cn-north-1")],
        }),
      /for all roles of an account write arn:aws-cn:iam::444455556666:role\/\*$/,
    );
    const anywhere = { tables: ["arn:*:dynamodb:*:*:table/Stock"] };
    assert.throws(
      () => onlyThroughEndpoint({ ...excepting("arn:aws-cn:iam::444455556666:root"), ...anywhere }),
      /for all roles of an account write arn:aws:iam::444455556666:role\/\*$/,
    );
    assert.throws(
      () => onlyThroughEndpoint({ ...excepting(app), tables: ["arn:aws-cn:dynamodb:*:123456789012:table/Stock"] }),
      /callers of "aws-cn" are all in that one/,
    );
    assert.throws(
      () => endpointPolicy({ principals: ["arn:a*:iam::444455556666:role/app"] }, place),
      /begin it with arn:aws-cn:$/,
    );
  });

  it("is the root user in a policy that is not a preset", () => {
    for (const root of ["arn:aws:iam::123456789012:root", "arn:aws-cn:iam::*:root", "arn:*:iam::123456789012:root"])
      assert.equal(callerArnProblem(root), undefined, root);
    for (const other of [
      "arn:aws:iam::1234:root",
      "arn:aws:iam::123456789012:root ",
      "xarn:aws:iam::123456789012:root",
      "arn:aws:iam::123456789012:roots",
      "arn:aws:sts::123456789012:root",
      "arn:aws:iam:eu-west-1:123456789012:root",
    ])
      assert.ok(callerArnProblem(other), other);
    assert.match(
      callerArnProblem("arn:aws:iam::123456789012:root", { partition: "aws-cn" })?.suggestion ?? "",
      /arn:aws-cn:iam::123456789012:root/,
    );
  });
});

describe("an id", () => {
  /** How each kind is given to the presets, and what those say where it is none. */
  const presets: Readonly<
    Record<
      IdCase["kind"],
      { readonly path: string; readonly not: string; readonly advice: string; readonly made: (id: string) => unknown }
    >
  > = {
    vpcEndpoint: {
      path: "through.vpcEndpointIds[0]",
      not: "the id of a VPC endpoint",
      advice: "write one in full: vpce- and 8 or 17 of the digits 0-9 and a-f, without wildcards",
      made: (id) => onlyThroughEndpoint({ ...intent, through: { vpcEndpointIds: [id] } }),
    },
    vpc: {
      path: "through.vpcIds[0]",
      not: "the id of a VPC",
      advice: "write one in full: vpc- and 8 or 17 of the digits 0-9 and a-f, without wildcards",
      made: (id) => onlyThroughEndpoint({ ...intent, through: { vpcIds: [id] } }),
    },
    organization: {
      path: "through.organizations[0]",
      not: "an organization's id",
      advice: "write one in full: o- and 10 to 32 lower-case letters and digits, without wildcards",
      made: (id) => onlyThroughEndpoint({ ...intent, through: { organizations: [id] } }),
    },
    account: {
      path: "accounts[0]",
      not: "an account id",
      advice: "it has 12 digits; wildcards are not for accounts",
      made: (id) => endpointPolicy({ accounts: [id] }),
    },
  };
  const accesses: Readonly<Partial<Record<IdCase["kind"], (id: string) => Access>>> = {
    organization: (id) => ({ organizations: [id] }),
    account: (id) => ({ accounts: [id] }),
  };

  for (const { kind, given, write } of ids) {
    const { path, not, advice, made } = presets[kind];
    const access = accesses[kind]?.(given);
    if (write === undefined) {
      it(`of a ${kind} is taken: ${given}`, () => {
        assert.ok(JSON.stringify(made(given)).includes(JSON.stringify(given)));
        if (access !== undefined)
          assert.deepEqual(
            [JSON.stringify(endpointPolicy(access)).includes(given), argumentFindings(access)],
            [true, []],
          );
      });
      continue;
    }
    it(`of a ${kind} that is none is refused with what to write: ${JSON.stringify(given)}`, () => {
      const said = (error: Error): boolean => {
        const [, line = ""] = error.message.split("\n  ");
        if (typeof given !== "string") return line.includes(`: is the number ${String(given)}, not text; `);
        return line.endsWith(
          `: ${JSON.stringify(given)} is not ${not}; ${write === null ? advice : `write "${write}"`}`,
        );
      };
      assert.throws(
        () => made(given),
        (error: Error) => error.message.includes(`\n  ${path}: `) && said(error),
      );
      if (access !== undefined) assert.throws(() => endpointPolicy(access), said);
      if (access !== undefined && typeof given === "string")
        assert.equal((argumentFindings(access) as unknown[]).length, 1);
    });
  }

  for (const path of [
    "o-a1b2c3d4e5/",
    "o-a1b2c3d4e5/*",
    "o-a1b2c3d4e5/r-ab12/",
    "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/",
    "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/ou-*",
    "o-a1b2c3d4e5/*/ou-ab12-11111111/*",
    `o-${"a".repeat(32)}/r-?b*2/?/ou-a?1*2*`,
  ]) {
    it(`of a path in an organization is taken: ${path}`, () => assert.equal(organizationPathProblem(path), undefined));
  }
  for (const path of [
    "o-a1b2c3d4e5",
    "o-a1b2c3d4e/*",
    "r-ab12/ou-ab12-11111111/",
    "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111",
    "o-a1b2c3d4e5/r-ab12//",
    "o-a1b2c3d4e5/root/",
    "o-a1b2c3d4e5/r-ab12/x*",
    " o-a1b2c3d4e5/*",
    "*",
    `o-${"a".repeat(33)}/*`,
    "x/o-a1b2c3d4e5/*",
  ]) {
    it(`of a path in an organization that is none is told: ${JSON.stringify(path)}`, () => {
      assert.equal(organizationPathProblem(path)?.message, `${JSON.stringify(path)} is not a path in an organization`);
      assert.match(
        organizationPathProblem(path)?.suggestion ?? "",
        path.startsWith(" ") ? /^write "o-a1b2c3d4e5\/\*"$/ : /with a slash at its end/,
      );
    });
  }
});

describe("each case", () => {
  it("rests on a document of AWS", () => {
    for (const { aws } of [...callers.refused, ...callers.accepted, ...ids])
      assert.match(aws, /^https:\/\/docs\.aws\.amazon\.com\/[\w./-]+\.html(?:#[\w-]+)?$/i);
  });
});
