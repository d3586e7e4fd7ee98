import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { DynamoDbEndpoint, TableAccess, type DynamoDbEndpointArgs } from "../../index";
import type { CheckReport, ProbePhase } from "../../components/check/probe/report";
import { applyFault, type FaultName, type FaultTarget } from "../../lab/faults";
import { checkedNetwork, createCheckedTable, switchedTables, type CheckedNetwork } from "../../tools/rehearsal/network";
import type { Outcome } from "../../tools/rehearsal/stack";
import { rehearsal, succeeded } from "./rehearsal";

type Rollout = NonNullable<DynamoDbEndpointArgs["rollout"]>;

/** How a roll-out over the stages "canary" and "rest" ends while something is wrong with the canary. */
interface Ending {
  readonly fault: FaultName;
  readonly target?: FaultTarget;
  readonly check?: Partial<NonNullable<Rollout["check"]>>;
  /** What the user is told. Absent: the roll-out succeeds in spite of it. */
  readonly told?: RegExp;
  /** The route tables that are switched when it has ended. Default: both. */
  readonly switched?: readonly string[];
  readonly heldConnection?: string;
  /** What was deployed before the fault began. Default: nothing. */
  readonly deployed?: "unswitched" | "elsewhere";
  /** The fault ends when this phase is asked for again. */
  readonly passesWhenAskedAgain?: ProbePhase;
  /** The window closes so many seconds after the roll-out has begun, and nothing is waited for any more. */
  readonly closesAfterSeconds?: number;
  /** What the run shows beside. */
  readonly shown?: RegExp;
}

/** What an operation came to, and the route tables that were switched then. */
interface Ended {
  readonly rollout: { readonly outcome: Outcome; readonly switched: readonly string[] };
  /** To "none", while the fault is still there; only where it stopped the roll-out. */
  readonly withdrawal?: Ended["rollout"];
  /** The same again, which has stopped once more, when the fault is over. */
  readonly recovery?: Ended["rollout"];
}

const ENDINGS: readonly Ending[] = [
  { fault: "route-late", target: { milliseconds: 2_500 }, heldConnection: "reset" },
  {
    fault: "route-never",
    told: /stage "canary" is switched, but not proven: NotThroughEndpoint: requests from a still do not take vpce-\w+.*Check that the subnet of this check uses a.*later stages were not touched.*throughStage to "none"/,
    switched: ["a"],
  },
  {
    fault: "policy-denies",
    deployed: "unswitched",
    // At once: nothing has changed that could be late.
    told: /stage "canary" is switched, but not proven: DeniedByEndpointPolicy: a: the policy of vpce-\w+ denies the function.*can take minutes to take effect\. Nothing is rolled back/,
    switched: ["a"],
  },
  {
    fault: "policy-late",
    target: { milliseconds: Infinity },
    check: { timeoutSeconds: 5 },
    passesWhenAskedAgain: "after",
    heldConnection: "reset",
    shown:
      /a: "after" waits for a permission since \S+Z: the endpoint's policy is new or was changed, and does not act yet \(DeniedByEndpointPolicy\)\. It is asked for again until \S+Z, at the longest/,
  },
  {
    fault: "role-late",
    target: { milliseconds: Infinity },
    check: { timeoutSeconds: 5 },
    passesWhenAskedAgain: "before",
    heldConnection: "reset",
    shown:
      /The role of the check is new or was changed in this run: before each switch the run waits until it is seen to act\. .*"before" waits for a permission since \S+Z: the check's role is new or was changed in this run, and does not act yet \(DeniedByRole\)/s,
  },
  // The role could do all that it must at the endpoint of before.
  {
    fault: "role-late",
    deployed: "elsewhere",
    target: { milliseconds: 7_000 },
    check: { timeoutSeconds: 10 },
    heldConnection: "reset",
    shown: /The role of the check is new or was changed in this run/,
  },
  {
    fault: "role-late",
    target: { milliseconds: Infinity },
    check: { timeoutSeconds: 5 },
    closesAfterSeconds: 10,
    told: /a was not switched: stage "canary" stops here: DeniedByRole: a: the function's role does not allow the check.* That was waited for from \S+Z to \S+Z: the check's role is new or was changed in this run, and does not act yet\./,
    switched: [],
  },
  {
    fault: "no-egress",
    told: /a was not switched: stage "canary" stops here: NoPath: a: none of \d+ requests to DynamoDB was answered.*security group/,
    switched: [],
  },
  { fault: "silent-drop", heldConnection: "timedOut" },
  // A function that starts late may not see the switch; it must not matter.
  { fault: "cold-start" },
  { fault: "evicted" },
  {
    fault: "slow-reconnect",
    target: { milliseconds: 2_500 },
    check: { maxReconnectSeconds: 1 },
    told: /stage "canary" is switched, but not proven: ReconnectTimedOut: the watching client of a was without an answer for \d\.\d s, more than maxReconnectSeconds \(1\)/,
    switched: ["a"],
  },
  {
    fault: "api-error",
    target: { times: 2 },
    told: /ddb-a: stage "canary" stops at a\. UnauthorizedOperation: the deploying principal lacks a permission/,
    switched: [],
  },
  { fault: "throttle", target: { times: 2 }, heldConnection: "reset" },
  { fault: "limits-spent", heldConnection: "reset" },
  // What a new environment waits for its first answer is no interruption.
  { fault: "slow-start", target: { milliseconds: 1_500 }, check: { maxReconnectSeconds: 1 } },
  { fault: "delivered-twice" },
];

