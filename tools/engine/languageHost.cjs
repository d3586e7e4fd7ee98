"use strict";
// The Node language host that stands in where Pulumi's own `pulumi-language-nodejs` is not installed.
// Plain JavaScript: the engine waits for it at every preview, and ts-node would double the start.
// It prints its port, as every language host does, and starts the runners that the Pulumi SDK brings along.

const { spawn } = require("node:child_process");
const fs = require("node:fs");
const { createRequire } = require("node:module");
const path = require("node:path");
const grpc = require("@grpc/grpc-js");
const { LanguageRuntimeService } = require("@pulumi/pulumi/proto/language_grpc_pb");
const language = require("@pulumi/pulumi/proto/language_pb");
const { PluginInfo } = require("@pulumi/pulumi/proto/plugin_pb");
const { version } = require("@pulumi/pulumi/version");
const { Empty } = require("google-protobuf/google/protobuf/empty_pb");
const { npmCommand } = require("./npm.cjs");

/**
 * The SDK's runner exits with this code when it has told the user everything: the host adds nothing (see its
 * cmd/run).
 */
const ALREADY_REPORTED = 32;
/** How long a program may take to end once it was asked to: what Pulumi's own host grants. */
const GRACE_MILLIS = 5_000;
const PACKAGE_MANAGERS = ["auto", "npm", "yarn", "pnpm", "bun"];

/** @type {Set<import("node:child_process").ChildProcess>} */
const children = new Set();
let engineAddress = addressFromArguments(process.argv.slice(2));

/** What the engine asks of a language host; whatever is missing here is answered UNIMPLEMENTED. */
const service = {
  handshake(call, answer) {
    engineAddress = call.request.getEngineAddress();
    answer(null, new language.LanguageHandshakeResponse());
  },
  getPluginInfo(_call, answer) {
    const info = new PluginInfo();
    info.setVersion(version);
    answer(null, info);
  },
  // None is named in advance: the engine loads a provider when the first resource asks for it.
  getRequiredPackages: (_call, answer) => answer(null, new language.GetRequiredPackagesResponse()),
  getRequiredPlugins: (_call, answer) => answer(null, new language.GetRequiredPluginsResponse()),
  runtimeOptionsPrompts: (_call, answer) => answer(null, new language.RuntimeOptionsResponse()),
  template: (_call, answer) => answer(null, new language.TemplateResponse()),
  about: unary(about),
  getProgramDependencies: unary(programDependencies),
  run: (call, answer) => {
    runProgram(call).then(
      (response) => answer(null, response),
      (error) => answer(asStatus(error)),
    );
  },
  installDependencies: (call) => {
    installDependencies(call).then(
      () => call.end(),
      (error) => call.emit("error", asStatus(error)),
    );
  },
  runPlugin: (call) => {
    runPlugin(call).then(
      () => call.end(),
      (error) => call.destroy(Object.assign(error, asStatus(error))),
    );
  },
  cancel(_call, answer) {
    for (const child of children) stop(child, "SIGINT");
    answer(null, new Empty());
  },
};

/** @param {(request: any) => any} respond */
function unary(respond) {
  return (call, answer) => {
    let response;
    try {
      response = respond(call.request);
    } catch (error) {
      answer(asStatus(error));
      return;
    }
    answer(null, response);
  };
}

/** A refusal in the user's words becomes the status' text; anything else is this host's own mistake. */
function asStatus(error) {
  const code = error.code in grpc.status ? error.code : grpc.status.UNKNOWN;
  return { code, details: error.message };
}

/** @param {string} message @param {number} [code] */
function refusal(message, code = grpc.status.INVALID_ARGUMENT) {
  return Object.assign(new Error(message), { code });
}

async function runProgram(call) {
  const request = call.request;
  const response = new language.RunResponse();
  try {
    const options = runtimeOptions(request.getInfo());
    refuseDebugger(request);
    const child = startNode([...options.nodeArguments, ...runnerArguments(request)], {
      stdio: ["ignore", "inherit", "inherit"],
      env: { ...process.env, ...configuration(request), ...options.environment },
    });
    call.on("cancelled", () => stop(child, "SIGINT"));
    const { code, signal } = await ended(child);
    if (code === ALREADY_REPORTED) response.setBail(true);
    else if (signal !== null) response.setError(`Program was ended by ${signal}`);
    else if (code !== 0) response.setError(`Program exited with non-zero exit code: ${code}`);
  } catch (error) {
    response.setError(error.message);
  }
  return response;
}

