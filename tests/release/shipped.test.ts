import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { licenceIn } from "../../tools/licences.cjs";
import { licenceTexts } from "../../tools/release/licences";
import { manifestOf } from "../../tools/release/manifest";
import { sbomOf } from "../../tools/release/sbom";
import { bundledIn, type LockFile, lockOf, shippedWith } from "../../tools/release/shipped";
import { judged } from "../../tools/release/weaknesses";

const CHECKOUT = resolve(__dirname, "../..");

const MIT = { version: "1.0.0", license: "MIT", integrity: "sha512-AAAA" };
const lock = (packages: LockFile["packages"]): LockFile => ({ packages });

describe("what is shipped", () => {
  const shipped = shippedWith(manifestOf(CHECKOUT), lockOf(CHECKOUT));

  it("is the package's one dependency, with the text of its licence", () => {
    assert.deepEqual(
      shipped.map(({ name, license }) => `${name} ${license}`),
      ["fastest-levenshtein MIT"],
    );
    assert.match(licenceTexts(CHECKOUT, shipped), /^fastest-levenshtein \S+ \(MIT\)\n\nMIT License\n[^]*AS IS/);
  });

  it("is with the command line what its bundles have in them, with the texts of their licences", () => {
    const bundled = shippedWith(manifestOf(join(CHECKOUT, "cli")), lockOf(CHECKOUT), bundledIn(CHECKOUT, "cli"));
    assert.ok(bundled.some(({ name, license }) => name === "commander" && license === "MIT"));
    const texts = licenceTexts(CHECKOUT, bundled);
    assert.match(texts, /^commander \S+ \(MIT\)\n[^]*AS IS/m);
    // These come without a text of their own.
    assert.match(texts, /^lazy \S+ \(MIT\)\n\nThe MIT License\n\nCopyright \(c\) Peteris Krumins/m);
    assert.match(texts, /^@aws-sdk\/nested-clients \S+ \(Apache-2\.0\)\n\n+ +Apache License/m);
  });

  it("has the text of the licence that it names where it comes without one", () => {
    const folder = mkdtempSync(join(tmpdir(), "licences-test-"));
    try {
      assert.equal(licenceIn(folder, "Apache-2.0"), readFileSync(join(CHECKOUT, "LICENSE"), "utf8"));
      assert.equal(licenceIn(folder, "ISC"), undefined);
      writeFileSync(join(folder, "LICENCE.md"), "its own");
      assert.equal(licenceIn(folder, "Apache-2.0"), "its own");
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("is told in CycloneDX, with hashes and addresses that scanners know", () => {
    const committed = new Date("2026-01-02T03:04:05+01:00");
    const own = { name: "ours", version: "1.2.3", license: "Apache-2.0" };
    const theirs = { ...MIT, name: "@scope/theirs", path: "node_modules/@scope/theirs", integrity: "sha512-q80=" };
    assert.deepEqual(JSON.parse(sbomOf(own, [theirs], committed)), {
      $schema: "http://cyclonedx.org/schema/bom-1.5.schema.json",
      bomFormat: "CycloneDX",
      specVersion: "1.5",
      version: 1,
      metadata: {
        timestamp: "2026-01-02T02:04:05.000Z",
        component: {
          "bom-ref": "pkg:npm/ours@1.2.3",
          type: "library",
          name: "ours",
          version: "1.2.3",
          purl: "pkg:npm/ours@1.2.3",
          licenses: [{ license: { id: "Apache-2.0" } }],
        },
      },
      components: [
        {
          "bom-ref": "pkg:npm/%40scope/theirs@1.0.0",
          type: "library",
          name: "@scope/theirs",
          version: "1.0.0",
          purl: "pkg:npm/%40scope/theirs@1.0.0",
          licenses: [{ license: { id: "MIT" } }],
          hashes: [{ alg: "SHA-512", content: "abcd" }],
        },
      ],
    });
  });

  it("is told with several licences, or a choice of them, as the expression that it is", () => {
    const licencesOf = (license: string): unknown => {
      const told = sbomOf({ name: "ours", version: "1.2.3", license }, [], new Date(0));
      return (JSON.parse(told) as { metadata: { component: { licenses: unknown } } }).metadata.component.licenses;
    };
    for (const expression of [
      "Apache-2.0 AND BSD-3-Clause",
      "(MIT OR Apache-2.0)",
      "GPL-2.0 WITH Classpath-exception-2.0",
    ])
      assert.deepEqual(licencesOf(expression), [{ expression }]);
    assert.deepEqual(licencesOf("BSD-3-Clause"), [{ license: { id: "BSD-3-Clause" } }]);
  });

  it("includes what dependencies bring along, each as Node finds it, once", () => {
    const packages = {
      "node_modules/a": { ...MIT, dependencies: { b: "^2.0.0", c: "^1.0.0" } },
      "node_modules/a/node_modules/b": { ...MIT, version: "2.0.0", dependencies: { c: "^1.0.0" } },
      "node_modules/b": MIT,
      "node_modules/c": { ...MIT, dependencies: { a: "^1.0.0" } },
      "node_modules/tool": { ...MIT, license: "AGPL-3.0" },
    };
    assert.deepEqual(
      shippedWith({ dependencies: { a: "1.0.0" } }, lock(packages)).map(({ path, version }) => `${path} ${version}`),
      ["node_modules/a 1.0.0", "node_modules/a/node_modules/b 2.0.0", "node_modules/c 1.0.0"],
    );
  });

  for (const { title, locked, error } of [
    {
      title: "a licence that asks for more than its text",
      locked: { ...MIT, license: "AGPL-3.0" },
      error: "a must not be shipped: its licence is AGPL-3.0",
    },
    {
      title: "no licence",
      locked: { version: "1.0.0", integrity: "sha512-AAAA" },
      error: "a must not be shipped: its licence is unknown",
    },
    {
      title: "no hash",
      locked: { version: "1.0.0", license: "MIT" },
      error: "package-lock.json does not pin a",
    },
  ]) {
    it(`is refused with ${title}`, () =>
      assert.throws(() => shippedWith({ dependencies: { a: "1" } }, lock({ "node_modules/a": locked })), {
        message: error,
      }));
  }
});

describe("the audit", () => {
  for (const { title, answer, passes, text } of [
    {
      title: "passes where nothing is known",
      answer: JSON.stringify({ vulnerabilities: {} }),
      passes: true,
      text: "no package that is shipped has a known weakness",
    },
    {
      title: "fails for what is known of what is shipped, and for nothing else",
      answer: JSON.stringify({
        vulnerabilities: {
          a: { severity: "low", range: "<2.0.0", nodes: ["node_modules/tool/node_modules/a", "node_modules/a"] },
          tool: { severity: "high", range: "*", nodes: ["node_modules/tool"] },
        },
      }),
      passes: false,
      text: "packages with known weaknesses:\n  a <2.0.0: low",
    },
    {
      title: "says that the registry has refused to answer",
      answer: JSON.stringify({ message: "405 Method Not Allowed", error: { summary: "" } }),
      passes: true,
      text: "NOT CHECKED for known weaknesses: the registry could not be asked (405 Method Not Allowed)",
    },
    {
      title: "says that the registry is out of reach",
      answer: JSON.stringify({ error: { code: "ENOTFOUND", summary: "getaddrinfo ENOTFOUND" } }),
      passes: true,
      text: "NOT CHECKED for known weaknesses: the registry could not be asked (getaddrinfo ENOTFOUND)",
    },
    {
      title: "says that npm has not answered",
      answer: "",
      passes: true,
      text: "NOT CHECKED for known weaknesses: the registry could not be asked (npm audit did not answer)",
    },
  ]) {
    it(title, () =>
      assert.deepEqual(
        judged(answer, (folder) => folder === "node_modules/a"),
        { passes, text },
      ),
    );
  }
});
