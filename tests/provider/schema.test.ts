import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as publicFace from "../../index";
import { findEngine } from "../../tools/engine/engine";
import { packageSchema, SCHEMA_FILE, schemaText } from "../../tools/schema/packageSchema";

interface Described {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Described>>;
  readonly inputProperties?: Readonly<Record<string, Described>>;
  readonly enum?: readonly Described[];
}

type Listed = Readonly<Record<string, Described>>;

describe("schema.json", () => {
  const schema = packageSchema() as { resources: Listed; types: Listed; functions: Listed };

  it("is what `npm run schema` makes of the declarations", () => {
    assert.equal(readFileSync(SCHEMA_FILE, "utf8"), schemaText(), "run `npm run schema`");
  });

  it("has every component and every function of policies", () => {
    const exported = Object.entries(publicFace).filter(([, value]) => typeof value === "function").map(([name]) => name);
    const listed = [...Object.keys(schema.resources), ...Object.keys(schema.functions)].map((token) => token.split(":")[2]);
    assert.deepEqual(listed.sort(), exported.sort());
  });

  it("has every argument interface of the public face, and every argument in it, by name", () => {
    const declared = readFileSync("components/args.ts", "utf8").split(/^export interface /m).slice(1);
    const listed = new Map([...Object.entries(schema.types), ...Object.entries(schema.resources)].map(([token, each]) => [token.split(":")[2], each]));
    for (const text of declared) {
      const name = /^\w+/.exec(text)?.[0] ?? "";
      const spec = listed.get(name.replace(/Args$/, "")) ?? listed.get("DynamoDbEndpoint");
      const members = [...(text.split(/^}/m)[0] ?? "").matchAll(/^ {2}(\w+)\??: /gm)].map(([, member]) => member ?? "");
      assert.ok(members.length > 0 || name === "DynamoDbEndpointArgs", name);
      for (const member of members) assert.ok(member in { ...spec?.properties, ...spec?.inputProperties }, `${name}.${member}`);
    }
  });

  it("explains everything", () => {
    const unexplained = (path: string, each: Described): string[] => [
      ...((each.description ?? "") === "" ? [path] : []),
      ...Object.entries({ ...each.properties, ...each.inputProperties }).flatMap(([name, property]) => unexplained(`${path}.${name}`, property)),
    ];
    const listed = Object.entries({ ...schema.resources, ...schema.functions, ...schema.types });
    assert.deepEqual(listed.flatMap(([token, each]) => unexplained(token, each)), []);
  });

  it("is right by Pulumi's own check", async () => {
    const engine = await findEngine();
    const said = await new Promise<string>((done) => {
      execFile(join(engine.folder, "pulumi"), ["schema", "check", SCHEMA_FILE], { env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" } }, (error, stdout, stderr) => done(error === null ? "" : stdout + stderr));
    });
    assert.equal(said, "");
  });
});
