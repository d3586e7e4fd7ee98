import { readFileSync } from "node:fs";
import Module from "node:module";
import { join, relative, sep } from "node:path";
import { transformSync } from "esbuild";

type Loader = (module: NodeJS.Module & { _compile(code: string, file: string): void }, file: string) => void;

/** File → what it was compiled to, as it stands on the disk. */
const compiled = new Map<string, string>();

/** From now on the project is loaded anew, with other texts for some of its files; packages stay loaded. */
export function loadFrom(root: string, texts: ReadonlyMap<string, string>): void {
  const { _extensions: loaders } = Module as unknown as { _extensions: Record<string, Loader> };
  loaders[".ts"] = (module, file) => {
    const text = texts.get(relative(root, file).split(sep).join("/"));
    module._compile(text === undefined ? compiledFile(file) : compile(text), file);
  };
  forget(
    (file) =>
      file.startsWith(join(root, sep)) &&
      !file.includes(`${sep}node_modules${sep}`) &&
      !file.startsWith(join(__dirname, sep)),
  );
}

function compiledFile(file: string): string {
  const known = compiled.get(file);
  if (known !== undefined) return known;
  const code = compile(readFileSync(file, "utf8"));
  compiled.set(file, code);
  return code;
}

function compile(text: string): string {
  return transformSync(text, { loader: "ts", format: "cjs", platform: "node", target: "node20" }).code;
}

function forget(isForgotten: (file: string) => boolean): void {
  for (const file of Object.keys(require.cache)) if (isForgotten(file)) Reflect.deleteProperty(require.cache, file);
  // What loaded them would keep them, and everything that they hold, in memory.
  for (const module of Object.values(require.cache)) {
    if (module?.children.some(({ id }) => isForgotten(id)) === true)
      module.children = module.children.filter(({ id }) => !isForgotten(id));
  }
}
