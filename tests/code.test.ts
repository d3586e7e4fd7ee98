import { execFile } from "node:child_process";
import { resolve } from "node:path";

const CHECKOUT = resolve(__dirname, "..");

describe("the code", () => {
  it("keeps to the rules of eslint.config.mjs, the borders of the architecture among them", (done) => {
    const eslint = resolve(CHECKOUT, "node_modules", "eslint", "bin", "eslint.js");
    execFile(process.execPath, [eslint, "."], { cwd: CHECKOUT }, (error, stdout, stderr) =>
      done(error === null ? undefined : new Error(stdout + stderr)),
    );
  }).timeout(5 * 60_000);
});
