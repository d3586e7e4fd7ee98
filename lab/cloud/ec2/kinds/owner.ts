import { ACCOUNT_ID } from "../../identifiers";

/** For the filter `owner-id`: all that the lab has is its one account's. */
export function ownerId(): readonly string[] {
  return [ACCOUNT_ID];
}
