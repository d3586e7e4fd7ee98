import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../tools/engine/commands";
import { CHECKOUT } from "../../tools/provider/process";
import { generateSdk } from "../../tools/provider/sdk";
import { snippets } from "./snippets";

/** Kept: what pip installs takes a minute. */
const PYTHON = join(CHECKOUT, "node_modules", ".cache", "python");

describe("the package that Pulumi's CLI generates for Python", () => {
  const folder = mkdtempSync(join(tmpdir(), "python-test-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const command = (name: string, ...args: string[]): Promise<string> =>
    run(name, args, { environment: { ...process.env, MYPYPATH: join(folder, "sdk") }, folder, timeoutSeconds: 170 });

  it("is what the example and the pages are written for, by mypy", async () => {
    await generateSdk("python", "add", join(folder, "sdk"));
    const mypy = join(PYTHON, "bin", "mypy");
    if (!existsSync(mypy)) {
      await command("python3", "-m", "venv", PYTHON);
      await command(join(PYTHON, "bin", "pip"), "install", "--quiet", "pulumi>=3.231,<4", "semver", "parver", "mypy");
    }
    // What is wrong within the generated package is Pulumi's affair.
    for (const [i, { where, program }] of snippets("python").entries()) {
      writeFileSync(join(folder, `program${i}.py`), program);
      assert.match(await command(mypy, "--follow-imports=silent", `program${i}.py`), /^Success/, where);
    }
  });
});
