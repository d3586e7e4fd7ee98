import assert from "node:assert/strict";
import type { Permissions } from "../components/policy/difference";
import { failedCheckText, interruptionText, policyChangeWarning } from "../components/warnings";

const THROWN = 'invoking Lambda Function (f): {"errorType":"NoPath","errorMessage":"nothing was answered.","trace":[]}';
const REFUSED = "1 error occurred:\n\t* invoking Lambda Function (f): ThrottlingException: Rate exceeded\n\n";
const SEVERAL = "\n2 errors occurred:\n\t* invoking Lambda Function (f): Rate exceeded. Retry later\n\n\t* 1 error occurred: it was told twice\n\n";
const LONG = 'invoking Lambda Function (f): {\n  "errorType": "NoPath",\n  "errorMessage": "nothing was answered."\n}';
const INTERRUPTED = "1 error occurred:\n\t* invoking Lambda Function (f): https response error StatusCode: 0, RequestID: , canceled, context canceled\n\n";
const THREW_THE_WORDS = 'invoking Lambda Function (f): {"errorType":"Error","errorMessage":"context canceled"}';
const NOT_ALLOWED = "invoking Lambda Function (arn:aws:lambda:eu-west-1:123456789012:function:f): AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role/ci/run is not authorized";
const NOT_ALLOWED_ITSELF = 'invoking Lambda Function (f): {"errorType":"AccessDeniedException","errorMessage":"User: arn:aws:sts::123456789012:assumed-role/f/f, key AKIAIOSFODNN7EXAMPLE"}';

describe("a phase of a check that failed", () => {
  const cases = [
    { phase: "before", error: THROWN, said: 'private-a was not switched: stage "canary" stops here: NoPath: nothing was answered. ' },
    { phase: "during", error: REFUSED, said: 'private-a may be switched, and is not proven: stage "canary" stops here: invoking Lambda Function (f): ThrottlingException: Rate exceeded. ' },
    { phase: "after", error: THROWN, said: 'stage "canary" is switched, but not proven: NoPath: nothing was answered. ' },
    { phase: "before", error: SEVERAL, said: 'private-a was not switched: stage "canary" stops here: invoking Lambda Function (f): Rate exceeded. Retry later * 1 error occurred: it was told twice. Nothing' },
    { phase: "before", error: "invoking f: 2 errors occurred: Rate exceeded", said: 'private-a was not switched: stage "canary" stops here: invoking f: 2 errors occurred: Rate exceeded. ' },
    { phase: "after", error: LONG, said: 'stage "canary" is switched, but not proven: NoPath: nothing was answered. ' },
    { phase: "after", error: INTERRUPTED, said: 'stage "canary" is switched, but not proven: the run was interrupted while private-a was checked. ' },
    { phase: "before", error: NOT_ALLOWED, said: 'private-a was not switched: stage "canary" stops here: invoking Lambda Function (arn:aws:lambda:eu-west-1:ACCOUNT:function:f): AccessDeniedException: User: arn:aws:sts::ACCOUNT:assumed-role/ci/run is not authorized. ' },
    { phase: "after", error: NOT_ALLOWED_ITSELF, said: 'stage "canary" is switched, but not proven: AccessDeniedException: User: arn:aws:sts::ACCOUNT:assumed-role/f/f, key ACCESS_KEY. ' },
    { phase: "after", error: THREW_THE_WORDS, said: 'stage "canary" is switched, but not proven: Error: context canceled. ' },
  ] as const;
  for (const { phase, error, said } of cases) {
    it(`is told as what it leaves behind: ${phase}: ${said}`, () => {
      const text = failedCheckText({ name: "private-a", stage: "canary", phase }, error);
      assert.equal(text.slice(0, said.length), said);
      assert.match(text, /Run `pulumi up` to check again, or set rollout\.throughStage to "none" to withdraw\.$/);
    });
  }
});

