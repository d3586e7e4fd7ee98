import { counted } from "../../words";
import { listed } from "../../preflight/network";
import type { Known } from "./known";

/** What else decides, and no preview shows, or this one does not. */
export function notSeenIn(
  { callers, callersLeftOut, policies, tables, endpoints, ways, preview }: Known,
  { readsAddresses, open }: { readonly readsAddresses: boolean; readonly open: readonly string[] },
): readonly string[] {
  const unread = [...new Set(callers.flatMap((caller) => caller.unread))];
  const managed = unread.filter((name) => name.startsWith("arn:"));
  const hidden = [
    ...unread.filter((name) => !name.startsWith("arn:")),
    ...policies.filter(({ isHidden, name }) => isHidden && !unread.includes(name)).map(({ name }) => name),
    ...endpoints.all().flatMap(({ isHidden, name }) => (isHidden ? [name] : [])),
  ];
  const addresses = ways.flatMap(({ before, after }) => [before, after]).some(({ hidesAddress }) => hidesAddress);
  const hidesAddresses = readsAddresses && addresses;
  const others = open.filter((each) => !(hidesAddresses && each === "aws:SourceIp"));
  return [
    ...(callersLeftOut > 0
      ? [`${counted(callersLeftOut, "caller")} more: with so many tables' policies they are not looked at`]
      : []),
    ...(preview.hidesUnchanged ? ["what is unchanged (--show-sames shows it)"] : []),
    ...(managed.length > 0
      ? [`${counted(managed.length, "managed policy").replace(/ys$/, "ies")} by ARN alone: ${listed(managed, 5)}`]
      : []),
    ...(hidden.length > 0
      ? [`what is secret, known after deployment, or made elsewhere: ${listed([...new Set(hidden)], 5)}`]
      : []),
    ...(hidesAddresses ? ["the public addresses of the default routes (aws:SourceIp)"] : []),
    ...(others.length > 0 ? [`what outcomes depend on: ${listed(others, 5)}`] : []),
    tables.length === 0 ? "tables" : "tables and roles that are made elsewhere",
    "policies of the organization",
  ];
}
