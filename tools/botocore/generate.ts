import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SERVICES } from "../../lab/aws/services";
import { reduced, type ServiceModel } from "./reduce";

const VERSION = "1.44.8";
const MODELS = join(__dirname, "../../lab/aws/models");

/** Where botocore has a service under another name than requests are signed for. */
const FOLDERS: Readonly<Record<string, string>> = { servicequotas: "service-quotas" };

/**
 * Writes what the lab needs of botocore's models, from PyPI. Run it after an operation has been added:
 *
 *     npx ts-node tools/botocore/generate.ts [SERVICE:OPERATION...]
 *
 * The arguments are operations that are not served yet.
 */
function main(): void {
  const folder = mkdtempSync(join(tmpdir(), "botocore-"));
  try {
    const wheel = download(folder);
    for (const [service, operations] of asked(process.argv.slice(2))) {
      const model = reduced(readModel(wheel, FOLDERS[service] ?? service), operations, {
        outputs: SERVICES[service]?.packageName === undefined,
      });
      const origin = `botocore ${VERSION}, https://pypi.org/project/botocore/${VERSION}/, botocore/data/${service}`;
      mkdirSync(MODELS, { recursive: true });
      const text = JSON.stringify({ ...NOTICE, origin, ...model }, undefined, 1);
      writeFileSync(join(MODELS, `${service}.json`), `${text}\n`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const NOTICE = {
  license: "Apache-2.0: Copyright 2012-2022 Amazon.com, Inc. or its affiliates. All Rights Reserved.",
  changes: "Reduced by tools/botocore: operations and shapes that the lab serves, without documentation.",
};

function asked(more: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const operations = new Map<string, readonly string[]>(
    Object.entries(SERVICES).map(([service, served]) => [service, Object.keys(served.operations)]),
  );
  for (const each of more) {
    const [service = "", operation = ""] = each.split(":");
    operations.set(service, [...new Set([...(operations.get(service) ?? []), operation])]);
  }
  return operations;
}

function download(folder: string): string {
  const options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary", ":all:", "--dest", folder];
  execFileSync("python3", ["-m", "pip", "download", ...options, `botocore==${VERSION}`], { stdio: "inherit" });
  return join(folder, readdirSync(folder).find((name) => name.endsWith(".whl")) ?? "");
}

/** The newest model of a service in the wheel. */
const READ = `
import gzip, sys, zipfile
wheel = zipfile.ZipFile(sys.argv[1])
prefix = f"botocore/data/{sys.argv[2]}/"
names = sorted(n for n in wheel.namelist() if n.startswith(prefix) and n.endswith("/service-2.json.gz"))
sys.stdout.buffer.write(gzip.decompress(wheel.read(names[-1])))
`;

function readModel(wheel: string, folder: string): ServiceModel {
  const text = execFileSync("python3", ["-c", READ, wheel, folder], { maxBuffer: 256 * 1024 * 1024 });
  return JSON.parse(text.toString()) as ServiceModel;
}

main();
