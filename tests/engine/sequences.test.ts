import fc from "fast-check";
import { deployments } from "../../tools/soak/plans";
import { rehearse } from "../../tools/soak/rehearse";
import { REGION } from "../../tools/rehearsal/network";
import { rehearsal } from "./rehearsal";

describe("random sequences of plans, with secrets, drift, lost ledgers and faults, on the real engine", () => {
  const rehearsed = rehearsal();
  // Each sequence has two VPCs, and they stay.
  before(() => void (rehearsed.lab.cloud.region(REGION).quotas.gatewayEndpoints = Infinity));

  it("end with the routes of the last successful program, and change none without a warning before", async () => {
    const property = fc.asyncProperty(deployments(2), async (sequence) =>
      rehearse(rehearsed.lab, await rehearsed.stack(), sequence),
    );
    // The same each time; `npm run soak` looks for others.
    await fc.assert(property, { seed: 20_261_123, numRuns: 14, endOnFailure: true });
  }).timeout(600_000);
});
