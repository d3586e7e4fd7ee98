import { Unjudged } from "../../exit";
import { PreviewBuilder, type Preview } from "./preview";
import { isRecord, listIn, type JsonRecord } from "./values";

/** What `pulumi preview --json` writes: https://github.com/pulumi/pulumi, pkg/display, `PreviewDigest`. */
export function readDigest(source: string, text: string): Preview {
  const digest = parsed(source, text);
  if (!(Array.isArray(digest.steps) || isRecord(digest.changeSummary) || Array.isArray(digest.diagnostics)))
    throw new Unjudged(`${source} is JSON, but no preview: give it the output of \`pulumi preview --json\``);
  const builder = new PreviewBuilder();
  for (const step of listIn(digest.steps)) {
    if (!isRecord(step) || typeof step.op !== "string" || typeof step.urn !== "string") continue;
    builder.addStep(step.op, step.urn, step.oldState, step.newState);
  }
  for (const each of listIn(digest.diagnostics)) {
    if (!isRecord(each) || typeof each.message !== "string") continue;
    const urn = typeof each.urn === "string" ? each.urn : undefined;
    builder.addMessage(urn, String(each.severity), each.message);
  }
  const same = isRecord(digest.changeSummary) ? Number(digest.changeSummary.same ?? 0) : 0;
  return builder.preview({
    source,
    format: "digest",
    // The stack itself is shown whatever was asked for.
    hidesUnchanged: same > builder.count("same"),
    madeAt: undefined,
    failed: false,
  });
}

function parsed(source: string, text: string): JsonRecord {
  try {
    const digest: unknown = JSON.parse(text);
    return isRecord(digest) ? digest : {};
  } catch (error) {
    if (/after JSON/.test(String(error)))
      throw new Unjudged(`${source} has text after the preview: keep the errors apart, with \`2> errors.txt\``);
    throw new Unjudged(
      `${source} is cut off, or no JSON: ${(error as Error).message}. Write the preview once more, ` +
        "with `pulumi preview --json --show-sames`",
    );
  }
}
