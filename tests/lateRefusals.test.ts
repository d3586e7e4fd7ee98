import assert from "node:assert/strict";
import { lateRefusal, type Permission } from "../components/check/lateRefusals";
import { failedCheckText, latePermissionsText, waitWarning } from "../components/check/warnings";

const refused = (errorType: string): string =>
  `invoking Lambda Function (f): ${JSON.stringify({ errorType, errorMessage: "DeniedByRole: not yet", trace: [] })}`;
const ROLE: readonly Permission[] = ["role"];
const POLICY: readonly Permission[] = ["policy"];
const BOTH: readonly Permission[] = ["role", "policy"];

describe("what denies a check", () => {
  const cases: readonly { error: string; changed: readonly Permission[]; waits: boolean }[] = [
    { error: refused("DeniedByRole"), changed: ROLE, waits: true },
    { error: refused("DeniedByRole"), changed: BOTH, waits: true },
    { error: refused("DeniedByRole"), changed: POLICY, waits: false },
    { error: refused("DeniedByEndpointPolicy"), changed: POLICY, waits: true },
    { error: refused("DeniedByEndpointPolicy"), changed: ROLE, waits: false },
    { error: refused("DeniedByEndpointPolicy"), changed: [], waits: false },
    ...["NotThroughEndpoint", "UnknownDenial", "ReconnectTimedOut", "NoPath", "constructor"].map((errorType) => ({
      error: refused(errorType),
      changed: BOTH,
      waits: false,
    })),
    { error: "invoking Lambda Function (DeniedByRole): AccessDeniedException: no", changed: BOTH, waits: false },
  ];
  for (const { error, changed, waits } of cases) {
    it(
      `${waits ? "may pass" : "does not pass"} with ${changed.length === 0 ? "nothing" : changed.join(" and ")} ` +
        `changed: ${error}`,
      () => assert.equal(lateRefusal(error, new Set(changed)) !== undefined, waits),
    );
  }

  const checked = { name: "private-a", stage: "canary", phase: "after" } as const;
  const since = Date.parse("2026-11-28T12:00:00Z");
  const late = lateRefusal(refused("DeniedByEndpointPolicy"), new Set(BOTH)) ?? assert.fail();

  it("is waited for in words that tell it from a function that is not ready", () =>
    assert.equal(
      waitWarning(checked, late, since, "LATER"),
      'private-a: "after" waits for a permission since 2026-11-28T12:00:00Z: the endpoint\'s policy is new or was ' +
        "changed, and does not act yet (DeniedByEndpointPolicy). It is asked for again until LATER, at the longest.",
    ));

  it("is told with how long it was waited for, and of what did not wait nothing", () => {
    const text = failedCheckText(checked, refused("DeniedByEndpointPolicy"), {
      sinceMillis: since,
      nowMillis: since + 600_000,
      late,
    });
    assert.match(
      text,
      /not yet\. That was waited for from 2026-11-28T12:00:00Z to 2026-11-28T12:10:00Z: the endpoint's policy is new or was changed, and does not act yet\. See whether/,
    );
    assert.doesNotMatch(
      failedCheckText(checked, refused("DeniedByEndpointPolicy"), { sinceMillis: since, nowMillis: since + 600_000 }),
      /waited/,
    );
  });

  it("is announced once for all that is new or changed", () => {
    assert.match(
      latePermissionsText(new Set(BOTH)),
      /^The role of the check is new or was changed in this run: before each switch .* The endpoint's policy is new or was changed: a gate .* up to ten minutes\.$/,
    );
    assert.match(
      latePermissionsText(new Set(POLICY)),
      /^The endpoint's policy is new or was changed: a gate .* up to ten minutes\.$/,
    );
    assert.doesNotMatch(latePermissionsText(new Set(ROLE)), /policy/);
  });
});
