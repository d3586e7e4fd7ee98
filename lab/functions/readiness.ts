import { ApiError } from "../cloud/apiError";
import type { SetupFailure } from "../cloud/functionConfiguration";
import { INVOKE_ERRORS, type InvokeError } from "../cloud/invokeErrors";
import type { Impairments, Place } from "../dataPlane/impairments";

/** Whether Lambda comes to set functions up, and to invoke them: what the code of a function has no part in. */
export class Readiness {
  readonly #impairments: Impairments;
  /** When the functions that were inactive can be invoked again, by `REGION/NAME`. */
  readonly #wakesAt = new Map<string, number>();

  constructor(impairments: Impairments) {
    this.#impairments = impairments;
  }

  setupFailure(place: Place): SetupFailure | undefined {
    return this.#impairments.at("failingSetup", place) && SETUP_FAILURE;
  }

  requireInvocable(place: Place): void {
    const refused = this.#impairments.strike("refusedInvocations", place);
    if (refused !== undefined) throw apiError(refused.error);
    const inactive = this.#impairments.at("inactiveFunctions", place);
    if (inactive !== undefined) this.#wake(`${place.region}/${place.functionName}`, inactive.wakeMillis);
  }

  /**
   * The invocation that finds a function inactive fails, and begins to wake it; those that come before it is awake
   * fail, too.
   */
  #wake(key: string, wakeMillis: number): void {
    const wakesAt = this.#wakesAt.get(key);
    if (wakesAt === undefined) {
      this.#wakesAt.set(key, Date.now() + wakeMillis);
      throw apiError(errorOf("ResourceNotReadyException"));
    }
    if (Date.now() < wakesAt) throw apiError(errorOf("ResourceConflictException"));
  }
}

const SETUP_FAILURE: SetupFailure = {
  stateReasonCode: "InsufficientRolePermissions",
  stateReason: "The function's execution role doesn't have permission to perform this operation.",
};

function apiError({ code, message, statusCode }: InvokeError): ApiError {
  return new ApiError(code, message, statusCode);
}

function errorOf(code: string): InvokeError {
  const found = INVOKE_ERRORS.find((known) => known.code === code);
  if (found === undefined) throw new Error(`Lambda has no error ${code}`);
  return found;
}