/** The command line of the SDK's cmd/run. */
function runnerArguments(request) {
  const info = request.getInfo();
  const runner = process.env.PULUMI_LANGUAGE_NODEJS_RUN_PATH || "@pulumi/pulumi/cmd/run";
  const settings = {
    monitor: request.getMonitorAddress(),
    engine: engineAddress,
    organization: request.getOrganization(),
    project: request.getProject(),
    "root-directory": info.getRootDirectory(),
    stack: request.getStack(),
    pwd: info.getProgramDirectory(),
    parallel: String(request.getParallel()),
  };
  return [
    locate(runner, info.getProgramDirectory()),
    ...Object.entries(settings).flatMap(([name, value]) => (value ? [`--${name}`, value] : [])),
    ...(request.getDryrun() ? ["--dry-run"] : []),
    info.getEntryPoint(),
    ...request.getArgsList(),
  ];
}

/** The stack's configuration, as the SDK's runtime/config expects it. */
function configuration(request) {
  return {
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().entries())),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
  };
}

async function runPlugin(call) {
  const request = call.request;
  const info = request.getInfo();
  if (request.getKind() === "analyzer") {
    throw refusal(
      "Policy packs in Node need Pulumi's own language host: install the Pulumi CLI.",
      grpc.status.UNIMPLEMENTED,
    );
  }
  refuseDebugger(request);
  const options = runtimeOptions(info);
  const runner = locate("@pulumi/pulumi/cmd/run-plugin", info.getProgramDirectory());
  const child = startNode([...options.nodeArguments, runner, info.getProgramDirectory(), ...request.getArgsList()], {
    cwd: request.getPwd(),
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...environmentOf(request.getEnvList()), ...options.environment },
  });
  call.on("cancelled", () => stop(child, "SIGKILL"));
  child.stdout.on("data", (chunk) => call.write(pluginOutput("setStdout", chunk)));
  child.stderr.on("data", (chunk) => call.write(pluginOutput("setStderr", chunk)));
  const { code } = await ended(child);
  call.write(pluginOutput("setExitcode", code ?? 1));
}

/**
 * For plugins alone, which `pulumi package add` installs before it asks for their schema. What is installed stays
 * as it is.
 */
