import fc from "fast-check";
import { deployments } from "../../tools/soak/plans";
import { rehearse } from "../../tools/soak/rehearse";
import { rehearsal } from "./rehearsal";

describe("random sequences of plans, with faults, on the real engine", () => {
  const rehearsed = rehearsal();

  it("end with the routes of the last successful program, and change none without a warning before", async () => {
    const property = fc.asyncProperty(deployments(2), async (sequence) => rehearse(rehearsed.lab, await rehearsed.stack(), sequence));
    // The same dozen each time; `npm run soak` looks for others.
    await fc.assert(property, { seed: 20_261_123, numRuns: 12, endOnFailure: true });
  }).timeout(240_000);
});
