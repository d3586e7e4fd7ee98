import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

interface Manifest {
  readonly engines?: { readonly node?: string };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

const read = (file: string): unknown => JSON.parse(readFileSync(file, "utf8"));

/** npm warns (EBADENGINE) of each package that declares a later Node than the one that runs. */
describe("on the oldest Node that the package declares", () => {
  const manifest = read("package.json") as Manifest;
  const [oldest = 0] = (/^>=(\d+)$/.exec(manifest.engines?.node ?? "") ?? []).slice(1).map(Number);

  it(
    "nothing that is installed declares a later one, but the SDK, of which npm finds " + "an older version for users",
    () => {
      const { packages } = read("package-lock.json") as { packages: Readonly<Record<string, Manifest>> };
      const majors = ({ engines }: Manifest): number[] =>
        [...(engines?.node ?? "").matchAll(/(?:>=?|\^|~|^|\|\|)\s*v?(\d+)/g)].map(([, major]) => Number(major));
      const later = Object.entries(packages).filter(
        ([, each]) => Math.min(...majors(each), Infinity) > oldest && majors(each).length > 0,
      );
      assert.ok(oldest >= 20);
      assert.deepEqual(
        later.map(([name]) => name),
        ["node_modules/@pulumi/pulumi"],
      );
    },
  );

  it("the examples ask for no later SDK than the package does", () => {
    const examples = readdirSync("examples").filter((name) =>
      readdirSync(join("examples", name)).includes("package.json"),
    );
    const asked = examples.map(
      (name) => (read(join("examples", name, "package.json")) as Manifest).dependencies?.["@pulumi/pulumi"],
    );
    assert.deepEqual([...new Set(asked)], [`${manifest.peerDependencies?.["@pulumi/pulumi"]}.0`]);
  });
});
