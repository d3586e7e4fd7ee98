import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as publicFace from "../../index";
import { engineEnvironment, findEngine } from "../../tools/engine/engine";
import { metadata } from "../../tools/schema/metadata";
import { packageSchema, SCHEMA_FILE, schemaText } from "../../tools/schema/packageSchema";
import { SHAPES_FILE, shapesText } from "../../tools/schema/shapes";

interface Described {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Described>>;
  readonly inputProperties?: Readonly<Record<string, Described>>;
  readonly enum?: readonly Described[];
}

type Listed = Readonly<Record<string, Described>>;

describe("schema.json", () => {
  const folder = mkdtempSync(join(tmpdir(), "schema-test-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const generated = packageSchema();
  const schema = generated as { resources: Listed; types: Listed; functions: Listed };

  it("is held against by the components with the shapes of the same declarations", async () => {
    assert.equal(readFileSync(SHAPES_FILE, "utf8"), await shapesText(), "run `npm run schema`");
  });

  it("is what `npm run schema` makes of the declarations", () => {
    assert.equal(readFileSync(SCHEMA_FILE, "utf8"), schemaText(generated), "run `npm run schema`");
  });

  it("says where the package comes from once package.json does, and nothing of one that stands for it", () => {
    const told = (owner: string): object => {
      const url = `git+https://github.com/${owner}/endpoint.git`;
      const { homepage, repository, pluginDownloadURL, logoUrl } = metadata({
        version: "1.2.3",
        description: "",
        license: "MIT",
        repository: { url },
      });
      return { homepage, repository, pluginDownloadURL, logoUrl };
    };
    assert.deepEqual(told("maker"), {
      homepage: "https://github.com/maker/endpoint#readme",
      repository: "https://github.com/maker/endpoint",
      pluginDownloadURL: "git://github.com/maker/endpoint",
      logoUrl: "https://raw.githubusercontent.com/maker/endpoint/v1.2.3/docs/logo.svg",
    });
    const none = { homepage: undefined, repository: undefined, pluginDownloadURL: undefined, logoUrl: undefined };
    assert.deepEqual(told("OWNER"), none);
  });

  it("has every component and every function of policies", () => {
    const exported = Object.entries(publicFace)
      .filter(([, value]) => typeof value === "function")
      .map(([name]) => name);
    const listed = [...Object.keys(schema.resources), ...Object.keys(schema.functions)].map(
      (token) => token.split(":")[2],
    );
    assert.deepEqual(listed.sort(), exported.sort());
  });

  it("has every argument interface of the public face, and every argument in it, by name", () => {
    const declared = readFileSync("components/args/args.ts", "utf8")
      .split(/^export interface /m)
      .slice(1);
    const listed = new Map(
      [...Object.entries(schema.types), ...Object.entries(schema.resources)].map(([token, each]) => [
        token.split(":")[2],
        each,
      ]),
    );
    assert.ok(declared.length > 8, String(declared.length));
    for (const text of declared) {
      const name = /^\w+/.exec(text)?.[0] ?? "";
      const spec = listed.get(name.replace(/Args$/, "")) ?? listed.get("DynamoDbEndpoint");
      const members = [...(text.split(/^}/m)[0] ?? "").matchAll(/^ {2}(\w+)\??: /gm)].map(([, member]) => member ?? "");
      assert.ok(members.length > 0, name);
      for (const member of members)
        assert.ok(member in { ...spec?.properties, ...spec?.inputProperties }, `${name}.${member}`);
    }
  });

  it("explains everything", () => {
    const unexplained = (path: string, each: Described): string[] => [
      ...((each.description ?? "") === "" ? [path] : []),
      ...Object.entries({ ...each.properties, ...each.inputProperties }).flatMap(([name, property]) =>
        unexplained(`${path}.${name}`, property),
      ),
    ];
    const listed = Object.entries({ ...schema.resources, ...schema.functions, ...schema.types });
    assert.deepEqual(
      listed.flatMap(([token, each]) => unexplained(token, each)),
      [],
    );
  });

  it("is right by Pulumi's own check", async () => {
    await pulumi("schema", "check", SCHEMA_FILE);
  });

  it("is what `pulumi package add` gets from the folder", async () => {
    const { resources, functions } = JSON.parse(
      await pulumi("package", "get-schema", join(SCHEMA_FILE, "..")),
    ) as typeof schema;
    assert.deepEqual(
      [Object.keys(resources), Object.keys(functions)],
      [Object.keys(schema.resources), Object.keys(schema.functions)],
    );
  });

  /** What the command prints; if it fails, what is wrong. */
  async function pulumi(...args: string[]): Promise<string> {
    const engine = await findEngine();
    const env = engineEnvironment(engine, folder);
    return new Promise((done, fail) => {
      execFile(join(engine.folder, "pulumi"), args, { env, cwd: folder, maxBuffer: 1e8 }, (error, stdout, stderr) =>
        error === null ? done(stdout) : fail(new Error(stdout + stderr)),
      );
    });
  }
});
