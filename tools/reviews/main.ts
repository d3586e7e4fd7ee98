import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findCommand } from "../engine/commands";
import { findEngine, type Engine } from "../engine/engine";
import { derivedDigest, KEPT, reviewOf, textsOf } from "./kept";
import { makePreview } from "./make";
import type { Situation } from "./situation";
import { SITUATIONS } from "./situations";

/**
 * Makes the previews that the tests of reviews keep, on the real engine, and writes the reviews that they yield beside
 * them: `npm run reviews` all, `npm run reviews -- NAME...` some, `npm run reviews -- --reviews` only the reviews. The
 * previews of a language whose host is not on the PATH are left as they are.
 */
async function main(args: readonly string[]): Promise<void> {
  const names = args.filter((arg) => arg !== "--reviews");
  const unknown = names.filter((name) => !SITUATIONS.some((situation) => situation.name === name));
  if (unknown.length > 0) throw new Error(`no situation is called ${unknown.join(", ")}`);
  const chosen = SITUATIONS.filter(({ name }) => names.length === 0 || names.includes(name));
  mkdirSync(KEPT, { recursive: true });
  const engine = await findEngine();
  const work = async (waiting: Situation[]): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      try {
        const host = missingHost(next);
        if (!args.includes("--reviews") && host === undefined) await writePreview(engine, next);
        await writeReview(next);
        const left = host === undefined ? "" : `: its preview is left as it is: ${host} is not on the PATH`;
        process.stderr.write(`${next.name}${left}\n`);
      } catch (error) {
        process.exitCode = 1;
        process.stderr.write(`${next.name}: ${String(error)}\n`);
      }
    }
  };
  const made = chosen.filter(({ of }) => !("from" in of));
  await Promise.all([work(made), work(made)]);
  await work(chosen.filter(({ of }) => "from" in of));
}

/** What runs the programs of a language, where Pulumi is installed; no Go module, and so not built with the engine. */
function missingHost({ of }: Situation): string | undefined {
  if (!("language" in of)) return undefined;
  const host = `pulumi-language-${of.language}`;
  return findCommand(host, process.env) === undefined ? host : undefined;
}

async function writePreview(engine: Engine, situation: Situation): Promise<void> {
  if ("from" in situation.of) {
    writeFileSync(join(KEPT, `${situation.name}.json`), derivedDigest(situation.of));
    return;
  }
  const { digest, events } = await makePreview(engine, situation);
  writeFileSync(join(KEPT, `${situation.name}.json`), digest);
  if (situation.keepsEvents) writeFileSync(join(KEPT, `${situation.name}.events.jsonl`), events);
}

async function writeReview({ name }: Situation): Promise<void> {
  const { markdown, terminal } = textsOf(await reviewOf(`${name}.json`));
  writeFileSync(join(KEPT, `${name}.md`), markdown);
  writeFileSync(join(KEPT, `${name}.txt`), terminal);
}

// Previews are made in the lab's Region, not in the one that the developer has set.
for (const name of ["AWS_REGION", "AWS_DEFAULT_REGION"]) Reflect.deleteProperty(process.env, name);

void main(process.argv.slice(2));
