import { readFileSync } from "node:fs";
import { load } from "js-yaml";
import { Unjudged } from "../exit";

/** An account of an organization, and where in it to look. */
export interface Account {
  readonly role: string;
  readonly externalId?: string;
  readonly regions: readonly string[];
}

const FORM = "accounts: [{role: arn:aws:iam::111122223333:role/preflight, regions: [eu-west-1]}]";

const FIELDS: readonly string[] = ["role", "externalId", "regions"];

/** Roles and Regions, in YAML or JSON. */
export function accountsIn(file: string): readonly Account[] {
  const wrong = (what: string): Unjudged => new Unjudged(`--accounts ${file}: ${what}`);
  const read = yamlIn(file, wrong);
  const accounts = typeof read === "object" && read !== null ? (read as { accounts?: unknown }).accounts : undefined;
  if (!Array.isArray(accounts) || accounts.length === 0) throw wrong(`it is written as ${FORM}`);
  return accounts.map((entry: unknown, i) => accountOf(entry, (what) => wrong(`accounts[${i}]${what}`)));
}

function accountOf(entry: unknown, wrong: (what: string) => Unjudged): Account {
  if (typeof entry !== "object" || entry === null) throw wrong(` is written as in ${FORM}`);
  const [unknown] = Object.keys(entry).filter((name) => !FIELDS.includes(name));
  if (unknown !== undefined) throw wrong(`.${unknown} is not known: there are ${FIELDS.join(", ")}`);
  const { role, externalId, regions } = entry as Readonly<Record<string, unknown>>;
  if (typeof role !== "string" || !/^arn:[\w-]+:iam::\d{12}:role\/.+$/.test(role))
    throw wrong(".role is no ARN of a role: arn:aws:iam::111122223333:role/preflight");
  if (externalId !== undefined && typeof externalId !== "string") throw wrong(".externalId is no text: quote it");
  if (!isTexts(regions) || regions.length === 0) throw wrong(".regions is no list of Regions: [eu-west-1]");
  return { role, regions, ...(externalId !== undefined && { externalId }) };
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === "string" && each !== "");
}

function yamlIn(file: string, wrong: (what: string) => Unjudged): unknown {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw wrong(`it cannot be read: ${(error as Error).message}`);
  }
  try {
    return load(text);
  } catch (error) {
    // Without the excerpt that comes with it.
    const { reason, mark } = error as { readonly reason?: string; readonly mark?: { readonly line: number } };
    throw wrong(`it is neither YAML nor JSON: ${reason ?? ""}${mark === undefined ? "" : `, line ${mark.line + 1}`}`);
  }
}
