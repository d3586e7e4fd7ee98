// What judging and evaluating policies costs: `npm run bench:policies`.
import { measurePolicies } from "./policies";
import { measureValidatePolicy } from "./validatePolicy";

const AIM_MILLIS = 1;

async function main(): Promise<void> {
  const validated = measureValidatePolicy();
  const evaluated = await measurePolicies();
  process.stdout.write(`${JSON.stringify({ validatePolicy: { ...validated, aimMillis: AIM_MILLIS }, evaluatePolicy: evaluated }, null, 2)}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
