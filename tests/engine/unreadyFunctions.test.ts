import assert from "node:assert/strict";
import { DynamoDbEndpoint, type DynamoDbEndpointArgs } from "../../index";
import { applyFault, type FaultName, type FaultTarget } from "../../lab/faults";
import { checkedNetwork, REGION, switchedTables, type CheckedNetwork } from "../../tools/rehearsal/network";
import type { Outcome, RehearsedStack } from "../../tools/rehearsal/stack";
import { rehearsal, succeeded } from "./rehearsal";

/** The functions' answers are scripted here: what Lambda makes of them is the subject. */
describe("functions that Lambda does not come to invoke", () => {
  const rehearsed = rehearsal();
  let net: CheckedNetwork;
  let stack: RehearsedStack;
  let ends: (() => void)[];
  beforeEach(async () => {
    net = await checkedNetwork(rehearsed.lab, ["a", "b"]);
    stack = await rehearsed.stack();
    ends = [];
    rehearsed.lab.cloud.functions.behave(/.*/, {
      outcome: "succeed",
      result: (event: unknown) => ({
        ...(event as object),
        heldConnection: "reset",
        interruptionMillis: 5,
        reconnected: true,
        provenRequests: 3,
      }),
    });
  });
  afterEach(() => {
    for (const end of ends) end();
    rehearsed.lab.cloud.functions.clear();
  });
  const begin = (fault: FaultName, target: FaultTarget = {}): (() => void) => {
    const end = applyFault(rehearsed.lab, fault, { routeTableId: net.routeTables.a, ...target });
    ends.push(end);
    return end;
  };
  const program =
    (rollout: DynamoDbEndpointArgs["rollout"] = {}, name = "ddb") =>
    (): Promise<Record<string, unknown>> => {
      const { vpcId, routeTables, subnets } = net;
      const { checkReports } = new DynamoDbEndpoint(name, {
        vpcId,
        routeTables,
        rollout: { check: { table: "StockTable", subnets }, ...rollout },
      });
      return Promise.resolve({ checkReports });
    };
  const routesOf = (): string[] => switchedTables(rehearsed.lab, net);
  /** The one error of the component, of an operation that must fail. */
  const explanation = ({ ok, errors }: Outcome, subject: string): string => {
    assert.equal(ok, false);
    const told = errors.filter((error) => error.startsWith(`${subject}: `));
    assert.equal(told.length, 1, errors.join("\n"));
    return told.join();
  };
  const urnOf = async (name: string): Promise<string> =>
    (await stack.resources()).find(({ urn }) => urn.endsWith(`::${name}`))?.urn ?? "";

  it(
    "are waited for while they wake, with a line on what is waited for and since when, and not where that does not " +
      "help",
    async () => {
      begin("inactive");
      // The provider asks again by itself, and says nothing.
      begin("ENINotReadyException", { times: 20 });
      const end = begin("SubnetIPAddressLimitReachedException", { routeTableId: net.routeTables.b });
      const outcome = await stack.up(program());
      const told = outcome.warnings.filter((text) => !/switch(es)? to the endpoint|retrying create/.test(text));
      assert.equal(told.length, 1, told.join("\n"));
      assert.match(
        told.join(),
        /^a: "before" waits for its function since 20\d\d-\S+Z: Lambda is making the function ready, .* \(ResourceConflictException\)\. It is asked for again until 20\d\d-\S+Z, at the longest\.$/,
      );
      assert.match(
        explanation(outcome, "ddb-b-check-before"),
        /b was not switched: stage "b" stops here: invoking Lambda Function \(\S+\): operation error Lambda: Invoke, exceeded maximum number of attempts, 25, https response error StatusCode: 502, RequestID: \S+, SubnetIPAddressLimitReachedException: .*\. Free addresses in the subnet, or check in another subnet .* Nothing is rolled back/,
      );
      assert.deepEqual(routesOf(), ["a"]);
      end();
      succeeded(await stack.up());
      assert.deepEqual(routesOf(), ["a", "b"]);
    },
  );

  it("are waited for no longer than the window is open", async () => {
    begin("CodeArtifactUserPendingException", { times: Infinity });
    const closing = (): Promise<Record<string, unknown>> =>
      program({ window: { opensAt: "2020-01-01T00:00:00Z", closesAt: new Date(Date.now() + 1_500).toISOString() } })();
    assert.match(
      explanation(await stack.up(closing), "ddb-a-check-before"),
      /CodeArtifactUserPendingException: .*That was waited for from 20\S+Z to 20\S+Z: Lambda is making the function ready\. See the function's State/,
    );
    assert.deepEqual(routesOf(), []);
  });

  it(
    "because they could not be set up are told with the command that makes them anew, by the run that made them and " +
      "by each one after it, and that command goes on",
    async () => {
      // Its function has a name of our own making, which must be free before it is made anew.
      const long = "z".repeat(58);
      net = await checkedNetwork(rehearsed.lab, ["a", long]);
      const ends = ["a", long].map((name) => begin("creation-fails", { routeTableId: net.routeTables[name] }));
      const created = await stack.up(program());
      for (const end of ends) end();
      const urns = [await urnOf("ddb-a-check"), await urnOf(`ddb-${long}-check`)];
      const command = `\`pulumi up --replace '${urns[0]}'\``;
      assert.match(
        explanation(created, "ddb-a-check"),
        /^ddb-a-check: Lambda could not set this function up when it was made, .*a mere `pulumi up` leaves it as it is\./,
      );
      assert.ok(explanation(created, "ddb-a-check").includes(command), created.text);

      const invoked = explanation(await stack.up(), "ddb-a-check-before");
      assert.match(
        invoked,
        /a was not switched: stage "a" stops here: .*in the following state: Failed\. Lambda could not set this function up/,
      );
      assert.ok(invoked.includes(`Run ${command} to check again`), invoked);

      const changed = explanation(
        await stack.up(program({ check: { table: "StockTable", subnets: net.subnets, timeoutSeconds: 90 } })),
        "ddb-a-check",
      );
      assert.ok(changed.includes(command), changed);
      assert.deepEqual(routesOf(), []);

      succeeded(await stack.up(undefined, { replace: urns }));
      assert.deepEqual(routesOf(), ["a", long]);
      const { steps, warnings } = succeeded(await stack.preview());
      assert.deepEqual([steps, warnings], [[], []]);
    },
  );

  it("of the user's own that could not be set up are to be made anew where they are made", async () => {
    const { lambda, iam } = rehearsed.lab.cloud.region(REGION);
    const { arn: role } = await iam.createRole({ roleName: `own-${net.vpcId}`, assumeRolePolicyDocument: "{}" });
    const settings = {
      role,
      memorySize: 128,
      timeout: 3,
      architectures: [],
      environment: {},
      layers: [],
      ephemeralStorageSize: 512,
      tracingMode: "PassThrough",
      logging: { logFormat: "Text", logGroup: "own" },
    };
    const end = begin("creation-fails", { routeTableId: undefined, functionName: /^own/ });
    await lambda.createFunction({ functionName: `own-${net.vpcId}`, ...settings, code: { fingerprint: "", size: 0 } });
    end();
    const check = { table: "StockTable", subnets: net.subnets, functions: { a: `own-${net.vpcId}` } };
    const text = explanation(await stack.up(program({ check })), "ddb-a-check-before");
    assert.match(
      text,
      /state: Failed\. Lambda could not set this function up .* It is a function of your own: delete it and make it anew where it is made\. .*Run `pulumi up` to check again/,
    );
  });
});
