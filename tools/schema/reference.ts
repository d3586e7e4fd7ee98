import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SCHEMA_FILE } from "./packageSchema";

/** Where the generated reference is kept. */
export const REFERENCE_FILE = join(__dirname, "../../docs/api.md");

interface Spec {
  readonly type?: string;
  readonly $ref?: string;
  readonly items?: Spec;
  readonly additionalProperties?: Spec;
  readonly description: string;
}

interface Members {
  readonly properties: Readonly<Record<string, Spec>>;
  readonly required: readonly string[];
}

interface Schema {
  readonly resources: Readonly<
    Record<
      string,
      Members & { description: string; inputProperties: Members["properties"]; requiredInputs: readonly string[] }
    >
  >;
  readonly functions: Readonly<Record<string, { description: string; inputs: Members; outputs: Members }>>;
  readonly types: Readonly<
    Record<string, { description: string; enum?: readonly { value: string; description?: string }[] } & Members>
  >;
}

/** The reference of all components, functions and types, from the same docstrings as the schema. */
export function reference(): string {
  const schema = JSON.parse(readFileSync(SCHEMA_FILE, "utf8")) as Schema;
  return [
    "# API reference\n\nGenerated from the docstrings by `npm run schema`. Names are those of YAML and TypeScript; " +
      "other languages write them in\ntheir own way (`vpc_id` in Python, `VpcId` in Go and C#).\n",
    "## Components\n",
    ...Object.entries(schema.resources).flatMap(
      ([token, { description, inputProperties, requiredInputs, properties }]) => [
        `### ${nameOf(token)}\n\n\`${token}\`\n\n${description}\n`,
        table("argument", { properties: inputProperties, required: requiredInputs }),
        table("output", { properties, required: Object.keys(properties) }),
      ],
    ),
    "## Functions\n",
    ...Object.entries(schema.functions).flatMap(([token, { description, inputs, outputs }]) => [
      `### ${nameOf(token)}\n\n\`${token}\`\n\n${description}\n`,
      table("input", inputs),
      table("output", outputs),
    ]),
    "## Types\n",
    ...Object.entries(schema.types).map(([token, type]) => {
      const members = type.enum === undefined ? table("property", type) : choices(type.enum);
      return `### ${nameOf(token)}\n\n${type.description}\n\n${members}`;
    }),
  ].join("\n");
}

function table(kind: string, { properties, required }: Members): string {
  const isRequired = (name: string): boolean => required.includes(name);
  // What a reader has to give comes first.
  const sorted = Object.entries(properties).sort(
    ([one], [other]) => Number(isRequired(other)) - Number(isRequired(one)),
  );
  const rows = sorted.map(
    ([name, spec]) =>
      `| \`${name}\` | ${typeText(spec)}${isRequired(name) ? "" : ", optional"} | ${cell(spec.description)} |`,
  );
  return [`| ${kind} | type | meaning |`, "|---|---|---|", ...rows, ""].join("\n");
}

function choices(values: readonly { value: string; description?: string }[]): string {
  return [
    ...values.map(
      ({ value, description }) => `- \`${value}\`${description === undefined ? "" : `: ${cell(description)}`}`,
    ),
    "",
  ].join("\n");
}

function typeText({ type, $ref, items, additionalProperties }: Spec): string {
  if ($ref !== undefined) return `[${nameOf($ref)}](#${nameOf($ref).toLowerCase()})`;
  if (items !== undefined) return `list of ${typeText(items)}`;
  if (additionalProperties !== undefined) return `map of ${typeText(additionalProperties)}`;
  return type ?? "";
}

function cell(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, " ").replaceAll("|", "\\|");
}

function nameOf(token: string): string {
  return token.split(":").at(-1) ?? "";
}

/** Writes the reference from the schema that is in the repository. */
export function writeReference(): void {
  writeFileSync(REFERENCE_FILE, reference());
}