/** AWS takes seconds to change a route; here the watching function has a moment to begin. */
const ROUTE_LATE_MILLIS = 700;

/** The function's real code, with real connections, on the real engine. */
describe("a roll-out whose check runs", () => {
  const rehearsed = rehearsal();
  before(async () => {
    applyFault(rehearsed.lab, "route-late", { milliseconds: ROUTE_LATE_MILLIS });
    await createCheckedTable(rehearsed.lab, "StockTable");
  });
  const program =
    ({ vpcId, routeTables, subnets }: CheckedNetwork, check: Ending["check"] = {}, rollout: Rollout = {}) =>
    (): Promise<Record<string, unknown>> => {
      const stages = [
        { name: "canary", routeTables: ["a"] },
        { name: "rest", routeTables: ["b"] },
      ];
      const endpoint = new DynamoDbEndpoint("ddb", {
        vpcId,
        routeTables,
        access: { tables: [{ name: "StockTable", access: TableAccess.ReadWrite }] },
        rollout: { stages, check: { table: "StockTable", subnets, timeoutSeconds: 8, ...check }, ...rollout },
      });
      return Promise.resolve({ vpcEndpointId: endpoint.vpcEndpointId, checkReports: endpoint.checkReports });
    };
  const reports = ({ outputs }: Outcome): Record<string, CheckReport> =>
    outputs.checkReports as Record<string, CheckReport>;

  describe("and nothing is wrong", () => {
    let net: CheckedNetwork;
    let outcome: Outcome;
    before(async () => {
      net = await checkedNetwork(rehearsed.lab, ["a", "b"]);
      outcome = succeeded(await (await rehearsed.stack()).up(program(net)));
    });

    it("proves each stage before the next one is switched, by the lab's log", () => {
      const { requests } = rehearsed.lab.traffic;
      const switches = rehearsed.lab.cloud.calls.filter(
        ({ action, parameters }) =>
          action === "ModifyVpcEndpoint" && JSON.stringify(parameters).includes(net.routeTables.b ?? "-"),
      );
      const proofs = requests.filter(
        ({ subnetId, operation, vpcEndpointId }) =>
          subnetId === net.subnets.a && operation === "DescribeTable" && vpcEndpointId !== undefined,
      );
      assert.ok(proofs.length >= 3);
      assert.equal(switches.length, 1);
      for (const { at } of proofs) assert.ok(at <= Date.parse(reports(outcome).a?.endedAt ?? ""));
      assert.ok(
        Date.parse(reports(outcome).a?.endedAt ?? "") <= Date.parse(reports(outcome).b?.watch?.startedAt ?? ""),
      );
    });

    it("reports what became of the open connection, with its addresses and for how long", () => {
      assert.deepEqual(Object.keys(reports(outcome)).sort(), Object.keys(net.subnets).sort());
      for (const { watch, provenRequests, connections } of Object.values(reports(outcome))) {
        assert.equal(watch?.heldConnection, "reset");
        assert.ok(watch.interruptionMillis > 0 && watch.interruptionMillis < 1_000, String(watch.interruptionMillis));
        assert.ok(watch.connections.some(({ end, answeredRequests }) => end === "reset" && answeredRequests > 0));
        assert.equal(provenRequests, 3);
        assert.ok(connections.length >= 3, String(connections.length));
        for (const { localAddress, remoteAddress } of connections)
          assert.match(`${localAddress} ${remoteAddress}`, /^[\d.]+:\d+ [\d.]+:\d+$/);
      }
    });

    it("stays within what it says of its calls, which leave the account its own", () => {
      const { requests } = rehearsed.lab.traffic;
      for (const table of ["a", "b"]) {
        const { watch, provenRequests } = reports(outcome)[table] ?? assert.fail();
        const watchedSeconds = (Date.parse(watch?.endedAt ?? "") - Date.parse(watch?.startedAt ?? "")) / 1000;
        const count = (operation: string): number =>
          requests.filter((each) => each.subnetId === net.subnets[table] && each.operation === operation).length;
        // One before, two a second during, one for a gate that is denied at first.
        assert.ok(
          count("DescribeContinuousBackups") <= 1 + 2 * watchedSeconds + 2 + 1,
          `${count("DescribeContinuousBackups")} in ${watchedSeconds} s`,
        );
        assert.ok(
          count("DescribeTable") <= watchedSeconds + 1 + provenRequests + 1,
          `${count("DescribeTable")} in ${watchedSeconds} s`,
        );
      }
      assert.deepEqual(
        requests.filter(({ errorCode }) => errorCode === "ThrottlingException"),
        [],
      );
    });

    it("sends its proofs through the endpoint, from private addresses", () => {
      const { vpcEndpointId } = outcome.outputs;
      const proofs = rehearsed.lab.traffic.requests.filter(
        ({ subnetId, operation, errorCode }) =>
          subnetId === net.subnets.b && operation === "DescribeTable" && errorCode === undefined,
      );
      assert.ok(proofs.length >= 3);
      for (const proof of proofs) {
        assert.equal(proof.vpcEndpointId, vpcEndpointId);
        assert.match(proof.sourceAddress, /^10\.0\.0\./);
      }
    });
  });

  describe("ends, with", () => {
    const ended = new Map<Ending, Ended>();
    // They mostly wait: six at a time, and what each must show is asserted below.
    before(async function () {
      this.timeout(6 * 60_000);
      const waiting = [...ENDINGS];
      const work = async (): Promise<void> => {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await rehearse(next);
      };
      await Promise.all(Array.from({ length: 6 }, work));
    });
    const rehearse = async (ending: Ending): Promise<void> => {
      const { fault, target, check, told, deployed, passesWhenAskedAgain: phase, closesAfterSeconds } = ending;
      const net = await checkedNetwork(rehearsed.lab, ["a", "b"]);
      const stack = await rehearsed.stack();
      const before = deployed === "elsewhere" ? await checkedNetwork(rehearsed.lab, ["a", "b"]) : net;
      if (deployed !== undefined)
        succeeded(
          await stack.up(program(before, check, { throughStage: deployed === "elsewhere" ? "canary" : "none" })),
        );
      const end = applyFault(rehearsed.lab, fault, { routeTableId: net.routeTables.a, ...target });
      const stopAsking = phase === undefined ? (): void => undefined : whenAskedAgain(net, phase, end);
      const up = async (...args: [Ending["check"]?, Rollout?]): Promise<Ended["rollout"]> => {
        const outcome = await stack.up(program(net, ...args));
        return { outcome, switched: switchedTables(rehearsed.lab, net) };
      };
      const closesAt = closesAfterSeconds && new Date(Date.now() + closesAfterSeconds * 1000).toISOString();
      const rollout = await up(check, closesAt ? { window: { opensAt: "2026-01-01T00:00:00Z", closesAt } } : {});
      stopAsking();
      const withdrawal = told && (await up(check, { throughStage: "none" }));
      if (told) {
        // A route that comes back before it has gone is no switch.
        await sleep(ROUTE_LATE_MILLIS);
        assert.equal((await up(check)).outcome.ok, false, `${fault}: the second run succeeded`);
      }
      end();
      ended.set(ending, { rollout, withdrawal, recovery: told && (await up(check)) });
    };

    /** Calls once when the function of "a" is invoked a second time for a phase; the answer ends that. */
    const whenAskedAgain = (net: CheckedNetwork, phase: ProbePhase, call: () => void): (() => void) => {
      const { cloud } = rehearsed.lab;
      const mark = cloud.lastSequence;
      const isOfA = (functionName: unknown): boolean =>
        cloud
          .callsSince(mark)
          .some(
            ({ action, parameters }) =>
              action === "CreateFunction" &&
              JSON.stringify(parameters.vpcConfig).includes(net.subnets.a ?? "-") &&
              parameters.functionName === functionName,
          );
      const timer = setInterval(() => {
        const asked = cloud
          .callsSince(mark)
          .filter(
            ({ action, parameters }) =>
              action === "Invoke" &&
              String(parameters.payload).includes(`"${phase}"`) &&
              isOfA(parameters.functionName),
          );
        if (asked.length < 2) return;
        clearInterval(timer);
        call();
      }, 100);
      return () => clearInterval(timer);
    };

    for (const ending of ENDINGS) {
      const { fault, told, switched = ["a", "b"], heldConnection, shown = /./, deployed } = ending;
      it(`${fault}${deployed === undefined ? "" : `, after a deployment ${deployed}`}: ${
        told === undefined
          ? "success"
          : `a stop with ${switched.length === 0 ? "nothing" : switched.join()} switched, an explanation, a ` +
            "withdrawal in spite of it, and success from where it stopped when it is over"
      }`, () => {
        const { rollout, withdrawal, recovery } = ended.get(ending) ?? assert.fail();
        const { outcome } = rollout;
        assert.equal(outcome.ok, told === undefined, outcome.text);
        assert.deepEqual(rollout.switched, switched);
        assert.match(outcome.text, shown);
        if (told === undefined) {
          if (heldConnection !== undefined)
            assert.equal(reports(outcome).a?.watch?.heldConnection, heldConnection, JSON.stringify(reports(outcome).a));
          return;
        }
        assert.match(outcome.errors.join("\n"), told);
        assert.doesNotMatch(outcome.text, /^\s+at .*\.[jt]s:/m);
        assert.deepEqual([withdrawal?.outcome.ok, withdrawal?.switched], [true, []], withdrawal?.outcome.text);
        assert.deepEqual([recovery?.outcome.ok, recovery?.switched], [true, ["a", "b"]], recovery?.outcome.text);
      });
    }
  });

  it("with --parallel 1 says honestly that nobody watched, and proves the path all the same", async () => {
    const net = await checkedNetwork(rehearsed.lab, ["a", "b"]);
    const routesAreAtOnce = applyFault(rehearsed.lab, "route-late", { milliseconds: 0 });
    const outcome = succeeded(await (await rehearsed.stack()).up(program(net), { parallel: 1 }));
    routesAreAtOnce();
    assert.deepEqual(Object.keys(reports(outcome)).sort(), ["a", "b"]);
    for (const { watch, provenRequests } of Object.values(reports(outcome))) {
      assert.ok(["noSwitchSeen", "tooLate"].includes(watch?.heldConnection ?? ""), watch?.heldConnection);
      assert.equal(provenRequests, 3);
    }
  });
});
