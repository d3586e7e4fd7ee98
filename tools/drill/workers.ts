import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const CLIENTS = join(__dirname, "clients");

/** An unmodified SDK at work: how it is made ready, in a folder of its own, and the command that runs it. */
export interface Worker {
  readonly name: string;
  readonly ready: (folder: string) => Promise<readonly string[]>;
}

/** Those of the languages of this machine; each is downloaded by its own tool. */
export const WORKERS: readonly Worker[] = [
  {
    name: "JavaScript v3",
    ready: () => Promise.resolve([process.execPath, join(CLIENTS, "javascript.cjs")]),
  },
  {
    name: "boto3",
    ready: (folder) => python(folder, "boto3"),
  },
  {
    name: "aioboto3",
    ready: (folder) => python(folder, "aioboto3"),
  },
  {
    name: "Java 2.x",
    ready: async (folder: string): Promise<readonly string[]> => {
      mkdirSync(folder);
      copyFileSync(join(CLIENTS, "pom.xml"), join(folder, "pom.xml"));
      await run("mvn", ["-q", "-B", "dependency:copy-dependencies", "-DoutputDirectory=lib"], { cwd: folder });
      await run("javac", ["-cp", "lib/*", "-d", ".", join(CLIENTS, "Worker.java")], { cwd: folder });
      return ["java", "-cp", `${folder}:${join(folder, "lib", "*")}`, "Worker"];
    },
  },
  {
    name: "Go v2",
    ready: async (folder: string): Promise<readonly string[]> => {
      mkdirSync(folder);
      copyFileSync(join(CLIENTS, "main.go"), join(folder, "main.go"));
      await run("go", ["mod", "init", "drill"], { cwd: folder });
      await run("go", ["mod", "tidy"], { cwd: folder });
      await run("go", ["build", "-o", "worker", "."], { cwd: folder });
      return [join(folder, "worker")];
    },
  },
];

async function python(folder: string, name: string): Promise<readonly string[]> {
  await run("python3", ["-m", "venv", folder]);
  await run(join(folder, "bin", "pip"), ["install", "--quiet", name]);
  return [join(folder, "bin", "python"), join(CLIENTS, `${name}Worker.py`)];
}
