import type { BotocoreModel, BotocoreShape } from "../../lab/aws/botocore";

/** A model as botocore has it, with documentation and much else. */
export interface ServiceModel extends BotocoreModel {
  readonly documentation?: string;
}

const METADATA = ["apiVersion", "protocol", "targetPrefix", "xmlNamespace"] as const;

const OF_A_SHAPE: readonly (keyof BotocoreShape)[] = [
  "type",
  "required",
  "enum",
  "min",
  "max",
  "pattern",
  "timestampFormat",
];

const OF_A_MEMBER = ["shape", "location", "locationName", "queryName"] as const;

/** What of a model concerns these operations: their requests, and their answers where nothing else has them. */
export function reduced(
  model: ServiceModel,
  names: readonly string[],
  { outputs }: { readonly outputs: boolean },
): BotocoreModel {
  const operations: Record<string, BotocoreModel["operations"][string]> = {};
  const shapes: Record<string, BotocoreShape> = {};
  const keep = (name: string): void => {
    const shape = model.shapes[name];
    if (shape === undefined || name in shapes) return;
    shapes[name] = reducedShape(shape);
    for (const { shape: inner } of [
      ...Object.values(shape.members ?? {}),
      shape.member,
      shape.key,
      shape.value,
    ].flatMap((member) => member ?? []))
      keep(inner);
  };
  for (const name of [...names].sort()) {
    const operation = model.operations[name];
    if (operation === undefined) throw new Error(`botocore has no operation ${name}`);
    const { input, output, http } = operation;
    operations[name] = { http, ...(input && { input: { shape: input.shape } }) };
    if (input !== undefined) keep(input.shape);
    if (!outputs || output === undefined) continue;
    operations[name] = { ...operations[name], output: { shape: output.shape } };
    keep(output.shape);
  }
  return {
    metadata: picked(model.metadata, METADATA),
    operations,
    shapes: Object.fromEntries(Object.entries(shapes).sort(([one], [other]) => (one < other ? -1 : 1))),
  };
}

function reducedShape(shape: BotocoreShape): BotocoreShape {
  const { members, member, key, value } = shape;
  return {
    ...picked(shape, OF_A_SHAPE),
    ...(members && {
      members: Object.fromEntries(Object.entries(members).map(([name, each]) => [name, picked(each, OF_A_MEMBER)])),
    }),
    ...(member && { member: picked(member, OF_A_MEMBER) }),
    ...(key && { key: picked(key, OF_A_MEMBER) }),
    ...(value && { value: picked(value, OF_A_MEMBER) }),
  };
}

function picked<T extends object, K extends keyof T>(from: T, names: readonly K[]): Pick<T, K> {
  return Object.fromEntries(names.filter((name) => name in from).map((name) => [name, from[name]])) as Pick<T, K>;
}
