import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Review } from "../../cli/review/review";
import { misfits } from "./schema";

const CLI = resolve(__dirname, "..", "..", "cli");
const MAIN = join(CLI, "dist", "main.js");

const ASSOCIATION = "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation";
const COMPONENT = "dynamodb-endpoint:index:RouteRollout";
const urn = (types: string, name: string, stack = "dev"): string => `urn:pulumi:${stack}::shop::${types}::${name}`;

interface Step {
  readonly op: string;
  readonly urn: string;
  readonly newState: object;
}

const digest = (steps: readonly Step[], more: object = {}): string => JSON.stringify({ steps, ...more }, null, 4);

/** A route table that switches, announced by its component or by nobody. */
function switching(options: { announced: boolean; stack?: string }): string {
  const component = urn(COMPONENT, "ddb", options.stack);
  const association = {
    op: "create",
    urn: urn(`${COMPONENT}$${ASSOCIATION}`, "ddb-a", options.stack),
    newState: { parent: component, inputs: { routeTableId: "rtb-1", vpcEndpointId: "vpce-1" } },
  };
  const diagnostics = options.announced
    ? [{ urn: component, severity: "warning", message: "warning: a (rtb-1) switches" }]
    : [];
  return digest([{ op: "same", urn: component, newState: {} }, association], { diagnostics });
}

const ORDERS = "arn:aws:dynamodb:eu-west-1:111122223333:table/Orders";

function policyOf(statement: object): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Action: "dynamodb:GetItem", Resource: ORDERS, ...statement }],
  });
}

const FAILED = digest([], { diagnostics: [{ severity: "error", message: "error: no" }] });
const QUIET = digest([{ op: "create", urn: urn("aws:s3/bucket:Bucket", "b"), newState: {} }]);
const BAD_POLICY = digest([
  { op: "create", urn: urn("aws:iam/rolePolicy:RolePolicy", "r"), newState: { inputs: { policy: '{"dynamodb": 1}' } } },
]);

/** A table's lock, and a role behind no endpoint. */
const DENYING = digest([
  {
    op: "same",
    urn: urn("aws:ec2/routeTable:RouteTable", "private"),
    newState: { id: "rtb-1", inputs: { routes: [{ cidrBlock: "0.0.0.0/0", natGatewayId: "nat-1" }] } },
  },
  {
    op: "same",
    urn: urn("aws:iam/role:Role", "app"),
    newState: {
      id: "app",
      inputs: { inlinePolicies: [{ name: "own", policy: policyOf({ Effect: "Allow" }) }] },
      outputs: { arn: "arn:aws:iam::111122223333:role/app" },
    },
  },
  {
    op: "create",
    urn: urn("aws:dynamodb/resourcePolicy:ResourcePolicy", "lock"),
    newState: {
      inputs: {
        resourceArn: ORDERS,
        policy: policyOf({
          Effect: "Deny",
          Principal: "*",
          Condition: { StringNotEqualsIfExists: { "aws:SourceVpc": "vpc-0a1b2c3d" } },
        }),
      },
    },
  },
]);

const ANNOUNCED = switching({ announced: true });
const UNANNOUNCED = switching({ announced: false });

