import { parseArgs } from "node:util";
import { FAULTS, type FaultName } from "../../lab/faults";

/** What the command line asks for. */
export type Wish =
  | { readonly kind: "story"; readonly keep: boolean; readonly fault?: FaultName }
  /** With a refusal where that is the answer to a command line that cannot be followed. */
  | { readonly kind: "answer"; readonly show: "help" | "faults"; readonly refusal?: string };

/** Reads `[--fault NAME] [--keep]`. `--fault` without a name asks which there are. */
export function wished(args: readonly string[]): Wish {
  if (args.at(-1) === "--fault") return { kind: "answer", show: "faults" };
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { fault: { type: "string" }, keep: { type: "boolean" }, help: { type: "boolean", short: "h" } },
    });
    if (values.help) return { kind: "answer", show: "help" };
    const fault = FAULTS.find(({ name }) => name === values.fault)?.name;
    if (values.fault !== undefined && fault === undefined)
      return { kind: "answer", show: "faults", refusal: `There is no fault "${values.fault}".` };
    return { kind: "story", keep: values.keep ?? false, fault };
  } catch (error) {
    return { kind: "answer", show: "help", refusal: (error as Error).message };
  }
}
