/** The parts of a URN: `urn:pulumi:STACK::PROJECT::PARENTTYPE$TYPE::NAME`. */
export interface Urn {
  readonly urn: string;
  readonly stack: string;
  readonly project: string;
  /** Without its parents'. */
  readonly type: string;
  /** It may have `::` in it. */
  readonly name: string;
}

export function parseUrn(urn: string): Urn {
  const [stack = "", project = "", types = "", ...name] = urn.replace(/^urn:pulumi:/, "").split("::");
  return { urn, stack, project, type: types.slice(types.lastIndexOf("$") + 1), name: name.join("::") };
}

/** Whether it is one of this package's components. */
export function isComponent({ type }: Pick<Urn, "type">): boolean {
  return type.startsWith("dynamodb-endpoint:index:");
}
