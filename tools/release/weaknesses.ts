interface Vulnerability {
  readonly severity: string;
  readonly range: string;
  /** The folders of what is installed of it. */
  readonly nodes: readonly string[];
}

/** Some of what `npm audit --json` prints: an answer of the registry, or why there is none. */
interface Report {
  readonly vulnerabilities?: Readonly<Record<string, Vulnerability>>;
  readonly message?: string;
  readonly error?: { readonly summary?: string; readonly code?: string };
}

export interface Judgement {
  readonly passes: boolean;
  readonly text: string;
}

/** `isShipped` tells of a folder. */
export function judged(json: string, isShipped: (folder: string) => boolean): Judgement {
  const { vulnerabilities, message, error } = parsed(json);
  if (vulnerabilities === undefined) {
    const reason = [message, error?.summary, error?.code].find(Boolean) ?? "npm audit did not answer";
    return { passes: true, text: `NOT CHECKED for known weaknesses: the registry could not be asked (${reason})` };
  }
  const weak = Object.entries(vulnerabilities)
    .filter(([, { nodes }]) => nodes.some(isShipped))
    .map(([name, { severity, range }]) => `${name} ${range}: ${severity}`);
  if (weak.length === 0) return { passes: true, text: "no package that is shipped has a known weakness" };
  return { passes: false, text: ["packages with known weaknesses:", ...weak.map((line) => `  ${line}`)].join("\n") };
}

function parsed(json: string): Report {
  try {
    return JSON.parse(json) as Report;
  } catch {
    return {};
  }
}
