import { ApiError } from "../apiError";
import type { Tags } from "../tags";
import { canonicalCidr, canonicalIpv6Cidr, parseCidr } from "./cidr";
import {
  awsPrefixListsOf,
  MANAGED_PREFIX_LIST,
  type ManagedPrefixList,
  type PrefixListEntry,
} from "./kinds/prefixList";
import { type Ec2Network, ec2Operations, existing } from "./network";

export interface CreateManagedPrefixListRequest {
  readonly prefixListName: string;
  readonly addressFamily: string;
  readonly maxEntries: number;
  readonly entries?: readonly PrefixListEntry[];
  readonly tags?: Tags;
}

export interface ModifyManagedPrefixListRequest {
  readonly prefixListId: string;
  readonly prefixListName?: string;
  /** The version that is to be changed, where entries are. */
  readonly currentVersion?: number;
  readonly maxEntries?: number;
  readonly addEntries?: readonly PrefixListEntry[];
  readonly removeEntries?: readonly Pick<PrefixListEntry, "cidr">[];
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateManagedPrefixList.html */
export const managedPrefixListOperations = ec2Operations((network) => {
  return {
    createManagedPrefixList: ({ entries = [], tags = {}, ...request }: CreateManagedPrefixListRequest) => {
      if (!["IPv4", "IPv6"].includes(request.addressFamily)) {
        throw new ApiError("InvalidParameterValue", `The address family ${request.addressFamily} is invalid.`);
      }
      if (request.prefixListName.startsWith("com.amazonaws")) {
        throw new ApiError("InvalidParameterValue", "A prefix list name cannot start with 'com.amazonaws'.");
      }
      const list: ManagedPrefixList = {
        prefixListId: network.newId("pl"),
        ...request,
        state: "create-complete",
        version: 1,
        entries: entries.map((entry) => canonicalEntry(request.addressFamily, entry)),
        past: [],
      };
      return put(network, list, tags);
    },

    modifyManagedPrefixList: (request: ModifyManagedPrefixListRequest): ManagedPrefixList =>
      put(network, modified(customerList(network, request.prefixListId), request)),

    deleteManagedPrefixList: ({ prefixListId }: { readonly prefixListId: string }): ManagedPrefixList => {
      const list = customerList(network, prefixListId);
      const isUsed =
        network.routeTables
          .all()
          .some(({ routes }) => routes.some((route) => route.destinationPrefixListId === prefixListId)) ||
        network.securityGroupRules.all().some((rule) => rule.prefixListId === prefixListId);
      if (isUsed) throw new ApiError("DependencyViolation", `The prefix list ${prefixListId} is in use.`);
      network.prefixLists.remove(prefixListId);
      network.tags.remove(prefixListId);
      return list;
    },

    /** Of AWS's lists, too; of another version than the newest one where one is named. */
    getManagedPrefixListEntries: ({
      prefixListId,
      targetVersion,
    }: {
      readonly prefixListId: string;
      readonly targetVersion?: number;
    }): readonly PrefixListEntry[] => {
      const { entries, version, past } = anyList(network, prefixListId);
      if (targetVersion === undefined || targetVersion === version) return entries;
      const asked = past[targetVersion - 1];
      if (asked !== undefined) return asked;
      throw new ApiError("InvalidParameterValue", `The prefix list has no version ${targetVersion}.`);
    },
  };
});

/** A change of entries makes a new version of the list. */
function modified(known: ManagedPrefixList, request: ModifyManagedPrefixListRequest): ManagedPrefixList {
  const { addEntries = [], removeEntries = [], currentVersion, prefixListName = known.prefixListName } = request;
  const { maxEntries = known.maxEntries } = request;
  const changes = addEntries.length + removeEntries.length > 0;
  if (changes && currentVersion !== known.version) {
    const text = `The prefix list has the version ${String(known.version)}, not ${String(currentVersion)}.`;
    throw new ApiError(currentVersion === undefined ? "MissingParameter" : "PrefixListVersionMismatch", text);
  }
  const added = addEntries.map((entry) => canonicalEntry(known.addressFamily, entry));
  const replaced = [...removeEntries, ...added].map(({ cidr }) => canonicalEntry(known.addressFamily, { cidr }).cidr);
  return {
    ...known,
    prefixListName,
    maxEntries,
    state: "modify-complete",
    entries: [...known.entries.filter(({ cidr }) => !replaced.includes(cidr)), ...added],
    ...(changes && { version: (known.version ?? 0) + 1, past: [...known.past, known.entries] }),
  };
}

export function managedPrefixLists({ region, prefixLists }: Ec2Network): readonly ManagedPrefixList[] {
  return [...awsPrefixListsOf(region), ...prefixLists.all()];
}

function anyList(network: Ec2Network, prefixListId: string): ManagedPrefixList {
  const all = new Map(managedPrefixLists(network).map((list) => [list.prefixListId, list]));
  return existing<ManagedPrefixList>({ get: (id) => all.get(id) }, MANAGED_PREFIX_LIST, prefixListId);
}

function customerList(network: Ec2Network, prefixListId: string): ManagedPrefixList {
  const list = anyList(network, prefixListId);
  if (list.ownerId !== "AWS") return list;
  throw new ApiError("OperationNotPermitted", `The prefix list ${prefixListId} is AWS's, and cannot be changed.`);
}

function put(network: Ec2Network, list: ManagedPrefixList, tags?: Tags): ManagedPrefixList {
  if (list.entries.length > (list.maxEntries ?? 0)) {
    throw new ApiError(
      "PrefixListMaxEntriesExceeded",
      `You've reached the maximum number of entries for the prefix list.`,
    );
  }
  network.prefixLists.put(list.prefixListId, list);
  if (tags !== undefined) network.tags.put(list.prefixListId, tags);
  return list;
}

function canonicalEntry(addressFamily: string, { cidr, description }: PrefixListEntry): PrefixListEntry {
  const range = parseCidr(cidr);
  const canonical = addressFamily === "IPv6" ? canonicalIpv6Cidr(cidr) : range && canonicalCidr(range);
  if (canonical === undefined) throw new ApiError("InvalidParameterValue", `The CIDR (${cidr}) is invalid.`);
  return { cidr: canonical, ...(description !== undefined && { description }) };
}
