import assert from "node:assert/strict";
import { existsSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";

import { type Engine, engineEnvironment } from "../../tools/engine/engine";
import { temporaryFolder } from "./project";

const ENGINE: Engine = { folder: "/engine/bin", version: "3.259.0", origin: "build" };

describe("the environment of an isolated engine", () => {
  const folder = temporaryFolder();
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("drops what the user has set for their own Pulumi, and keeps the rest", () => {
    const environment = engineEnvironment(ENGINE, folder, {
      PATH: "/usr/bin",
      AWS_REGION: "eu-central-1",
      PULUMI_ACCESS_TOKEN: "pul-secret",
      PULUMI_STACK: "production",
      PULUMI_BACKEND_URL: "s3://production",
      PULUMI_CONFIG_PASSPHRASE_FILE: "/secret",
    });
    assert.deepEqual(environment, {
      PATH: ["/engine/bin", "/usr/bin"].join(delimiter),
      AWS_REGION: "eu-central-1",
      PULUMI_HOME: join(folder, "home"),
      PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "isolated",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      PULUMI_IGNORE_AMBIENT_PLUGINS: "true",
    });
  });

  it("has its home and its state in the given folder, which is created", () => {
    const { PULUMI_HOME, PULUMI_BACKEND_URL } = engineEnvironment(ENGINE, join(folder, "new"), {});
    assert.ok(existsSync(PULUMI_HOME ?? ""));
    assert.ok(existsSync((PULUMI_BACKEND_URL ?? "").replace("file://", "")));
  });

  it("finds the PATH as Windows spells it", () => {
    const environment = engineEnvironment(ENGINE, folder, { Path: "C:\\Windows" });
    assert.equal(environment.Path, `/engine/bin${delimiter}C:\\Windows`);
    assert.ok(!("PATH" in environment));
  });
});
