import type { Manifest } from "./manifest";
import type { Shipped } from "./shipped";

/**
 * What is shipped, for programs that look for known weaknesses: CycloneDX in JSON. `npm sbom` gives up on workspaces
 * that have no version, and writes another file each time.
 */
export function sbomOf(manifest: Manifest, shipped: readonly Shipped[], committed: Date): string {
  const own = component(manifest);
  const bom = {
    $schema: "http://cyclonedx.org/schema/bom-1.5.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.5",
    version: 1,
    metadata: { timestamp: committed.toISOString(), component: own },
    components: shipped.map((each) => ({ ...component(each), hashes: [hashOf(each)] })),
  };
  return `${JSON.stringify(bom, null, 2)}\n`;
}

function component({ name, version, license }: Pick<Shipped, "name" | "version" | "license">): object {
  const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
  return { "bom-ref": purl, type: "library", name, version, purl, licenses: [licenceOf(license)] };
}

/** Several licences, or a choice of them, are no id: CycloneDX has another place for what SPDX calls an expression. */
function licenceOf(license: string): object {
  return /^[\w.+-]+$/.test(license) ? { license: { id: license } } : { expression: license };
}

function hashOf({ name, integrity }: Shipped): { readonly alg: string; readonly content: string } {
  const [, algorithm, base64 = ""] = /^sha(256|384|512)-(\S+)$/.exec(integrity) ?? [];
  if (algorithm === undefined) throw new Error(`the hash of ${name} is none that an SBOM has: ${integrity}`);
  return { alg: `SHA-${algorithm}`, content: Buffer.from(base64, "base64").toString("hex") };
}
