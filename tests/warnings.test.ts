import assert from "node:assert/strict";
import { failedCheckText, policyChangeWarning } from "../components/warnings";

const THROWN = 'invoking Lambda Function (f): {"errorType":"NoPath","errorMessage":"nothing was answered.","trace":[]}';
const REFUSED = "1 error occurred:\n\t* invoking Lambda Function (f): ThrottlingException: Rate exceeded\n\n";
const INTERRUPTED = "1 error occurred:\n\t* invoking Lambda Function (f): https response error StatusCode: 0, RequestID: , canceled, context canceled\n\n";
const THREW_THE_WORDS = 'invoking Lambda Function (f): {"errorType":"Error","errorMessage":"context canceled"}';

describe("a phase of a check that failed", () => {
  const cases = [
    { phase: "before", error: THROWN, said: 'private-a was not switched: stage "canary" stops here: NoPath: nothing was answered. ' },
    { phase: "during", error: REFUSED, said: 'private-a may be switched, and is not proven: stage "canary" stops here: invoking Lambda Function (f): ThrottlingException: Rate exceeded. ' },
    { phase: "after", error: THROWN, said: 'stage "canary" is switched, but not proven: NoPath: nothing was answered. ' },
    { phase: "after", error: INTERRUPTED, said: 'stage "canary" is switched, but not proven: the run was interrupted while private-a was checked. ' },
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

describe("a policy that changes with a check", () => {
  const difference = { noLongerAllowed: [], newlyAllowed: [{ who: "anyone", resources: ["arn"], actions: ["DescribeContinuousBackups"] }] };

  it("says whom the check's statement is for", () => {
    assert.equal(
      policyChangeWarning(difference, "added"),
      "the policy changes.\nNewly allowed:\n  anyone: DescribeContinuousBackups on arn\nThe statement PathCheck is added: it is for the functions of rollout.check.",
    );
  });
});
