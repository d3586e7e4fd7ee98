import assert from "node:assert/strict";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  readFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { startProvider } from "../../tools/provider/process";
import { npm, output } from "./commands";

const CHECKOUT = resolve(__dirname, "..", "..");
const TSC = join(CHECKOUT, "node_modules", "typescript", "bin", "tsc");

/** What npm shows or the licence demands, as far as the checkout has it. */
const DOCUMENTS = ["README.md", "LICENSE", "CHANGELOG.md"];

/** What makes it a component provider for other languages. */
const PROVIDER = [
  "schema.json",
  "PulumiPlugin.yaml",
  "pulumi-resource-dynamodb-endpoint",
  "pulumi-resource-dynamodb-endpoint.cmd",
];

/** One source for both module systems: it says what it has registered. */
const PROGRAM = `
import { existsSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { DynamoDbEndpoint, EndpointPolicy, GatewayEndpoint, RouteRollout, type DynamoDbEndpointArgs } from "pulumi-dynamodb-endpoint";

const registered: string[] = [];
const probes: string[] = [];
const args: DynamoDbEndpointArgs = {
  vpcId: pulumi.output("vpc-1"),
  region: "eu-west-1",
  routeTables: { "private-a": pulumi.output("rtb-1"), "private-b": "rtb-2" },
  rollout: { stages: [{ name: "canary", routeTables: ["private-a"] }, { name: "rest", routeTables: ["private-b"] }], throughStage: "canary", check: { table: "StockTable", subnets: { "private-a": "subnet-1", "private-b": "subnet-2" } } },
};
// @ts-expect-error: a route table belongs into routeTables
const wrong: DynamoDbEndpointArgs = { ...args, routeTable: "rtb-1" };

async function main(): Promise<void> {
  await pulumi.runtime.setMocks({
    newResource: async ({ type, name, inputs }) => {
      registered.push(type.split(":").at(-1) + " " + name);
      if (type === "aws:lambda/function:Function") {
        const assets = (await (inputs["code"] as pulumi.asset.AssetArchive).assets) as Record<string, pulumi.asset.FileAsset>;
        for (const [file, { path }] of Object.entries(assets)) if (existsSync(await path)) probes.push(file);
      }
      return { id: name + "-id", state: inputs as Record<string, unknown> };
    },
    call: ({ inputs }) => inputs as Record<string, unknown>,
  });
  await pulumi.runtime.runInPulumiStack(async () => {
    const endpoint = new DynamoDbEndpoint("ddb", args);
    const ids: pulumi.Output<Record<string, string>> = endpoint.associationIds;
    return { ids };
  });
  await pulumi.runtime.disconnect();
  const exported = [DynamoDbEndpoint, EndpointPolicy, GatewayEndpoint, RouteRollout].map((each) => each.name);
  console.log(JSON.stringify({ registered: registered.sort(), hasProbe: probes.includes("handler.js"), exported, wrong: typeof wrong }));
}

void main();
`;

/** What programs write that read their configuration. */
const OPTIONAL = `
import * as pulumi from "@pulumi/pulumi";
import { DynamoDbEndpoint, EndpointPolicy, GatewayEndpoint, RouteRollout, endpointPolicy, evaluatePolicy, onlyThroughEndpoint, validatePolicy } from "pulumi-dynamodb-endpoint";
import * as types from "pulumi-dynamodb-endpoint";

const config = new pulumi.Config();
const text = config.get("text");
new DynamoDbEndpoint("ddb", { vpcId: "vpc-1", routeTables: {}, region: text, policy: text, rollout: { throughStage: config.get("throughStage"), window: config.getObject<types.RolloutWindow>("window"), check: undefined }, tags: config.getObject<Record<string, string>>("tags") });
new GatewayEndpoint("endpoint", { vpcId: "vpc-1", access: config.getObject<types.EndpointAccess>("access"), adopt: undefined });
new RouteRollout("rollout", { vpcEndpointId: "vpce-1", routeTables: {}, formerNames: config.getObject<Record<string, string>>("formerNames") });
new EndpointPolicy("policy", { vpcEndpointId: "vpce-1", access: { tables: [{ name: text, arn: undefined, access: types.TableAccess.Read }], accounts: undefined } });
validatePolicy(endpointPolicy({ accounts: config.getObject<string[]>("accounts") }, { region: "eu-west-1", account: "123456789012", partition: text }), { kind: "endpoint", region: text });
evaluatePolicy({ Statement: { Sid: text, Effect: "Allow", Action: "*", Resource: "*", Condition: undefined } }, { principal: { arn: text }, action: "dynamodb:GetItem", resource: "*", context: undefined });
onlyThroughEndpoint({ kind: "identity", tables: [], through: { vpcIds: undefined }, actions: undefined, except: { awsServices: config.getBoolean("awsServices") } });
`;

