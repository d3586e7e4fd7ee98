import type { RuleCase } from "./case";
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
  ...OTHER_CASES,
];
