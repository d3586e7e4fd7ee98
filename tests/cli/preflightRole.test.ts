import assert from "node:assert/strict";
import { asRole } from "./asRole";
import { preflight, reported, site } from "./preflights";

describe("a preflight with the role that it prints", () => {
  const on = site();

  for (const [title, args] of [
    ["for all checks", []],
    ["for those that only read", ["--skip", "P3"]],
    ["for some", ["--checks", "routes,D1"]],
  ] as const)
    it(`finds what whoever may do everything finds: ${title}`, async () => {
      const { stdout: policy } = await preflight("--print-policy", ...args);
      const everything = await reported("--vpc", on.vpcId, ...args);
      const least = await asRole(policy, () => reported("--vpc", on.vpcId, ...args));
      assert.deepEqual(least.vpcs, everything.vpcs);
      const unknown = least.vpcs[0]?.findings.filter(({ severity }) => severity === "unknown");
      assert.deepEqual(unknown, []);
    });

  it("is told that it may make no endpoint where it only reads", async () => {
    const { stdout: policy } = await preflight("--print-policy", "--skip", "P3");
    const { vpcs } = await asRole(policy, () => reported("--vpc", on.vpcId, "--checks", "P3"));
    assert.deepEqual(
      vpcs[0]?.findings.map(({ id, severity }) => [id, severity]),
      [["P3", "blocker"]],
    );
  });
});
