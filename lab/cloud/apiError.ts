/** The call that an error answers. */
export interface AnsweredCall {
  readonly service: string;
  readonly action: string;
  readonly sequence: number;
}

/** What an AWS API answers when it refuses a request: a code that programs branch on, and a message for people. */
export class ApiError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly statusCode = 400,
    readonly call?: AnsweredCall,
    /** How often it was asked for, where that was as often as may be. */
    readonly attempts?: number,
  ) {
    super(message);
    this.name = "ApiError";
  }

  answering(call: AnsweredCall): ApiError {
    return new ApiError(this.code, this.message, this.statusCode, call);
  }

  afterAttempts(attempts: number): ApiError {
    return new ApiError(this.code, this.message, this.statusCode, this.call, attempts);
  }
}

/** Whether `error` is AWS's answer with one of these codes. */
export function isApiError(error: unknown, ...codes: readonly string[]): error is ApiError {
  return error instanceof ApiError && codes.includes(error.code);
}
