import { join } from "node:path";
import ts from "typescript";
import { mutated, type Mutation } from "./mutations";

/** Says what the compiler would refuse a mutation for: `npm test` begins with it. */
export type TypeCheck = (mutation: Mutation, text: string) => string | undefined;

/** Looks at the mutated file alone: what it exports has its types written down. */
export function typeCheck(root: string): TypeCheck {
  const configFile = ts.findConfigFile(root, (file) => ts.sys.fileExists(file));
  const config =
    configFile === undefined ? {} : (ts.readConfigFile(configFile, (file) => ts.sys.readFile(file)).config as object);
  const { options } = ts.parseJsonConfigFileContent({ ...config, files: [], include: [] }, ts.sys, root);
  let [looked, text, version] = ["", "", 0];
  const service = ts.createLanguageService({
    getCompilationSettings: () => options,
    getScriptFileNames: () => [looked],
    getScriptVersion: (file) => (file === looked ? String(version) : "0"),
    getScriptSnapshot: (file) => {
      const content = file === looked ? text : ts.sys.readFile(file);
      return content === undefined ? undefined : ts.ScriptSnapshot.fromString(content);
    },
    getCurrentDirectory: () => root,
    getDefaultLibFileName: (settings) => ts.getDefaultLibFilePath(settings),
    fileExists: (file) => ts.sys.fileExists(file),
    readFile: (file) => ts.sys.readFile(file),
    directoryExists: (folder) => ts.sys.directoryExists(folder),
    getDirectories: (folder) => ts.sys.getDirectories(folder),
  });
  return (mutation, original) => {
    [looked, text, version] = [join(root, mutation.file), mutated(original, mutation), version + 1];
    const [problem] = service.getSemanticDiagnostics(looked);
    return problem && ts.flattenDiagnosticMessageText(problem.messageText, " ");
  };
}
