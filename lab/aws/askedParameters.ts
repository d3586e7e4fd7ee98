import type { CallParameters } from "../cloud/questions";
import { decapitalised } from "./operations";
import type { Members } from "./protocols/protocol";

/** A request's members by the cloud's names, its tags in the cloud's form: what its permissions are asked with. */
export function askedParameters(members: Members): CallParameters {
  const { Tags: tags, tags: plain, TagSpecifications: specifications, ...rest } = members;
  const given = tags ?? plain;
  const listed = [
    ...tagsIn(given),
    ...(Array.isArray(specifications) ? (specifications as readonly Members[]) : []).flatMap((each) =>
      tagsIn(each.Tags),
    ),
  ];
  const asMap = typeof given === "object" && !Array.isArray(given) ? given : Object.fromEntries(listed);
  return {
    ...decapitalised(rest),
    tags: asMap,
    ...(listed.length > 0 && { tagKeys: listed.map(([key]) => key) }),
    ...(Array.isArray(rest.TagKeys) && { tagKeys: rest.TagKeys as readonly string[] }),
  } as unknown as CallParameters;
}

function tagsIn(tags: unknown): readonly (readonly [string, string])[] {
  if (!Array.isArray(tags)) return [];
  return (tags as readonly Readonly<Record<string, string | undefined>>[]).map((tag) => [
    tag.Key ?? tag.key ?? "",
    tag.Value ?? tag.value ?? "",
  ]);
}
