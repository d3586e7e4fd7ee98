import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { listOf, type PolicyStatement } from "../../components/policy/document";
import type { PolicyVerdict } from "../../components/policy/evaluate";
import { roleOfSession } from "../../components/policy/requestContext";
import { run } from "../engine/commands";
import type { PolicyCase } from "./policiesCases";
import { contextVariables, type IndependentEvaluator } from "./policiesIndependent";
import { DISAGREEMENTS_OF_PRINCIPALMAPPER } from "./principalmapperDisagreements";

/** As askPrincipalmapper.txt has it. */
const VERSION = "1.1.5";

const CHECKOUT = resolve(__dirname, "..", "..");
/** Kept: what pip installs takes some seconds. */
const ENVIRONMENT = join(CHECKOUT, "node_modules", ".cache", `principalmapper-${VERSION}`);

export const PRINCIPALMAPPER = {
  name: `principalmapper ${VERSION}`,
  knownDisagreements: DISAGREEMENTS_OF_PRINCIPALMAPPER,
} as const;

/** principalmapper in a process of its own, which answers one question after another until it is stopped. */
export interface Principalmapper extends IndependentEvaluator {
  readonly stop: () => void;
}

/** Starts it; the first time it is installed. Fails where there is no Python, and no registry to install from. */
export async function startPrincipalmapper(): Promise<Principalmapper> {
  const child = spawn(await installed(), [join(__dirname, "askPrincipalmapper.py")], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  await once(child, "spawn");
  // That it has ended is told by its answers.
  child.stdin.on("error", () => undefined);
  const lines: AsyncIterator<string, unknown> = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async (): Promise<string | undefined> => {
    const line = await lines.next();
    return line.done === true ? undefined : line.value;
  };
  if ((await nextLine()) !== VERSION) throw new Error(`principalmapper ${VERSION} does not start`);
  let before: Promise<unknown> = Promise.resolve();
  const verdict = (policyCase: PolicyCase): Promise<PolicyVerdict> => {
    const answer = before.then(async () => {
      child.stdin.write(`${JSON.stringify(questionOf(policyCase))}\n`);
      const line = await nextLine();
      if (line === undefined) throw new Error("principalmapper has ended");
      return verdictOf(policyCase, JSON.parse(line) as readonly (boolean | string)[]);
    });
    before = answer.catch(() => undefined);
    return answer;
  };
  return { ...PRINCIPALMAPPER, verdict, stop: () => child.kill() };
}

/** The Python that has principalmapper. */
async function installed(): Promise<string> {
  const [python, complete] = [join(ENVIRONMENT, "bin", "python"), join(ENVIRONMENT, "complete")];
  if (existsSync(complete)) return python;
  const command = (name: string, ...args: string[]): Promise<string> =>
    run(name, args, { environment: process.env, folder: CHECKOUT, timeoutSeconds: 170 });
  await command("python3", "-m", "venv", ENVIRONMENT);
  await command(
    python,
    "-m",
    "pip",
    "install",
    "--quiet",
    "--no-deps",
    "--require-hashes",
    "--requirement",
    join(__dirname, "askPrincipalmapper.txt"),
  );
  await command(python, "-c", `open(${JSON.stringify(complete)}, "w").close()`);
  return python;
}

/** A role's session is asked about as its role: principalmapper knows users and roles. */
function questionOf({ attachment, document, request }: PolicyCase): object {
  const { arn = "" } = request.principal;
  return {
    statements: listOf(document.Statement),
    principal: attachment === "table" ? (roleOfSession(arn) ?? arn) : null,
    action: request.action,
    resource: request.resource,
    context: contextVariables(request),
  };
}

function verdictOf({ document }: PolicyCase, matches: readonly (boolean | string)[]): PolicyVerdict {
  const failure = matches.find((match) => typeof match === "string");
  if (failure !== undefined) return { decision: "implicitlyDenied", problem: failure };
  const first = (effect: string): number =>
    (listOf(document.Statement) as readonly PolicyStatement[]).findIndex(
      ({ Effect }, i) => matches[i] === true && Effect === effect,
    );
  const [deny, allow] = [first("Deny"), first("Allow")];
  const at = deny < 0 ? allow : deny;
  if (at < 0) return { decision: "implicitlyDenied" };
  return {
    decision: deny < 0 ? "allowed" : "explicitlyDenied",
    statement: Array.isArray(document.Statement) ? `Statement[${at}]` : "Statement",
  };
}