/** Of every public type the optional properties that refuse `undefined`: there is none. */
const REFUSING = `
type Refusing<T> = T extends object ? { [K in keyof T]-?: object extends Pick<T, K> ? (undefined extends Required<T>[K] ? never : K) : never }[keyof T] : never;
type Public =
  | Refusing<types.DynamoDbEndpointArgs> | Refusing<types.GatewayEndpointArgs> | Refusing<types.RouteRolloutArgs> | Refusing<types.EndpointPolicyArgs>
  | Refusing<types.EndpointAccess> | Refusing<types.AccessTable> | Refusing<types.Adoption> | Refusing<types.Rollout> | Refusing<types.RolloutStage> | Refusing<types.ReconnectCheck>
  | Refusing<types.Access> | Refusing<types.TableReference> | Refusing<types.TableGrant> | Refusing<types.Place> | Refusing<types.PolicyContext> | Refusing<types.PolicyDocument>
  | Refusing<types.PolicyStatement> | Refusing<types.PolicyRequest> | Refusing<types.RequestPrincipal> | Refusing<types.OnlyThroughEndpoint> | Refusing<types.Way> | Refusing<types.Exceptions>
  | Refusing<types.CheckReport> | Refusing<types.ProbeEvent> | Refusing<types.PolicyVerdict>;
const refusing: Public[] = [];
export const none: never[] = refusing;
`;

const COMPILER_OPTIONS = {
  module: "node16",
  target: "es2022",
  lib: ["es2022"],
  strict: true,
  exactOptionalPropertyTypes: true,
  types: ["node"],
  rootDir: ".",
  skipLibCheck: false,
};

interface Named {
  readonly name: string;
  readonly version: string;
}

interface PackedFile {
  readonly path: string;
}

