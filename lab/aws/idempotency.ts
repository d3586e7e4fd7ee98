import { ApiError } from "../cloud/apiError";
import type { Members } from "./protocols/protocol";

interface Answered {
  readonly parameters: string;
  readonly output: Promise<Members>;
}

/**
 * A request that comes again with its client token gets the answer of the first one, and nothing is made twice:
 * https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html
 */
export class Idempotency {
  readonly #answered = new Map<string, Answered>();

  async once(
    action: string,
    { ClientToken: token, ...members }: Members,
    perform: (members: Members) => Promise<Members>,
  ): Promise<Members> {
    if (token === undefined) return perform(members);
    const key = `${action} ${JSON.stringify(token)}`;
    const parameters = JSON.stringify(members);
    const known = this.#answered.get(key);
    if (known === undefined) {
      const output = perform(members);
      this.#answered.set(key, { parameters, output });
      // What was refused may be asked for again.
      output.catch(() => this.#answered.delete(key));
      return output;
    }
    if (known.parameters === parameters) return known.output;
    throw new ApiError(
      "IdempotentParameterMismatch",
      "The client token was used by a previous request with different parameters.",
    );
  }
}
