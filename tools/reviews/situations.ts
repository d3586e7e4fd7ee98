import { COMPONENTS } from "./situations/components";
import { DERIVED } from "./situations/derived";
import { OF_LANGUAGES } from "./situations/languages";
import { PLAIN } from "./situations/plain";
import { PROJECTS } from "./situations/projects";
import type { Situation } from "./situation";

/** Each in a form that breaks connections, and in one that looks alike and does not. */
export const SITUATIONS: readonly Situation[] = [...COMPONENTS, ...PLAIN, ...PROJECTS, ...OF_LANGUAGES, ...DERIVED];
