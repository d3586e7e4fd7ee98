import type { ProviderConfiguration } from "./configuration";
import type { Property, ResourceType } from "./resourceType";
import { allTags } from "./tags";
import { UNKNOWN, type Values } from "./values";

/** What a resource will be once it is created: AWS's answers are unknown until then. */
export function plannedCreation(type: ResourceType, inputs: Values, provider: ProviderConfiguration): Values {
  return planned(type, inputs, provider, () => UNKNOWN);
}

/**
 * What a resource will be after an update in place: AWS's answers stay as they are, but for those that the changes
 * concern.
 */
export function plannedUpdate(
  type: ResourceType,
  inputs: Values,
  provider: ProviderConfiguration,
  state: Values,
  changed: ReadonlySet<string>,
): Values {
  return planned(type, inputs, provider, (name, { changesWith = [] }) =>
    changesWith.some((input) => changed.has(input)) ? UNKNOWN : state[name],
  );
}

function planned(
  type: ResourceType,
  inputs: Values,
  provider: ProviderConfiguration,
  answer: (name: string, property: Property) => unknown,
): Values {
  const outputs = Object.entries(type.properties).map(([name, property]) => {
    if (name === "region") return [name, inputs["region"] ?? provider.region];
    if (name === "tagsAll") return [name, allTags(provider.defaultTags, inputs["tags"])];
    return [name, inputs[name] ?? (property.computed ? answer(name, property) : undefined)];
  });
  return Object.fromEntries(outputs) as Values;
}