async function installDependencies(call) {
  if (!call.request.getIsPlugin()) {
    throw refusal(
      "installDependencies needs Pulumi's own Node language host: install the Pulumi CLI.",
      grpc.status.UNIMPLEMENTED,
    );
  }
  const info = call.request.getInfo();
  const folder = info?.getProgramDirectory() ?? call.request.getDirectory();
  if (fs.existsSync(path.join(folder, "node_modules", ".package-lock.json"))) return;
  const [command, ...first] = npmCommand(process.env);
  const child = spawn(command, [...first, "install", "--omit=dev", "--loglevel=error"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.add(child);
  const output = (chunk) => {
    const response = new language.InstallDependenciesResponse();
    response.setStdout(chunk);
    call.write(response);
  };
  child.stdout.on("data", output);
  child.stderr.on("data", output);
  const { code } = await ended(child);
  children.delete(child);
  if (code !== 0) throw refusal(`npm install failed in ${folder}`, grpc.status.FAILED_PRECONDITION);
}

/** @param {"setStdout" | "setStderr" | "setExitcode"} set */
function pluginOutput(set, value) {
  const response = new language.RunPluginResponse();
  response[set](value);
  return response;
}

/** An empty list means the host's own environment, as in Go's os/exec. @param {string[]} assignments */
function environmentOf(assignments) {
  if (assignments.length === 0) return process.env;
  return Object.fromEntries(
    assignments.map((assignment) => {
      const equals = assignment.indexOf("=");
      return [assignment.slice(0, equals), assignment.slice(equals + 1)];
    }),
  );
}

/** `runtime.options` of the project, checked as Pulumi's own host checks them. */
function runtimeOptions(info) {
  const options = info.getOptions()?.toJavaScript() ?? {};
  expectType(options, "typescript", "boolean");
  expectType(options, "tsconfig", "string");
  expectType(options, "nodeargs", "string");
  expectType(options, "packagemanager", "string");
  const packageManager = options.packagemanager ?? "auto";
  if (!PACKAGE_MANAGERS.includes(packageManager)) {
    throw refusal(
      `runtime option packagemanager must be one of ${PACKAGE_MANAGERS.join(", ")}, got "${packageManager}"`,
    );
  }
  return {
    packageManager,
    nodeArguments: splitArguments(options.nodeargs ?? ""),
    environment: {
      ...((options.typescript ?? true) && { PULUMI_NODEJS_TYPESCRIPT: "true" }),
      ...(options.tsconfig && { PULUMI_NODEJS_TSCONFIG_PATH: options.tsconfig }),
    },
  };
}

function expectType(options, name, type) {
  if (name in options && typeof options[name] !== type) throw refusal(`runtime option ${name} must be a ${type}`);
}

/** Splits as a shell would, as far as blanks, quotes and backslashes go. @param {string} line */
function splitArguments(line) {
  const words = [];
  const word = /\s*((?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+)\s*/y;
  while (word.lastIndex < line.length) {
    const start = word.lastIndex;
    const match = word.exec(line);
    if (match === null) {
      if (line.slice(start).trim() === "") break;
      throw refusal(`runtime option nodeargs cannot be split into arguments: ${line}`);
    }
    words.push(match[1].replace(/"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)/g, unquoted));
  }
  return words;
}

function unquoted(_whole, doubleQuoted, singleQuoted, escaped) {
  return doubleQuoted?.replace(/\\(["\\$`])/g, "$1") ?? singleQuoted ?? escaped;
}

function refuseDebugger(request) {
  if (!request.getAttachDebugger()) return;
  throw refusal(
    "--attach-debugger needs Pulumi's own Node language host; or set runtime option nodeargs to --inspect-brk.",
  );
}

/** Resolved from the program, not from here: the program's own SDK runs it. */
function locate(module, programDirectory) {
  try {
    return createRequire(path.join(programDirectory, "package.json")).resolve(module);
  } catch {
    throw refusal(
      `The Pulumi SDK is not installed: ${module} is not found from ${programDirectory}. Run npm install there.`,
      grpc.status.FAILED_PRECONDITION,
    );
  }
}

function startNode(args, options) {
  const child = spawn(process.execPath, args, options);
  children.add(child);
  child.once("close", () => children.delete(child));
  return child;
}

/** @returns {Promise<{ code: number | null, signal: string | null }>} once the output has been read, too */
function ended(child) {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal }));
  });
}

/** Asks a program to end, and ends it if it does not. */
function stop(child, signal) {
  child.kill(signal);
  setTimeout(() => child.kill("SIGKILL"), GRACE_MILLIS).unref();
}

function about(request) {
  const response = new language.AboutResponse();
  response.setExecutable(process.execPath);
  response.setVersion(process.version);
  response.getMetadataMap().set("packagemanager", runtimeOptions(request.getInfo()).packageManager);
  return response;
}

/** The packages that the program's package.json names, in the versions that are installed. */
function programDependencies(request) {
  const response = new language.GetProgramDependenciesResponse();
  const folder = request.getInfo().getProgramDirectory();
  const { dependencies, devDependencies } = readJson(path.join(folder, "package.json")) ?? {};
  for (const name of Object.keys({ ...dependencies, ...devDependencies }).sort()) {
    const dependency = new language.DependencyInfo();
    dependency.setName(name);
    dependency.setVersion(installedVersion(name, folder) ?? "not installed");
    response.addDependencies(dependency);
  }
  return response;
}

/** By walking up, as Node does: a package need not export its package.json. */
function installedVersion(name, folder) {
  const folders = createRequire(path.join(folder, "package.json")).resolve.paths(name) ?? [];
  for (const modules of folders) {
    const manifest = readJson(path.join(modules, name, "package.json"));
    if (manifest !== undefined) return manifest.version;
  }
  return undefined;
}

function readJson(file) {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

/**
 * The engine's address is the last argument; before it come logging and tracing flags, which mean nothing here.
 *
 * @param {string[]} args
 */
function addressFromArguments(args) {
  const last = args.at(-1) ?? "";
  return last.startsWith("-") ? "" : last;
}

/**
 * Ends the programs when the engine is gone: a killed engine tells nobody, but the pipe that it holds as this
 * process's stdin closes. Without such a pipe (the engine attached to a host that was started by hand)
 * nothing is watched.
 */
function endWithTheEngine() {
  const stdin = fs.fstatSync(0);
  if (!stdin.isFIFO() && !stdin.isSocket()) return;
  process.stdin.resume();
  process.stdin.on("error", leave);
  process.stdin.once("close", leave);
}

async function leave() {
  const closing = [...children].map((child) => new Promise((resolve) => child.once("close", resolve)));
  for (const child of children) stop(child, "SIGTERM");
  const deadline = new Promise((resolve) => setTimeout(resolve, GRACE_MILLIS));
  await Promise.race([Promise.all(closing), deadline]);
  for (const child of children) child.kill("SIGKILL");
  process.exit(0);
}

function unimplemented(name) {
  return (call, answer) => {
    const status = {
      code: grpc.status.UNIMPLEMENTED,
      details: `${name} needs Pulumi's own Node language host: install the Pulumi CLI.`,
    };
    if (answer === undefined) call.emit("error", status);
    else answer(status);
  };
}

function serve() {
  if (process.argv.includes("--version") || process.argv.includes("-version")) {
    console.log(version);
    return;
  }
  const server = new grpc.Server();
  const methods = Object.keys(LanguageRuntimeService);
  server.addService(
    LanguageRuntimeService,
    Object.fromEntries(methods.map((name) => [name, service[name] ?? unimplemented(name)])),
  );
  server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
    if (error) throw error;
    console.log(port);
  });
  process.once("SIGINT", leave);
  process.once("SIGTERM", leave);
  endWithTheEngine();
}

serve();
