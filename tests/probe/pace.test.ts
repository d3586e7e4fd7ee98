import * as assert from "node:assert/strict";
import { performance } from "node:perf_hooks";

import type { Answer } from "../../components/check/probe/answers";
import { proveNoPath, proveTodaysPath } from "../../components/check/probe/before";
import type { Traffic } from "../../components/check/probe/connection";
import { type Proof, proveEndpoint } from "../../components/check/probe/gate";
import type { ProbeEvent } from "../../components/check/probe/report";

const EVENT: ProbeEvent = { version: 1, phase: "after", routeTable: "a", table: "Stock", vpcEndpointId: "vpce-1" };
const ALLOWED: Answer = { kind: "allowed" };
const NO_TABLE: Answer = { kind: "tableNotFound" };
const BY_ROLE: Answer = { kind: "denied", by: "identity", said: "no identity-based policy" };
const UNKNOWN: Answer = { kind: "denied", by: "unknown", said: "no reason" };
const THROTTLED: Answer = { kind: "throttled", said: "ThrottlingException" };
const FAILED: Answer = { kind: "failed", said: "InternalServerError" };
const SILENT: Answer = { kind: "timedOut", said: "TimeoutError" };
const UNREACHED: Answer = { kind: "unreachable", said: "ENETUNREACH" };
const CUT: Answer = { kind: "cut" };

/** What a request takes, on a clock that nothing else moves. */
const REQUEST_MILLIS = 300;

const times = (count: number, answer: Answer): Answer[] => Array.from({ length: count }, () => answer);

