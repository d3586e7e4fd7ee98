import assert from "node:assert/strict";
import { resolve } from "node:path";
import { evaluatePolicy } from "../../components/policy/evaluate";
import { readPreview, type IsolatedStack } from "../../tools/demo/isolatedStack";
import { assertTextShown, followReadme } from "./readme";
import { CHECKOUT, configure, exampleStacks } from "./stacks";

/** Where the README's user works. */
const REGION = "eu-west-1";

const ORDERS = "arn:aws:dynamodb:eu-west-1:123456789012:table/Orders";

describe("examples/policies", () => {
  const stacks = exampleStacks();
  const project = "examples/policies";
  const folder = resolve(CHECKOUT, project);

  it(
    "does what its README shows, announces the change of the policy in --json, too, and lets only the administrator " +
      "pass by",
    async () => {
      const lab = await stacks.lab();
      const stack = await stacks.make(project, lab);
      await followReadme(folder, stack);
      await configure(stack, { applicationWrites: "false", level: "Read" });
      assert.deepEqual(readPreview(await stack.pulumi("preview", "--json")), {
        warnings: [`the policy changes.\nNo longer allowed:\n  account 123456789012: write items on ${ORDERS}`],
        changes: ["update aws:ec2/vpcEndpoint:VpcEndpoint dynamodb"],
      });
      const { iam } = lab.cloud.region(REGION);
      const allowed = ["orders-application", "orders-administrator"].map(async (roleName) => {
        const documents = Object.values((await iam.getRole({ roleName })).inlinePolicies);
        const principal = { arn: `arn:aws:iam::123456789012:role/${roleName}` };
        return documents.map(
          (document) => evaluatePolicy(document, { principal, action: "dynamodb:GetItem", resource: ORDERS }).decision,
        );
      });
      assert.deepEqual(await Promise.all(allowed), [["explicitlyDenied"], ["allowed"]]);
    },
  );

  describe("ends before anything is planned", () => {
    let stack: IsolatedStack;
    before(async () => {
      stack = await stacks.make(project);
      await configure(stack, { "aws:region": REGION, account: "123456789012" });
    });

    it("where the endpoint would deny what the application needs, in the words of the README", async () => {
      await configure(stack, { applicationWrites: "true", level: "Read" });
      assertTextShown(folder, await refusal(stack));
    });

    for (const level of ["", "Reed"]) {
      it(`where the level is "${level}"`, async () => {
        await configure(stack, { level });
        assert.match(
          await refusal(stack),
          /^ *error: level: there is Read and ReadWrite; run `pulumi config set level ReadWrite`$/m,
        );
      });
    }
  });
});

/** What a preview says that fails and plans nothing. */
async function refusal(stack: IsolatedStack): Promise<string> {
  const { exitCode, stdout } = await stack.pulumi("preview");
  assert.notEqual(exitCode, 0, stdout);
  assert.doesNotMatch(stdout, /^ . {1,2}aws:|\.ts:\d/m);
  return stdout;
}
