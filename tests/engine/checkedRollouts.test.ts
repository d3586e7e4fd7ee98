import assert from "node:assert/strict";
import fc from "fast-check";
import { createCheckedTable } from "../../tools/rehearsal/network";
import { checkedRollouts } from "../../tools/soak/checkedRollouts";
import { CHECKED_TABLE, rehearseChecks } from "../../tools/soak/rehearseChecks";
import { rehearsal } from "./rehearsal";

describe("random roll-outs with checks and faults, with the function's real code on the real engine", () => {
  const rehearsed = rehearsal();
  before(() => createCheckedTable(rehearsed.lab, CHECKED_TABLE));

  it(
    "never switch a stage while an earlier one is unproven, end complete or explained, and can always be " +
      "withdrawn",
    async () => {
      // The same four each time; `npm run soak` looks for others.
      const rollouts = fc.sample(checkedRollouts(1), { seed: 68_938, numRuns: 4 });
      const judged = await rehearseChecks(rehearsed.lab, () => rehearsed.stack(), rollouts);
      // The property says nothing where no stage could begin too early.
      assert.ok(judged.filter((count) => count > 0).length >= 2, judged.join());
    },
  );
});
