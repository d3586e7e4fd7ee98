import { mkdirSync } from "node:fs";
import { delimiter, resolve } from "node:path";

import { pathKey } from "./commands";
import type { Engine } from "./search";

/**
 * The environment in which the engine runs in isolation: its home and its state live in `folder`, which is created, and
 * nothing that the user has set for their own Pulumi (backend, access token, stack) gets through.
 *
 * Stacks are made with a passphrase, or with the secrets provider that ISOLATED_SECRETS_PROVIDER names.
 *
 * No provider is downloaded and none is taken from the PATH: what a program needs must be attached or named in its
 * Pulumi.yaml. Pass further settings by adding to the result.
 */
export function engineEnvironment(
  engine: Engine,
  folder: string,
  environment: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
  const home = resolve(folder, "home");
  const state = resolve(folder, "state");
  for (const each of [home, state]) mkdirSync(each, { recursive: true });
  const path = pathKey(environment);
  const { ISOLATED_SECRETS_PROVIDER } = environment;
  return {
    ...withoutPulumiSettings(environment),
    [path]: [engine.folder, environment[path]].filter(Boolean).join(delimiter),
    PULUMI_HOME: home,
    PULUMI_BACKEND_URL: `file://${state.replaceAll("\\", "/")}`,
    PULUMI_CONFIG_PASSPHRASE: "isolated",
    ...(ISOLATED_SECRETS_PROVIDER === undefined ? {} : { PULUMI_OPTION_SECRETS_PROVIDER: ISOLATED_SECRETS_PROVIDER }),
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_IGNORE_AMBIENT_PLUGINS: "true",
  };
}

/** Everything but Pulumi's own variables: they carry credentials and choose backends. */
export function withoutPulumiSettings(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && !entry[0].toUpperCase().startsWith("PULUMI_"),
    ),
  );
}
