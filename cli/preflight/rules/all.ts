import type { Rule } from "./rule";

/** Every rule, in the order in which a support engineer walks. */
export const RULES: readonly Rule[] = [];
