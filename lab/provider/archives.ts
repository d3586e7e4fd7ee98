import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { isObject } from "./values";

type File = readonly [path: string, text: string];

/**
 * The files of an archive as the engine sends it: nested archives, folders, files and texts, by their paths in it.
 * Paths on disk are read now, as the real provider does. See sdk/go/common/resource/archive in pulumi/pulumi.
 */
export function* archivedFiles(archive: unknown, at: string): Iterable<File> {
  const { assets, path, text, uri } = isObject(archive) ? archive : {};
  if (isObject(assets)) {
    for (const [name, inner] of Object.entries(assets)) yield* archivedFiles(inner, at === "" ? name : `${at}/${name}`);
  } else if (typeof path === "string" && path !== "") {
    yield* filesOnDisk(path, at);
  } else if (typeof uri === "string" && uri !== "") {
    throw new Error(`the lab does not fetch the code at ${uri}: use files or texts`);
  } else {
    yield [at, typeof text === "string" ? text : ""];
  }
}

function* filesOnDisk(path: string, at: string): Iterable<File> {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined)
    throw new Error(`the lab finds nothing at ${path}, seen from the folder it runs in: use absolute paths`);
  if (found.isDirectory()) {
    for (const name of readdirSync(path)) yield* filesOnDisk(join(path, name), at === "" ? name : `${at}/${name}`);
    return;
  }
  if (at === "") throw new Error(`the lab does not unpack ${path}: use an archive of files, texts or a folder`);
  yield [at, readFileSync(path, "utf8")];
}
