import { parseArgs } from "node:util";
import { FAULTS, type FaultName } from "../../lab/faults";

/** What the command line asks for. */
export type Wish =
  | { readonly kind: "help" }
  | { readonly kind: "faults" }
  | { readonly kind: "story"; readonly keep: boolean; readonly fault?: FaultName }
  | { readonly kind: "wrong"; readonly message: string; readonly show: "help" | "faults" };

/** Reads `[--fault NAME] [--keep]`. `--fault` without a name asks which there are. */
export function wished(args: readonly string[]): Wish {
  if (args.at(-1) === "--fault") return { kind: "faults" };
  try {
    const { values } = parseArgs({ args: [...args], options: { fault: { type: "string" }, keep: { type: "boolean" }, help: { type: "boolean", short: "h" } } });
    if (values.help) return { kind: "help" };
    const fault = FAULTS.find(({ name }) => name === values.fault)?.name;
    if (values.fault !== undefined && fault === undefined) return { kind: "wrong", message: `There is no fault "${values.fault}".`, show: "faults" };
    return { kind: "story", keep: values.keep ?? false, fault };
  } catch (error) {
    return { kind: "wrong", message: (error as Error).message, show: "help" };
  }
}