describe("an interruption that lasted too long", () => {
  const watch = { version: 1, phase: "during", routeTable: "private-a", table: "Stock", vpcEndpointId: "vpce-1", startedAt: "", endedAt: "", requests: 9, connections: [], sdkVersion: "3", heldConnection: "reset" } as const;
  for (const [reconnected, told] of [[true, "was without an answer for 240.0 s"], [false, "was not answered again; it waited for 240.0 s"]] as const) {
    it(`is told in seconds: ${told}`, () => {
      assert.ok(interruptionText({ name: "private-a", stage: "canary" }, { ...watch, interruptionMillis: 239_990, reconnected }, 30).includes(`the watching client of private-a ${told}, more than maxReconnectSeconds (30). `));
    });
  }
});

describe("a policy that changes much", () => {
  const names = (prefix: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${prefix}${i}`);
  const lost = (who: string, actions: number, resources: number): Permissions => ({ who, actions: names("A", actions), resources: names("r", resources) });
  const cases: readonly { title: string; lost: readonly Permissions[]; lines: readonly string[] }[] = [
    { title: "one action on one resource", lost: [lost("anyone", 1, 1)], lines: ["anyone: A0 on r0"] },
    { title: "five actions on three resources, all named", lost: [lost("anyone", 5, 3)], lines: ["anyone: A0, A1, A2, A3, A4 on r0, r1, r2"] },
    { title: "six actions on four resources, all named", lost: [lost("anyone", 6, 4)], lines: ["anyone: A0, A1, A2, A3, A4, A5 on r0, r1, r2, r3"] },
    { title: "seven actions on five resources, of which one each is only counted", lost: [lost("anyone", 7, 5)], lines: ["anyone: A0, A1, A2, A3, A4, A5 and 1 more on r0, r1, r2, r3 and 1 more"] },
    { title: "nine principals, a line each", lost: names("p", 9).map((who) => lost(who, 1, 1)), lines: names("p", 9).map((who) => `${who}: A0 on r0`) },
    { title: "ten principals, a line each", lost: names("p", 10).map((who) => lost(who, 1, 1)), lines: names("p", 10).map((who) => `${who}: A0 on r0`) },
    { title: "eleven principals, of whom one is only counted", lost: names("p", 11).map((who) => lost(who, 1, 1)), lines: [...names("p", 10).map((who) => `${who}: A0 on r0`), "and 1 more: read the policy's diff"] },
    { title: "thirty principals, of whom twenty are only counted", lost: names("p", 30).map((who) => lost(who, 1, 1)), lines: [...names("p", 10).map((who) => `${who}: A0 on r0`), "and 20 more: read the policy's diff"] },
  ];
  for (const { title, lost: noLongerAllowed, lines } of cases) {
    it(`is told as far as a reader takes it in: ${title}`, () => {
      assert.deepEqual(policyChangeWarning({ noLongerAllowed, newlyAllowed: [] }).split("\n"), ["the policy changes.", "No longer allowed:", ...lines.map((line) => `  ${line}`)]);
      assert.deepEqual(policyChangeWarning({ noLongerAllowed: [], newlyAllowed: noLongerAllowed }).split("\n"), ["the policy changes.", "Newly allowed:", ...lines.map((line) => `  ${line}`)]);
    });
  }

  it("is said to change in its wording where nobody is allowed more or less", () => {
    assert.equal(policyChangeWarning({ noLongerAllowed: [], newlyAllowed: [] }), "the policy changes in its wording, or in conditions that do not concern principals: read its diff.");
  });
});

describe("a policy that changes with a check", () => {
  const difference = { noLongerAllowed: [], newlyAllowed: [{ who: "anyone", resources: ["arn"], actions: ["DescribeContinuousBackups"] }] };

  it("says whom the check's statement is for", () => {
    assert.equal(
      policyChangeWarning(difference, "added"),
      "the policy changes.\nNewly allowed:\n  anyone: DescribeContinuousBackups on arn\nThe statement PathCheck is added: it is for the functions of rollout.check.",
    );
  });
});
