import { Stack, type LocalWorkspace } from "@pulumi/pulumi/automation";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A stack that is to be made, with the files that `pulumi stack init` writes for it. */
export interface NewStack {
  readonly project: string;
  readonly name: string;
  /** The folder of the file backend. */
  readonly state: string;
  readonly workspace: LocalWorkspace;
}

/**
 * Makes stacks that are alike: the first by `pulumi stack init`, the others as copies of what that wrote. The command
 * takes as long as a deployment, and tests make hundreds of stacks.
 */
export class StackMaker {
  #first: Promise<Template> | undefined;

  async make(stack: NewStack): Promise<Stack> {
    const { name, workspace } = stack;
    if (this.#first === undefined) {
      const made = Stack.create(name, workspace);
      this.#first = made.then(() => templateOf(stack));
      this.#first.catch(() => (this.#first = undefined));
      return made;
    }
    copy(await this.#first, stack);
    // No command needs it selected: each names its stack.
    workspace.selectStack = () => Promise.resolve();
    return Stack.select(name, workspace);
  }
}

type File = "backend" | "checkpoint" | "settings";

interface Template {
  readonly id: string;
  readonly texts: Readonly<Record<File, string>>;
}

function templateOf(stack: NewStack): Template {
  const { backend, checkpoint, settings } = filesOf(stack);
  const text = (file: string): string => readFileSync(file, "utf8");
  return { id: idOf(stack), texts: { backend: text(backend), checkpoint: text(checkpoint), settings: text(settings) } };
}

function copy({ id, texts }: Template, stack: NewStack): void {
  for (const [file, place] of Object.entries(filesOf(stack)) as [File, string][]) {
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, file === "checkpoint" ? texts[file].replace(id, idOf(stack)) : texts[file]);
  }
}

/** As it stands in a checkpoint. */
function idOf({ project, name }: NewStack): string {
  return JSON.stringify(`organization/${project}/${name}`);
}

function filesOf({ project, name, state, workspace }: NewStack): Readonly<Record<File, string>> {
  return {
    backend: join(state, ".pulumi", "meta.yaml"),
    checkpoint: join(state, ".pulumi", "stacks", project, `${name}.json`),
    settings: join(workspace.workDir, `Pulumi.${name}.yaml`),
  };
}
