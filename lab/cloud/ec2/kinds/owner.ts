import { ACCOUNT_ID } from "../../identifiers";

/** What is shared with the lab's account, or what another account has put into a VPC of it. */
export interface Owned {
  /** Absent: the lab's one account. */
  readonly ownerId?: string;
}

export function ownerOf({ ownerId = ACCOUNT_ID }: Owned): string {
  return ownerId;
}

/** For the filter `owner-id`. */
export function ownerId(record: object): readonly string[] {
  return [ownerOf(record)];
}
