/** What the engine writes for a value that deployment decides: https://github.com/pulumi/pulumi, sdk/go/common/resource/plugin/rpc.go */
const UNKNOWN: ReadonlySet<unknown> = new Set([
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** How an object in an event stream says that it stands for a secret. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";

/** How a digest says the same. */
const SECRET_TEXT = "[secret]";

export type JsonRecord = Readonly<Record<string, unknown>>;

export function isUnknownValue(value: unknown): boolean {
  return UNKNOWN.has(value);
}

export function isSecretValue(value: unknown): boolean {
  return value === SECRET_TEXT || (isRecord(value) && value[SIGNATURE] === SECRET_SIGNATURE);
}

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A text that may be shown: neither unknown nor secret. */
export function shownText(value: unknown): string | undefined {
  return typeof value === "string" && !isUnknownValue(value) && !isSecretValue(value) ? value : undefined;
}

export function recordIn(value: unknown): JsonRecord {
  return isRecord(value) && !isSecretValue(value) ? value : {};
}

export function listIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The texts of a list; what else it has is left out. */
export function textsIn(value: unknown): readonly string[] {
  return listIn(value).filter((each): each is string => typeof each === "string");
}