describe("the npm package", () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "package-test-")));
  const project = join(folder, "project");
  const installed = join(project, "node_modules", "pulumi-dynamodb-endpoint");
  let files: readonly string[];

  before(async () => {
    const tarball = await npm(CHECKOUT, "pack", "--json", "--ignore-scripts", "--pack-destination", folder);
    const [packed] = JSON.parse(tarball) as [{ filename: string; files: readonly PackedFile[] }];
    files = packed.files.map(({ path }) => path);
    write("package.json", { name: "user", private: true });
    // Its peers are big, and the checkout has them.
    await npm(
      project,
      "install",
      "--legacy-peer-deps",
      "--prefer-offline",
      "--ignore-scripts",
      "--no-audit",
      "--no-fund",
      join(folder, packed.filename),
    );
    for (const peer of ["@pulumi", "typescript", "@types"])
      symlinkSync(join(CHECKOUT, "node_modules", peer), join(project, "node_modules", peer), "junction");
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const write = (file: string, content: string | object): void => {
    mkdirSync(project, { recursive: true });
    writeFileSync(join(project, file), typeof content === "string" ? content : JSON.stringify(content));
  };

  it("has what users need and nothing else", () => {
    const documents = DOCUMENTS.filter((name) => existsSync(join(CHECKOUT, name)));
    for (const needed of ["package.json", "dist/index.js", "dist/index.d.ts", ...PROVIDER, ...documents])
      assert.ok(files.includes(needed), needed);
    const code = files.filter(
      (file) => file !== "package.json" && !documents.includes(file) && !PROVIDER.includes(file),
    );
    assert.deepEqual(
      code.filter(
        (file) =>
          !/^dist\/(index|policy|components\/.+|provider\/.+)\.(js|d\.ts)$|^dist\/provider\/(LICENSES\.txt|bundled\.json)$/.test(
            file,
          ),
      ),
      [],
    );
  });

  it("has one file for each that runs: the package, its policy functions, the provider, the function's code", () => {
    assert.deepEqual(files.filter((file) => file.endsWith(".js")).sort(), [
      "dist/components/check/probe/handler.js",
      "dist/index.js",
      "dist/policy.js",
      "dist/provider/main.js",
    ]);
  });

  it("is as package managers, bundlers and Node expect it", async () => {
    const publint = join(CHECKOUT, "node_modules", "publint", "src", "cli.js");
    const said = await output(process.execPath, [publint, "run", installed, "--strict", "--pack", "false"], project);
    assert.match(said, /All good!/);
  });

  it("has no code whose source is gone", () => {
    const sources = files.flatMap((file) => /^dist\/(.+)\.(?:js|d\.ts)$/.exec(file)?.[1] ?? []);
    assert.deepEqual(
      sources.filter((source) => !existsSync(join(CHECKOUT, `${source}.ts`))),
      [],
    );
  });

  it("has no source maps: Pulumi's runner would load them all, in time and memory", () => {
    assert.deepEqual(
      files.filter((file) => file.endsWith(".map")),
      [],
    );
  });

  it("has code in ASCII alone: with one other character V8 keeps two bytes for each of a file's", () => {
    const others = files
      .filter((file) => file.endsWith(".js"))
      .flatMap((file) => readFileSync(join(installed, file), "utf8").match(/.*[^ -~\s].*/g) ?? []);
    assert.deepEqual(others, []);
  });

  it("keeps no stack trace of each promise where no report of leaks is asked for, and looks for no source maps", () => {
    const provider = readFileSync(join(installed, "dist/provider/main.js"), "utf8");
    // The file is too long for a report of how it differs.
    assert.ok(/"_debugStackTrace", \{ writable: true, value: \w+\.debugPromiseLeaks \? new Error\(\)/.test(provider));
    assert.ok(!/sourceMappingURL|SourceMapConsumer/.test(provider));
  });

  it("is unpacked and brings its own dependency", () => {
    assert.equal(realpathSync(installed), installed);
    assert.ok(existsSync(join(project, "node_modules", "fastest-levenshtein", "package.json")));
  });

  it("type-checks and runs in a CommonJS program and an ES module, `undefined` for what is optional too", async () => {
    write("commonjs.cts", PROGRAM);
    write("module.mts", PROGRAM);
    // With them, as a compiler takes seconds to start: what takes `undefined`, under exactOptionalPropertyTypes.
    write("exact.mts", OPTIONAL + REFUSING);
    write("tsconfig.json", { compilerOptions: COMPILER_OPTIONS, files: ["commonjs.cts", "module.mts", "exact.mts"] });
    assert.equal(await node(TSC), "");
    for (const script of ["commonjs.cjs", "module.mjs"]) {
      assert.deepEqual(JSON.parse(await node(script)), {
        registered: [
          "DynamoDbEndpoint ddb",
          "Function ddb-private-a-check",
          "Function ddb-private-b-check",
          "Invocation ddb-private-a-check-after",
          "Invocation ddb-private-a-check-before",
          "Invocation ddb-private-a-check-during",
          "LogGroup ddb-check",
          "Role ddb-check",
          "RolePolicy ddb-check",
          "SecurityGroup ddb-check",
          "Stack project-stack",
          "Stash ddb-plan",
          "Stash ddb-switched",
          "VpcEndpoint ddb",
          "VpcEndpointRouteTableAssociation ddb-private-a",
        ],
        hasProbe: true,
        exported: ["DynamoDbEndpoint", "EndpointPolicy", "GatewayEndpoint", "RouteRollout"],
        wrong: "object",
      });
    }
  });

  it("takes `undefined` for every optional property without exactOptionalPropertyTypes, too", async () => {
    write("optional.mts", OPTIONAL);
    // Its declarations, and those that they use, have been checked above.
    const compilerOptions = {
      ...COMPILER_OPTIONS,
      exactOptionalPropertyTypes: false,
      skipLibCheck: true,
      noEmit: true,
    };
    write("tsconfig.optional.json", { compilerOptions, files: ["optional.mts"] });
    assert.equal(await node(TSC, "-p", "tsconfig.optional.json"), "");
  });

  it("is a provider where it is installed, and in a clone of a released version", async () => {
    const clone = join(folder, "clone");
    await output("git", ["clone", "--quiet", "--depth", "1", `file://${CHECKOUT}`, clone], folder);
    // A released version has dist, and the engine installs what package.json names.
    cpSync(join(CHECKOUT, "dist"), join(clone, "dist"), { recursive: true });
    symlinkSync(join(CHECKOUT, "node_modules"), join(clone, "node_modules"), "junction");
    for (const place of [installed, clone]) {
      const provider = await startProvider(place);
      const answer = await provider.construct("dynamodb-endpoint:index:GatewayEndpoint", { vpcId: "subnet-1" });
      await provider.abandon();
      assert.deepEqual(answer, {
        error:
          'GatewayEndpoint "ddb": an argument cannot be used\n  vpcId: "subnet-1" is not the id of a VPC; it begins ' +
          "with vpc-",
      });
      assert.equal(provider.printed(), "");
    }
  });

  it("serves where it was merely unpacked, and is what Pulumi's runner loads", async () => {
    const bare = join(folder, "bare");
    cpSync(installed, bare, { recursive: true, filter: (path) => !path.endsWith("node_modules") });
    const provider = await startProvider(bare);
    assert.equal(await provider.schema(), readFileSync(join(CHECKOUT, "schema.json"), "utf8"));
    const answer = await provider.construct("dynamodb-endpoint:index:DynamoDbEndpoint", {});
    await provider.abandon();
    assert.ok("error" in answer && answer.error.includes("vpcId: is missing"), JSON.stringify(answer));
    assert.equal(provider.printed(), "");
    const manifest = JSON.parse(readFileSync(join(bare, "package.json"), "utf8")) as { main: string };
    assert.equal(manifest.main, "pulumi-resource-dynamodb-endpoint");
  });

  it("is the library to whoever requires its folder, and lets the program end", async () => {
    const program = `console.log(Object.keys(require(${JSON.stringify(installed)})).join())`;
    assert.match(await node("--eval", program), /^DynamoDbEndpoint,.*validatePolicy\n$/);
  });

  it("has the policy functions for programs without Pulumi, in every way of resolving modules", async () => {
    write(
      "policies.cjs",
      `const { endpointPolicy } = require("pulumi-dynamodb-endpoint/policy");
      const loaded = Object.keys(require.cache).filter((file) => file.includes("@pulumi"));
      console.log(JSON.stringify({ loaded, sids: endpointPolicy({ accounts: ["123456789012"] }).Statement.map(({ Sid }) => Sid) }));`,
    );
    assert.deepEqual(JSON.parse(await node("policies.cjs")), { loaded: [], sids: ["AllTables"] });
    write(
      "policies.ts",
      `import { validatePolicy, type PolicyFinding } from "pulumi-dynamodb-endpoint/policy";
      export const findings: readonly PolicyFinding[] = validatePolicy("{}", { kind: "endpoint" });`,
    );
    for (const [module, moduleResolution] of [
      ["node16", "node16"],
      ["esnext", "bundler"],
      ["commonjs", "node10"],
    ]) {
      const compilerOptions = {
        ...COMPILER_OPTIONS,
        // Neither Node nor a browser is needed.
        types: [],
        module,
        moduleResolution,
        noEmit: true,
        ignoreDeprecations: "6.0",
      };
      write("tsconfig.policies.json", { compilerOptions, files: ["policies.ts"] });
      await node(TSC, "-p", "tsconfig.policies.json");
    }
  });

  it("has the licences of what is bundled, by name and version", () => {
    const licences = readFileSync(join(installed, "dist/provider/LICENSES.txt"), "utf8");
    const bundled = JSON.parse(readFileSync(join(installed, "dist/provider/bundled.json"), "utf8")) as string[];
    assert.ok(bundled.length > 10, bundled.join());
    for (const each of bundled) {
      const { name, version } = JSON.parse(readFileSync(join(CHECKOUT, each, "package.json"), "utf8")) as Named;
      assert.ok(licences.includes(`${name} ${version} (`), name);
    }
    for (const leftOut of ["typescript", "@npmcli/arborist", "@aws-sdk"]) assert.ok(!bundled.join().includes(leftOut));
  });

  const node = (...args: readonly string[]): Promise<string> => output(process.execPath, args, project);
});
