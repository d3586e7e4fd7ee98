import * as assert from "node:assert/strict";

import type { ConnectionReport, ProbeReport, WatchReport } from "../../components/check/probe/report";
import type { Reply, Scenario } from "./dynamoDb";
import { DENIED, oldPath, testCases } from "./invocations";

/** PROBE_TIMEOUT_SECONDS ends first. */
const REMAINING_MILLIS = 60_000;

/** When a switch happens: after some requests over the connection that is kept. */
const SWITCH_MILLIS = 1200;

/** A switch, with what it does to the connections that were open. */
const switched =
  (broken: Reply): Scenario =>
  (asked) => {
    if (asked.at < SWITCH_MILLIS) return oldPath(asked);
    return asked.connectedAt >= SWITCH_MILLIS ? "allow" : broken;
  };

const watched =
  (expected: Partial<WatchReport>, [least, most] = [0, 0]) =>
  (report: ProbeReport): void => {
    const { heldConnection, reconnected, interruptionMillis } = report as WatchReport;
    assert.deepEqual({ heldConnection, reconnected }, { reconnected: true, ...expected });
    assert.ok(interruptionMillis >= least && interruptionMillis <= most, `${interruptionMillis} ms`);
  };

/** How the connections ended that were kept. */
const keptEnds = ({ connections }: ProbeReport): ConnectionReport["end"][] =>
  connections.filter(({ answeredRequests }) => answeredRequests > 1).map(({ end }) => end);

describe("the probe while a switch happens", () => {
  testCases(
    "during",
    [
      {
        title: "sees a reset",
        scenario: switched("reset"),
        check: (report) => {
          watched({ heldConnection: "reset" }, [1, 1500])(report);
          assert.equal(keptEnds(report)[0], "reset");
        },
      },
      {
        title: "sees a connection that is left without an answer",
        scenario: switched("silence"),
        check: (report) => {
          watched({ heldConnection: "timedOut" }, [950, 4000])(report);
          assert.equal(keptEnds(report)[0], "timedOut");
        },
      },
      {
        title: "sees a late reply over the old path, and the silence after it",
        scenario: (asked) => {
          const isLate = asked.at > 900 && asked.at < SWITCH_MILLIS && asked.action === "DescribeContinuousBackups";
          return isLate ? { afterMillis: 500, then: "allow" } : switched("silence")(asked);
        },
        check: watched({ heldConnection: "timedOut" }, [950, 4000]),
      },
      {
        title: "sees a connection survive",
        scenario: switched("allow"),
        check: (report) => {
          watched({ heldConnection: "survived" })(report);
          assert.deepEqual(keptEnds(report), ["open"]);
        },
      },
      {
        title: "does not call it an interruption when a connection is closed in order",
        scenario: switched("allowAndClose"),
        check: (report) => {
          watched({ heldConnection: "survived" })(report);
          assert.deepEqual(keptEnds(report), ["closed", "open"]);
        },
      },
      {
        title: "sees a reset between two requests",
        scenario: (asked) =>
          asked.at > 900 && asked.at < SWITCH_MILLIS ? "allowAndResetLater" : switched("reset")(asked),
        check: watched({ heldConnection: "reset" }, [0, 1500]),
      },
      {
        title: "measures how long it takes to reconnect",
        scenario: (asked) => (asked.at > SWITCH_MILLIS && asked.at < 2700 ? "reset" : switched("reset")(asked)),
        check: watched({ heldConnection: "reset" }, [950, 4000]),
      },
      {
        title: "does not count what a new environment waits for its first answer",
        scenario: (asked) =>
          asked.earlier < 2
            ? "silence"
            : switched("reset")({ ...asked, at: asked.at - 800, connectedAt: asked.connectedAt - 800 }),
        check: watched({ heldConnection: "reset" }, [1, 1500]),
      },
      {
        title: "is not told the path by calls that are throttled, and keeps its connection all the same",
        scenario: (asked) => (asked.at < 500 ? { error: "ThrottlingException" } : "allow"),
        check: watched({ heldConnection: "tooLate" }),
      },
      {
        title: "asks twice a second over its connection, and once beside it",
        scenario: oldPath,
        check: ({ requests }) => assert.ok(requests >= 6 && requests <= 11, `${requests} requests in three seconds`),
      },
      {
        title: "dates a switch by the first denial of the endpoint's policy, which does not act yet",
        scenario: (asked) =>
          asked.at > SWITCH_MILLIS && asked.connectedAt >= SWITCH_MILLIS ? DENIED.byEndpoint : switched("reset")(asked),
        check: (report) => {
          watched({ heldConnection: "reset" }, [1, 1500])(report);
          assert.ok(
            Date.parse(report.endedAt) - Date.parse(report.startedAt) < 3000,
            "it does not wait for the policy",
          );
        },
      },
      {
        title: "does not know what a switch did that an endpoint's policy hides",
        scenario: (asked) => (asked.at < 1500 ? DENIED.byEndpoint : "allow"),
        check: (report) => {
          watched({ heldConnection: "unknown" })(report);
          assert.match(
            (report as WatchReport).unknownBecause ?? "",
            /an endpoint's policy denied the requests that tell the path/,
          );
        },
      },
      { title: "comes too late", scenario: () => "allow", check: watched({ heldConnection: "tooLate" }) },
      {
        title: "waits half of its time for a switch",
        scenario: oldPath,
        check: (report) => {
          watched({ heldConnection: "noSwitchSeen" })(report);
          const millis = Date.parse(report.endedAt) - Date.parse(report.startedAt);
          assert.ok(millis >= 2900 && millis < 9000, `${millis} ms`);
        },
      },
      {
        title: "does not blame a switch that it did not see",
        scenario: (asked) => (asked.at > SWITCH_MILLIS && asked.connectedAt < SWITCH_MILLIS ? "reset" : oldPath(asked)),
        check: (report) => {
          watched({ heldConnection: "unknown" }, [1, 1500])(report);
          assert.match(
            (report as WatchReport).unknownBecause ?? "",
            /it broke for another reason, or the route changed/,
          );
          assert.equal(keptEnds(report)[0], "reset");
        },
      },
      {
        title: "gives up on a path that does not come back, without failing",
        scenario: (asked) => (asked.at > 700 ? "silence" : oldPath(asked)),
        check: watched({ heldConnection: "noSwitchSeen", reconnected: false }, [4000, 9000]),
      },
      {
        title: "takes denials for answers",
        scenario: () => DENIED.byBoundary,
        check: watched({ heldConnection: "noSwitchSeen" }),
      },
    ],
    REMAINING_MILLIS,
  );
});
