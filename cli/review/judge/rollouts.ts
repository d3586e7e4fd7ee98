import { REMARKS_VERSION, type RolloutRemarks } from "../../../components/plan/remarks";
import type { Preview } from "../read/preview";
import { parseUrn } from "../read/urn";
import { isRecord, listIn, recordIn, shownText, textsIn, type JsonRecord } from "../read/values";

/** What a roll-out leaves in a preview for those who read it, as far as it can be read. */
export type Remarks = Omit<RolloutRemarks, "version">;

/** By the URN of the component. */
export function remarksIn({ changes }: Preview): ReadonlyMap<string, Remarks> {
  const found = new Map<string, Remarks>();
  for (const { type, name, parent, before, after } of changes.values()) {
    if (type !== "pulumi:index:Stash" || parent === undefined || name !== `${parseUrn(parent).name}-plan`) continue;
    const remarks = remarksFrom(recordIn((after ?? before)?.inputs.input).remarks);
    if (remarks !== undefined) found.set(parent, remarks);
  }
  return found;
}

/** Those of another version are left alone. */
function remarksFrom(given: unknown): Remarks | undefined {
  if (!isRecord(given) || given.version !== REMARKS_VERSION) return undefined;
  const { stages, throughStage, window, checked, isolated } = given;
  return {
    stages: listIn(stages)
      .filter(isRecord)
      .map(({ name, routeTables }) => ({ name: shownText(name) ?? "", routeTables: textsIn(routeTables) })),
    throughStage: shownText(throughStage) ?? "",
    window: windowFrom(recordIn(window)),
    checked: textsIn(checked),
    isolated: textsIn(isolated),
  };
}

function windowFrom({ opensAt, closesAt }: JsonRecord): Remarks["window"] {
  const [opens, closes] = [shownText(opensAt), shownText(closesAt)];
  return opens === undefined || closes === undefined ? undefined : { opensAt: opens, closesAt: closes };
}
