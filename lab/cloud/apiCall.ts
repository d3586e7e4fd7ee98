/** One call of an AWS API, as CloudTrail would have it. */
export interface ApiCall {
  /** Counts every call of this lab, in the order in which they arrived. */
  readonly sequence: number;
  /** When the call arrived. Unit: milliseconds since the epoch. */
  readonly at: number;
  /** When it was answered; a change of a route takes effect then. Absent while it is under way. */
  readonly answeredAt?: number;
  readonly region: string;
  readonly service: string;
  readonly action: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** What a mutation answered, for example the id of what it created. */
  readonly answer?: unknown;
  readonly error?: { readonly code: string; readonly message: string };
}

const READING = /^(Describe|Filter|Get|List)/;

/** Whether a call may have changed something. */
export function isMutation(call: ApiCall): boolean {
  return !READING.test(call.action);
}
