import type { Lab } from "../../lab/lab";
import { readPreview, readUpdate, type CommandResult, type IsolatedStack, type Preview } from "./isolatedStack";
import type { Page } from "./page";

/** Something was not as the demo tells it. */
export class NotAsTold extends Error {}

/** What a story is told with. */
export interface Scene {
  readonly lab: Lab;
  readonly stack: IsolatedStack;
  readonly page: Page;
  /** Remembers what has to be ended after the story, or when it is interrupted. */
  readonly atEnd: (close: () => Promise<void>) => void;
}

/** How `pulumi up` ended: complete, or with an error that has a name and says what to do. */
export type Ending =
  { readonly completed: true } | { readonly completed: false; readonly errorName: string; readonly text: string };

export interface Chapter {
  readonly title: string;
  /** What is done, as one would type it. */
  readonly command: string;
  /** What a reader has to know before it is done. */
  readonly text?: string;
}

/** The configuration of examples/staged. */
interface Configuration {
  /** Which of the four versions of its program runs. */
  readonly step: number;
  /** How long each phase of a check may take. */
  readonly timeoutSeconds?: number;
}

export async function configure(stack: IsolatedStack, configuration: Configuration): Promise<void> {
  const settings = Object.entries(configuration).flatMap(([key, value]) => ["--plaintext", `${key}=${value}`]);
  const { exitCode, stderr } = await stack.pulumi("config", "set-all", ...settings);
  if (exitCode !== 0) throw new NotAsTold(`pulumi config set-all failed:\n${stderr}`);
}

export async function preview(scene: Scene, chapter: Chapter): Promise<Preview> {
  return readPreview(await timed(scene, chapter, () => scene.stack.pulumi("preview", "--json")));
}

/** Runs `pulumi up`, which may end either way. An end without a word of explanation is not as told. */
export async function up(scene: Scene, chapter: Chapter): Promise<Ending> {
  const result = await timed(scene, chapter, () => scene.stack.pulumi("up", "--yes", "--skip-preview", "--json"));
  const { completed, errors } = readUpdate(result);
  if (completed) return { completed };
  const [text = "no error was told"] = errors;
  const errorName = /(?:^|: )([A-Z][A-Za-z]+): /.exec(text)?.[1];
  if (errorName === undefined)
    throw new NotAsTold(`pulumi up stopped without a named error: ${text}\n${result.stderr}`);
  return { completed, errorName, text };
}

/** Runs `pulumi up`, which has to complete. */
export async function upCompletely(scene: Scene, chapter: Chapter): Promise<void> {
  const ending = await up(scene, chapter);
  if (!ending.completed) throw new NotAsTold(`pulumi up failed: ${ending.text}`);
}

async function timed(
  { page }: Scene,
  { title, command, text }: Chapter,
  run: () => Promise<CommandResult>,
): Promise<CommandResult> {
  const complete = page.heading(title, command);
  if (text !== undefined) page.text(text);
  const result = await run();
  complete(result.seconds);
  return result;
}

/** What is told must be so: otherwise the demo ends here. */
export function expect(page: Page, holds: boolean, told: string): void {
  if (holds) page.good(told);
  else {
    page.bad(told);
    throw new NotAsTold(`not as told: ${told}`);
  }
}
