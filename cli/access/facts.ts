import type { Facts } from "../preflight/facts/facts";
import type { Organization } from "./organization";

/** What `access` knows: what `preflight` reads, and the organization's policies where somebody has exported them. */
export interface AccessFacts {
  readonly facts: Facts;
  readonly exported?: Organization | undefined;
}
