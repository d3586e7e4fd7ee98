// Prints the folder that holds a Pulumi engine and its language hosts, and nothing else:
//   PATH="$(npm run --silent engine):$PATH" pulumi preview
import { EngineNotFound, findEngine } from "./engine";

// An interrupted build removes what it has made so far when the process exits, and ends the compiler.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(130));

findEngine().then(
  (engine) => process.stdout.write(`${engine.folder}\n`),
  (error: unknown) => {
    process.stderr.write(`${error instanceof EngineNotFound ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
