import { EXIT, type ExitCode } from "../exit";

export interface ReviewOptions {
  readonly markdown?: boolean;
  readonly json?: boolean;
  readonly failOn: "never" | "unannounced" | "switch" | "finding";
  /** `ID=reason` each. */
  readonly acceptUnknown: readonly string[];
  readonly commit?: string;
  readonly picture: boolean;
  readonly color: boolean;
}

export async function run(files: readonly string[], options: ReviewOptions): Promise<ExitCode> {
  process.stdout.write(JSON.stringify({ files, options }) + "\n");
  return Promise.resolve(EXIT.clean);
}