/** The calls and pauses of a phase whose requests are answered so; it is over with the last of them. */
describe("the requests of a phase", () => {
  const now = performance.now.bind(performance);
  let clock = 0;
  beforeEach(() => {
    clock = 0;
    performance.now = () => clock;
  });
  afterEach(() => void (performance.now = now));

  interface Asked {
    readonly result: Promise<Proof | undefined>;
    readonly pauses: number[];
    /** How many control calls there were. */
    readonly controls: () => number;
  }
  const asked = (
    prove: (event: ProbeEvent, traffic: Traffic) => Promise<Proof | undefined>,
    ending: "control" | "conditional",
    answers: { conditional?: Answer[]; control: Answer[] },
  ): Asked => {
    const [conditional, control] = [[...(answers.conditional ?? [])], [...answers.control]];
    const pauses: number[] = [];
    let [requests, controls] = [0, 0];
    const answer = (from: Answer[]): Promise<Answer> => {
      requests += 1;
      return Promise.resolve(from.shift() ?? CUT);
    };
    const fresh = {
      conditional: () => {
        clock += REQUEST_MILLIS;
        return answer(conditional);
      },
      control: () => {
        controls += 1;
        return answer(control);
      },
    };
    const pause = (millis: number): Promise<void> => {
      pauses.push(millis);
      clock += millis;
      return Promise.resolve();
    };
    const isOver = (): boolean => (ending === "control" ? control : conditional).length === 0;
    return {
      result: prove(EVENT, { fresh, pause, isOver, requests: () => requests } as unknown as Traffic),
      pauses,
      controls: () => controls,
    };
  };
  const after = (conditional: Answer[], control: Answer[] = [ALLOWED]): Asked =>
    asked(proveEndpoint, "conditional", { conditional, control });
  const before = (...control: Answer[]): Asked =>
    asked((event, traffic) => proveTodaysPath(event, traffic).then(() => undefined), "control", { control });

  const isolated = (control: Answer[], conditional: Answer[] = []): Asked =>
    asked((event, traffic) => proveNoPath(event, traffic).then(() => undefined), "control", { conditional, control });

  it("before the switch of what is isolated are one a second, until three were not answered", async () => {
    const { result, pauses } = isolated([SILENT, CUT, SILENT, UNREACHED, SILENT]);
    assert.equal(await result, undefined);
    assert.deepEqual(pauses, [1000, 1000, 1000]);
  });

  const ISOLATED: readonly (readonly [title: string, answers: Parameters<typeof isolated>, RegExp?])[] = [
    ["passes by the way of the endpoint", [[ALLOWED, CUT], [ALLOWED]]],
    ["passes by the way of the endpoint after silence", [[SILENT, THROTTLED, CUT], [ALLOWED]]],
    [
      "tells of a way that is allowed",
      [[ALLOWED, CUT], [BY_ROLE]],
      /^PathExists: a: DynamoDB answered \(allowed\), but rollout\.isolated says that there is no path to it\. .*remove/,
    ],
    ["tells of a way after silence", [[SILENT, SILENT, UNKNOWN, CUT], [BY_ROLE]], /^PathExists: .*denied: no reason/],
    ["tells of a way that is throttled", [[THROTTLED, CUT], [SILENT]], /^PathExists: .*throttled/],
    ["tells that there is no table", [[NO_TABLE, CUT], [NO_TABLE]], /^TableNotFound: /],
    ["tells that its time was too short", [[SILENT, SILENT]], /^UnknownDenial: a: none of 2 requests .*timeoutSeconds/],
  ];
  for (const [title, answers, told] of ISOLATED)
    it(`before the switch of what is isolated, ${title}`, async () => {
      const { result } = isolated(...answers);
      if (told === undefined) await result;
      else await assert.rejects(result, (error: Error) => told.test(`${error.name}: ${error.message}`));
    });

  it("after a switch are one a second, until three in a row took the endpoint", async () => {
    const { result, pauses, controls } = after(times(4, ALLOWED));
    assert.deepEqual(await result, { provenRequests: 3, provenAfterMillis: 2 * 1000 + REQUEST_MILLIS });
    assert.deepEqual([pauses, controls()], [[700, 700], 0]);
  });

  const PROOFS: readonly (readonly [title: string, conditional: Answer[], proof: RegExp | number])[] = [
    ["one that is throttled in between", [ALLOWED, THROTTLED, ALLOWED, ALLOWED], 3],
    [
      "one that is denied in between",
      [ALLOWED, ALLOWED, BY_ROLE, ALLOWED],
      /^a: 3 of 5 requests took vpce-1, but at most 2 in a row\. Beside them: denied: no identity-based policy\. /,
    ],
    [
      "one without an answer in between",
      [ALLOWED, SILENT, ALLOWED, ALLOWED],
      /^a: 3 of 4 requests took vpce-1, but at most 2 in a row\. Beside them: timed out: TimeoutError\. /,
    ],
    [
      "all of it",
      [ALLOWED, FAILED, SILENT],
      /at most 1 in a row\. Beside them: answered with an error: InternalServerError; timed out: TimeoutError\. /,
    ],
    ["no time for more", [ALLOWED, ALLOWED], /at most 2 in a row\. The time was too short\. /],
  ];
  for (const [title, conditional, proof] of PROOFS) {
    it(`after a switch, with ${title}, ${proof === 3 ? "prove it" : "do not"}`, async () => {
      const { result } = after(conditional);
      if (typeof proof === "number") assert.equal((await result)?.provenRequests, proof);
      else await assert.rejects(result, { name: "ReconnectTimedOut", message: proof });
    });
  }

  it(
    "after a switch ask for the control call with the first that is not allowed, " + "and again after ten seconds",
    async () => {
      const ten = after(times(10, UNKNOWN));
      await assert.rejects(ten.result);
      const eleven = after(times(11, UNKNOWN));
      await assert.rejects(eleven.result);
      assert.deepEqual([ten.controls(), eleven.controls()], [1, 2]);
    },
  );

  const REFUSALS: readonly (readonly [
    title: string,
    answers: readonly [conditional: Answer[], control?: Answer[]],
    name: string,
    message: RegExp,
  ])[] = [
    ["that there is no table", [[NO_TABLE, ALLOWED]], "TableNotFound", /no DynamoDB table "Stock"/],
    [
      "that there is no table, by a control call",
      [[UNKNOWN, ALLOWED], [NO_TABLE]],
      "TableNotFound",
      /no DynamoDB table "Stock"/,
    ],
    [
      "the last that was without an answer, unless it was cut",
      [[SILENT, CUT]],
      "NoPath",
      /none of 2 requests to DynamoDB was answered after the switch \(the last: timed out: TimeoutError\)/,
    ],
    ["nothing of a request that was cut", [[CUT]], "NoPath", /was answered after the switch\. Check/],
    [
      "the denial, though it was throttled later",
      [[UNKNOWN, THROTTLED]],
      "UnknownDenial",
      /\(the last: denied: no reason\)/,
    ],
    [
      "the denial, though it was throttled before",
      [[THROTTLED, UNKNOWN]],
      "UnknownDenial",
      /\(the last: denied: no reason\)/,
    ],
    [
      "that it was throttled, where that is all",
      [[THROTTLED, THROTTLED]],
      "UnknownDenial",
      /\(the last: throttled: ThrottlingException\)/,
    ],
    [
      "that the control call was allowed, though it was throttled later",
      [times(11, UNKNOWN), [ALLOWED, THROTTLED]],
      "UnknownDenial",
      /The control call beside it was allowed\./,
    ],
    [
      "that the control call was throttled, where it was no more",
      [times(11, UNKNOWN), [FAILED, THROTTLED]],
      "UnknownDenial",
      /The control call beside it was throttled: ThrottlingException\./,
    ],
    [
      "that the control call was denied later",
      [times(11, UNKNOWN), [ALLOWED, BY_ROLE]],
      "UnknownDenial",
      /The control call beside it was denied: no identity-based policy\./,
    ],
    [
      "what the control call was answered, though it was not later",
      [times(11, UNKNOWN), [ALLOWED, SILENT]],
      "UnknownDenial",
      /The control call beside it was allowed\./,
    ],
    [
      "that the control call was not answered",
      [[UNKNOWN], [SILENT]],
      "UnknownDenial",
      /The control call beside it was not answered\./,
    ],
  ];
  for (const [title, [conditional, control], name, message] of REFUSALS) {
    it(`after a switch, where they prove nothing, tell ${title}`, () =>
      assert.rejects(after(conditional, control).result, { name, message }));
  }

  const PATHS: readonly (readonly [title: string, control: Answer[], pauses: readonly number[]])[] = [
    ["one that is allowed", [ALLOWED], []],
    ["one that is throttled", [THROTTLED], []],
    [
      "one that is allowed after silence, with pauses that double up to eight seconds",
      [...times(5, SILENT), ALLOWED],
      [1000, 2000, 4000, 8000, 8000],
    ],
    ["three that are allowed after a denial", [BY_ROLE, ALLOWED, ALLOWED, ALLOWED], [1000, 250, 250]],
    [
      "three that are allowed in a row",
      [BY_ROLE, ALLOWED, FAILED, ALLOWED, ALLOWED, ALLOWED],
      [1000, 250, 1000, 250, 250],
    ],
  ];
  for (const [title, control, paused] of PATHS) {
    it(`before a switch are shown a path by ${title}`, async () => {
      const { result, pauses } = before(...control, CUT);
      await result;
      assert.deepEqual(pauses, paused);
    });
  }

  const NO_PATHS: readonly (readonly [title: string, control: Answer[], name: string, message: RegExp])[] = [
    ["that there is no table", [NO_TABLE, ALLOWED], "TableNotFound", /no DynamoDB table "Stock"/],
    [
      "the last silence, unless it was cut",
      [SILENT, CUT],
      "NoPath",
      /none of 2 requests to DynamoDB was answered \(the last: timed out: TimeoutError\)/,
    ],
    ["nothing of a request that was cut", [CUT], "NoPath", /to DynamoDB was answered\. Check/],
    [
      "the last refusal, whatever was without an answer",
      [FAILED, UNKNOWN, SILENT],
      "UnknownDenial",
      /did not steadily allow the 3 control calls \(the last: denied: no reason\)/,
    ],
    [
      "that one was throttled after a denial",
      [BY_ROLE, THROTTLED],
      "UnknownDenial",
      /\(the last: throttled: ThrottlingException\)/,
    ],
    [
      "a denial that does not end",
      [BY_ROLE, ALLOWED, ALLOWED],
      "DeniedByRole",
      /\(the last: denied: no identity-based policy\)/,
    ],
  ];
  for (const [title, control, name, message] of NO_PATHS) {
    it(`before a switch, where they are shown no path, tell ${title}`, () =>
      assert.rejects(before(...control).result, { name, message }));
  }
});