describe("dynamodb-endpoint review", () => {
  const folder = mkdtempSync(join(tmpdir(), "review-test-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const review = (input: string, ...args: string[]): { status: number | null; stdout: string; stderr: string } =>
    spawnSync(process.execPath, [MAIN, "review", ...args], {
      input,
      encoding: "utf8",
      cwd: folder,
      // Where a pipeline has no terminal, what it shows has no colour either.
      env: { ...process.env, CI: "true" },
    });
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return name;
  };

  const exits: readonly (readonly [what: string, input: string, args: readonly string[], status: number])[] = [
    ["nothing that breaks", QUIET, [], 0],
    ["nothing that breaks", QUIET, ["--fail-on", "finding"], 0],
    ["what is announced", ANNOUNCED, [], 0],
    ["what is announced", ANNOUNCED, ["--fail-on", "switch"], 1],
    ["what is not announced", UNANNOUNCED, [], 1],
    ["what is not announced", UNANNOUNCED, ["--fail-on", "never"], 0],
    ["a policy with a fault", BAD_POLICY, [], 0],
    ["a policy with a fault", BAD_POLICY, ["--fail-on", "finding"], 1],
    ["callers that are denied", DENYING, [], 1],
    ["callers that are denied", DENYING, ["--fail-on", "switch"], 1],
    ["callers that are denied", DENYING, ["--fail-on", "never"], 2],
    ["callers that are denied", DENYING, ["--fail-on", "never", "--accept-unknown", "PermissionsNotSeen=known"], 0],
    ["a preview that failed", FAILED, [], 2],
    ["a preview that failed", FAILED, ["--fail-on", "never"], 2],
    ["a preview that failed", FAILED, ["--accept-unknown", "PreviewFailed=known"], 0],
    ["a preview that failed", FAILED, ["--accept-unknown", "WayNotShown=known"], 2],
    ["an acceptance without a reason", QUIET, ["--accept-unknown", "PreviewFailed"], 2],
    ["no preview", "", [], 2],
    ["a file that is not there", "", ["nowhere.json"], 2],
    ["two forms at once", QUIET, ["--json", "--markdown"], 2],
  ];
  for (const [what, input, args, status] of exits)
    it(`ends with ${status} for ${what}${args.length === 0 ? "" : ` and ${args.join(" ")}`}`, () => {
      const ended = review(input, ...args);
      assert.equal(ended.status, status, ended.stderr);
      assert.doesNotMatch(ended.stderr, /\n\s+at /);
      assert.equal(ended.stdout === "", status === 2 && ![FAILED, DENYING].includes(input), ended.stdout);
    });

  it("prints what its schema says", () => {
    const schema = JSON.parse(readFileSync(join(CLI, "dist", "review.schema.json"), "utf8")) as object;
    for (const input of [QUIET, ANNOUNCED, UNANNOUNCED, BAD_POLICY, DENYING, FAILED]) {
      const model = JSON.parse(review(input, "--json", "--commit", "abc").stdout) as Review;
      assert.deepEqual(misfits(model, schema), []);
      assert.notDeepEqual(misfits({ ...model, schemaVersion: 2 }, schema), []);
    }
  });

  it("makes one comment of several stacks, and says in it what was read", () => {
    const files = [
      file("dev.json", switching({ announced: true })),
      file("prod.json", switching({ announced: false, stack: "prod" })),
    ];
    const { stdout, status } = review("", "--markdown", "--commit", "0a1b2c3", ...files);
    assert.equal(status, 1);
    assert.match(stdout, /^<!-- dynamodb-endpoint review: shop\/dev, shop\/prod -->\n/);
    for (const said of [
      /dev&#46;json/,
      /prod&#46;json/,
      /Commit <code>0a1b2c3<\/code>/,
      /What lies in other stacks is not/,
    ])
      assert.match(stdout, said);
  });

  it("never says that no connection breaks where unchanged resources are not shown", () => {
    const { stdout } = review(digest([], { changeSummary: { same: 12 } }));
    assert.doesNotMatch(stdout, /No connection breaks/);
    assert.match(stdout, /in a preview without its unchanged resources/);
  });

  it("asks by name what leads to a gateway that goes, where unchanged resources are not shown", () => {
    const gone = {
      op: "delete",
      urn: urn("aws:ec2/natGateway:NatGateway", "nat"),
      newState: {},
      oldState: { id: "nat-1" },
    };
    const hidden = review(digest([gone], { changeSummary: { same: 12, delete: 1 } }));
    assert.equal(hidden.status, 2);
    assert.match(hidden.stdout, /unknown UnchangedNotShown nat: /);
    assert.equal(review(digest([gone], { changeSummary: { delete: 1 } })).status, 0);
  });
});
