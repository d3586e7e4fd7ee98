import type { Lab } from "../../lab/lab";
import { readPreview, type CommandResult, type IsolatedStack, type Preview } from "./isolatedStack";
import type { Page } from "./page";
import { exampleVpc, type ExampleVpc } from "./vpc";

/** Something was not as the demo tells it. */
export class NotAsTold extends Error {}

interface Stage {
  readonly lab: Lab;
  readonly stack: IsolatedStack;
  readonly page: Page;
}

/** Tells the life of an endpoint, on a stack of examples/minimal that is still empty. Ends with the last two tables' withdrawal announced. */
export async function tellStory(stage: Stage): Promise<void> {
  const vpc = await today(stage);
  await announcedSwitch(stage, vpc);
  await switched(stage, vpc);
  await unchanged(stage);
  await announcedWithdrawal(stage, vpc);
}

async function today(stage: Stage): Promise<ExampleVpc> {
  const { lab, stack, page } = stage;
  await configure(stack, "set", "throughStage", "none");
  await up(stage, "1  A VPC as it is today", "throughStage none · pulumi up");
  const vpc = await exampleVpc(lab, stack);
  await vpc.addNatGateway();
  page.text("The endpoint is made, but no route leads to it. DynamoDB is reached through the NAT gateway, which the demo has added:");
  showRoutes(page, vpc);
  expect(page, waysOf(vpc).every((way) => way.startsWith("nat-")), "Creating the endpoint has moved no traffic.");
  return vpc;
}

async function announcedSwitch(stage: Stage, vpc: ExampleVpc): Promise<void> {
  const { lab, stack, page } = stage;
  await configure(stack, "rm", "throughStage");
  const mark = lab.cloud.lastSequence;
  const { warnings } = await preview(stage, "2  What will the switch break?", "pulumi preview");
  page.text("All stages are to be switched. The reviewer of this change sees:");
  for (const warning of warnings) page.warning(warning);
  expect(page, announces(warnings, tableNames(vpc), "switches to the endpoint"), "One warning per route table, with its name, id and stage.");
  expect(page, lab.cloud.mutationsSince(mark).length === 0, "Nothing has been touched.");
}

async function switched(stage: Stage, vpc: ExampleVpc): Promise<void> {
  const { lab, page } = stage;
  const mark = lab.cloud.lastSequence;
  await up(stage, "3  The switch", "pulumi up");
  showRoutes(page, vpc);
  expect(page, waysOf(vpc).every((way) => way.startsWith("vpce-")), "All three reach DynamoDB through the endpoint.");
  const order = vpc.switchedSince(mark);
  expect(page, order.join() === "private-a,private-b,private-c", `One after another, the canary first: ${order.join(", ")}.`);
}

async function unchanged(stage: Stage): Promise<void> {
  const { warnings, changes } = await preview(stage, "4  The same program again", "pulumi preview");
  expect(stage.page, warnings.length === 0 && changes.length === 0, "Silent: no warning, no change.");
}

async function announcedWithdrawal(stage: Stage, vpc: ExampleVpc): Promise<void> {
  const { stack, page } = stage;
  await configure(stack, "set", "throughStage", "canary");
  const { warnings } = await preview(stage, "5  Taking the last stage back", "throughStage canary · pulumi preview");
  page.text("That breaks connections too, and is announced:");
  for (const warning of warnings) page.warning(warning);
  expect(page, announces(warnings, ["private-b", "private-c"], "leaves the endpoint"), "One warning per route table that leaves; private-a is not named.");
  expect(page, waysOf(vpc).every((way) => way.startsWith("vpce-")), "It was a preview: all three are still switched.");
}

async function up(stage: Stage, title: string, command: string): Promise<void> {
  const result = await timed(stage, title, command, () => stage.stack.pulumi("up", "--yes", "--skip-preview"));
  if (result.exitCode !== 0) throw new NotAsTold(`pulumi up failed:\n${result.stdout}${result.stderr}`);
}

async function preview(stage: Stage, title: string, command: string): Promise<Preview> {
  return readPreview(await timed(stage, title, command, () => stage.stack.pulumi("preview", "--json")));
}

async function timed({ page }: Stage, title: string, command: string, run: () => Promise<CommandResult>): Promise<CommandResult> {
  const complete = page.heading(title, command);
  const result = await run();
  complete(result.seconds);
  return result;
}

async function configure(stack: IsolatedStack, ...args: string[]): Promise<void> {
  const { exitCode, stderr } = await stack.pulumi("config", ...args);
  if (exitCode !== 0) throw new NotAsTold(`pulumi config ${args.join(" ")} failed:\n${stderr}`);
}

function showRoutes(page: Page, vpc: ExampleVpc): void {
  page.table(vpc.routedTables().map(({ name, id, way }) => [name, id, "DynamoDB →", way]));
}

function waysOf(vpc: ExampleVpc): readonly string[] {
  return vpc.routedTables().map(({ way }) => way);
}

function tableNames(vpc: ExampleVpc): readonly string[] {
  return vpc.routedTables().map(({ name }) => name);
}

/** Whether there is one warning for each of these route tables, in this order, and no other. */
function announces(warnings: readonly string[], tables: readonly string[], what: string): boolean {
  return warnings.length === tables.length && tables.every((name, i) => warnings[i]?.startsWith(`${name} (`) && warnings[i].includes(what));
}

/** What is told must be so: otherwise the demo ends here. */
function expect(page: Page, holds: boolean, told: string): void {
  if (holds) page.good(told);
  else {
    page.bad(told);
    throw new NotAsTold(`not as told: ${told}`);
  }
}
