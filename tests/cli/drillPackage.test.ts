import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { npmCommand } from "../../tools/engine/npm.cjs";
import { client, drill, MAIN } from "./drills";
import { misfits } from "./schema";

const run = promisify(execFile);
const CHECKOUT = resolve(__dirname, "..", "..");

describe("the packed command line", function () {
  this.timeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), "drill-package-"));
  const installed = join(folder, "package", "dist");
  after(() => rmSync(folder, { recursive: true, force: true }));

  before(async () => {
    const [npm, ...args] = npmCommand(process.env);
    const pack = [...args, "pack", "--json", "--ignore-scripts", "--pack-destination", folder];
    const { stdout } = await run(npm, pack, { cwd: join(CHECKOUT, "cli") });
    const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
    await run("tar", ["-xzf", join(folder, filename), "-C", folder]);
  });

  it("runs a drill in a folder without node_modules, and prints what its schema says", async () => {
    assert.ok(!existsSync(join(folder, "package", "node_modules")));
    const options = ["--break", "both", "--every", "500ms", "--for", "1500ms", "--max-interruption", "10s"];
    const tables = join(folder, "stock.json");
    const id = { AttributeName: "id", KeyType: "HASH" };
    const attributes = [{ AttributeName: "id", AttributeType: "S" }];
    writeFileSync(tables, JSON.stringify({ TableName: "Stock", KeySchema: [id], AttributeDefinitions: attributes }));
    const {
      exitCode,
      model,
      run: drilled,
    } = await drill([...options, "--tables", tables], client("composes", "Stock"), join(installed, "main.js"));
    assert.equal(exitCode, 0);
    assert.deepEqual(
      drilled.operations.map(({ operation, errors }) => [operation, errors]),
      ["BatchExecuteStatement", "ExecuteStatement", "ExecuteTransaction", "PutItem", "TransactGetItems"]
        .concat("TransactWriteItems")
        .map((operation) => [operation, {}]),
    );
    const schema = JSON.parse(readFileSync(join(installed, "drill.schema.json"), "utf8")) as object;
    assert.deepEqual(misfits(model, schema), []);
    assert.notDeepEqual(misfits({ ...model, schemaVersion: 2 }, schema), []);
  });

  it("tells how a drill is called without loading it", async () => {
    const alone = join(folder, "main.js");
    copyFileSync(MAIN, alone);
    const { stdout } = await run(process.execPath, [alone, "drill", "--help"]);
    assert.match(stdout, /--max-interruption <time>/);
  });
});
