import { CLIENTS } from "./clients";
import { NAMES } from "./names";
import { PACKETS } from "./packets";
import { PERMISSIONS } from "./permissions";
import { LIMITS } from "./quotas";
import { ROUTES } from "./routes";
import type { Rule } from "./rule";

/** Every rule, in the order of the families. */
export const RULES: readonly Rule[] = [...ROUTES, ...NAMES, ...PACKETS, ...PERMISSIONS, ...CLIENTS, ...LIMITS];
