import type { ApiError } from "../../cloud/apiError";
import type { Violation } from "../constraints";
import type { Model, Operation } from "../model";

/** The members of a structure, by the names that AWS's API has for them. */
export type Members = Readonly<Record<string, unknown>>;

export interface WireRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A way in which services of AWS write requests, answers and errors. */
export interface Protocol {
  /** The name of the operation that is asked for, whether there is one of that name or not. */
  operationName(request: WireRequest, model: Model): string;
  /** Throws what AWS answers to a request that is not written as it should be. */
  read(request: WireRequest, operation: Operation): Members;
  answer(operation: Operation, output: Members, model: Model, requestId: string): WireAnswer;
  refuse(error: ApiError, model: Model | undefined, requestId: string): WireAnswer;
  /** Of an operation that the lab does not serve, or that AWS does not have. */
  readonly unknownOperationCode: string;
  /** Of a request that breaks AWS's model. */
  invalid(violations: readonly Violation[]): ApiError;
  /** How credentials are refused, by the cloud's code for it. */
  readonly credentialErrors: Readonly<Record<string, ApiError>>;
  /** Of a request that lacks something which it must have. */
  missing(operation: Operation, member: string): ApiError;
}
