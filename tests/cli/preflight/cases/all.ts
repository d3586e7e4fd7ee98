import type { RuleCase } from "./case";
import { KEY_CASES } from "./keys";
import { NAME_CASES } from "./names";
import { PACKET_CASES } from "./packets";
import { PERMISSION_CASES } from "./permissions";
import { OTHER_CASES } from "./rest";
import { ROUTE_CASES } from "./routes";

export const CASES: readonly RuleCase[] = [
  ...ROUTE_CASES,
  ...NAME_CASES,
  ...PACKET_CASES,
  ...PERMISSION_CASES,
  ...KEY_CASES,
  ...OTHER_CASES,
];
