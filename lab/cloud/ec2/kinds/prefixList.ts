import { createHash } from "node:crypto";
import type { Kind } from "./kind";
import { type Owned, ownerId } from "./owner";

/**
 * An AWS-managed prefix list:
 * https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html
 */
export interface PrefixList {
  readonly prefixListId: string;
  readonly prefixListName: string;
  readonly cidrs: readonly string[];
}

/** The services that gateway endpoints exist for, with ranges in the manner of the real ones. */
const GATEWAY_SERVICES: Readonly<Record<string, readonly string[]>> = {
  dynamodb: ["3.218.180.0/22", "52.94.0.0/22", "52.119.224.0/20"],
  s3: ["3.5.0.0/19", "52.216.0.0/15", "54.231.0.0/16"],
};

/** The prefix lists of one Region's gateway services. Their ids differ by Region, as AWS's do. */
export function prefixListsOf(region: string): readonly PrefixList[] {
  return Object.entries(GATEWAY_SERVICES).map(([service, cidrs]) => {
    const prefixListName = `com.amazonaws.${region}.${service}`;
    const digits = createHash("sha256").update(prefixListName).digest("hex").slice(0, 8);
    return { prefixListId: `pl-${digits}`, prefixListName, cidrs };
  });
}

export function prefixListOfService(region: string, serviceName: string): PrefixList | undefined {
  return prefixListsOf(region).find(({ prefixListName }) => prefixListName === serviceName);
}

export function isServicePrefixList(region: string, prefixListId: string | undefined): boolean {
  return prefixListsOf(region).some((known) => known.prefixListId === prefixListId);
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribePrefixLists.html */
export const PREFIX_LIST: Kind<PrefixList> = {
  what: "prefix list ID",
  id: "prefixListId",
  idPrefix: "pl",
  notFound: "InvalidPrefixListId.NotFound",
  malformed: "InvalidPrefixListId.Malformed",
  pages: { least: 1, most: 1000 },
  untagged: true,
  filters: { "prefix-list-id": "prefixListId", "prefix-list-name": "prefixListName" },
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ManagedPrefixList.html */
export interface ManagedPrefixList extends Owned {
  readonly prefixListId: string;
  readonly prefixListName: string;
  readonly addressFamily: string;
  readonly state: "create-complete" | "modify-complete";
  readonly maxEntries?: number;
  readonly version?: number;
  readonly entries: readonly PrefixListEntry[];
  /** The entries of the versions before, the first one first. */
  readonly past: readonly (readonly PrefixListEntry[])[];
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_PrefixListEntry.html */
export interface PrefixListEntry {
  readonly cidr: string;
  readonly description?: string;
}

/** AWS's own ones of a Region: they have neither versions nor a number of entries. */
export function awsPrefixListsOf(region: string): readonly ManagedPrefixList[] {
  return prefixListsOf(region).map(({ prefixListId, prefixListName, cidrs }) => ({
    prefixListId,
    prefixListName,
    addressFamily: "IPv4",
    state: "create-complete",
    ownerId: "AWS",
    entries: cidrs.map((cidr) => ({ cidr })),
    past: [],
  }));
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeManagedPrefixLists.html */
export const MANAGED_PREFIX_LIST: Kind<ManagedPrefixList> = {
  what: "prefix list ID",
  id: "prefixListId",
  idPrefix: "pl",
  notFound: "InvalidPrefixListID.NotFound",
  malformed: "InvalidPrefixListId.Malformed",
  pages: { least: 1, most: 100 },
  filters: { "owner-id": ownerId, "prefix-list-id": "prefixListId", "prefix-list-name": "prefixListName" },
};
