import type { Values } from "./values";

/** Something was created, and a creation in the provider's sense has failed all the same. */
export class IncompleteCreation extends Error {
  constructor(
    readonly id: string,
    message: string,
  ) {
    super(message);
    this.name = "IncompleteCreation";
  }
}

/**
 * What a bridged provider answers then: the engine keeps the resource in its state, with what is known of it, and
 * updates it in the next run although nothing has changed (`initializationError` in pkg/tfbridge of
 * pulumi-terraform-bridge).
 */
export class InitializationError extends Error {
  constructor(
    readonly id: string,
    readonly state: Values,
    message: string,
  ) {
    super(message);
    this.name = "InitializationError";
  }

  /** The bridge says beside the provider's words what it was creating. */
  creating(urn: string): InitializationError {
    return new InitializationError(this.id, this.state, `creating ${urn}: ${this.message}`);
  }
}
