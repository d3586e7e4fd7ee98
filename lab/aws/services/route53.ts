import type * as route53 from "@aws-sdk/client-route-53";
import { ApiError } from "../../cloud/apiError";
import { ACCOUNT_ID } from "../../cloud/identifiers";
import { dotted, type HostedZone, type RecordSet, type ZoneVpc } from "../../cloud/route53";
import { NOT_SERVED } from "../../cloud/rolePolicies";
import { operation, type ServedOperations } from "../operations";
import { markedPage, opened, requireRange, sealed } from "../pages";

const ITEMS_OF_A_PAGE = { member: "maxItems", least: 1, most: 100 };
const RECORDS_OF_A_PAGE = { ...ITEMS_OF_A_PAGE, most: 300 };

const ZONES: ServedOperations = {
  CreateHostedZone: operation<route53.CreateHostedZoneRequest, route53.CreateHostedZoneResponse>(
    ["Name", "CallerReference", "VPC", "HostedZoneConfig"],
    async ({ route53 }, { Name, CallerReference: callerReference, VPC: vpc, HostedZoneConfig: config }) => {
      const name = read(Name);
      const comment = config?.Comment;
      const zone = await route53.createHostedZone({ name, callerReference, comment, vpc: vpc && zoneVpc(vpc) });
      return {
        HostedZone: described(zone),
        ChangeInfo: done(),
        ...(vpc === undefined ? { DelegationSet: delegation(zone) } : { VPC: vpc }),
        Location: `https://route53.amazonaws.com/2013-04-01/hostedzone/${zone.id}`,
      };
    },
  ),
  AssociateVPCWithHostedZone: operation<
    route53.AssociateVPCWithHostedZoneRequest,
    route53.AssociateVPCWithHostedZoneResponse
  >(["HostedZoneId", "VPC", "Comment"], async ({ route53 }, { HostedZoneId: hostedZoneId, VPC: vpc }) => {
    await route53.associateVPCWithHostedZone({ hostedZoneId, vpc: zoneVpc(vpc) });
    return { ChangeInfo: done() };
  }),
  GetHostedZone: operation<route53.GetHostedZoneRequest, route53.GetHostedZoneResponse>(
    ["Id"],
    async ({ route53 }, { Id: id }) => {
      const zone = await route53.getHostedZone({ id });
      if (zone.vpcs.length === 0) return { HostedZone: described(zone), DelegationSet: delegation(zone) };
      return { HostedZone: described(zone), VPCs: zone.vpcs.map(vpcOf) };
    },
  ),
  ListHostedZones: operation<route53.ListHostedZonesRequest, route53.ListHostedZonesResponse>(
    ["Marker", "MaxItems"],
    async ({ route53 }, { Marker: marker, MaxItems: maxItems = ITEMS_OF_A_PAGE.most }) => {
      const most = requireRange(maxItems, ITEMS_OF_A_PAGE, "InvalidInput");
      const { items, next } = markedPage(await route53.listHostedZones(), ({ id }) => id, { marker, most });
      return {
        HostedZones: items.map(described),
        IsTruncated: next !== undefined,
        Marker: marker,
        NextMarker: next,
        MaxItems: most,
      };
    },
  ),
  ListHostedZonesByVPC: operation<route53.ListHostedZonesByVPCRequest, route53.ListHostedZonesByVPCResponse>(
    ["VPCId", "VPCRegion", "MaxItems", "NextToken"],
    async ({ route53 }, { VPCId: vpcId, VPCRegion: vpcRegion, MaxItems: maxItems, NextToken: token }) => {
      const most = requireRange(maxItems ?? ITEMS_OF_A_PAGE.most, ITEMS_OF_A_PAGE, "InvalidInput");
      const marker = opened(
        token,
        () => new ApiError("InvalidPaginationToken", "The value of NextToken is not valid."),
      );
      const zones = await route53.listHostedZonesByVPC({ vpcId, vpcRegion });
      const { items, next } = markedPage(zones, ({ name, id }) => `${name} ${id}`, { marker, most });
      return {
        HostedZoneSummaries: items.map(({ id, name }) => ({
          HostedZoneId: id,
          Name: written(name),
          Owner: { OwningAccount: ACCOUNT_ID },
        })),
        MaxItems: most,
        NextToken: sealed(next),
      };
    },
  ),
  DeleteHostedZone: operation<route53.DeleteHostedZoneRequest, route53.DeleteHostedZoneResponse>(
    ["Id"],
    async ({ route53 }, { Id: id }) => {
      await route53.deleteHostedZone({ id });
      return { ChangeInfo: done() };
    },
  ),
};

const RECORDS: ServedOperations = {
  ChangeResourceRecordSets: operation<
    route53.ChangeResourceRecordSetsRequest,
    route53.ChangeResourceRecordSetsResponse
  >(["HostedZoneId", "ChangeBatch"], async ({ route53 }, { HostedZoneId: hostedZoneId, ChangeBatch: batch }) => {
    const changes = (batch.Changes ?? []).map(({ Action: action = "", ResourceRecordSet: set }) => ({
      action,
      record: recordOf(set),
    }));
    await route53.changeResourceRecordSets({ hostedZoneId, changes });
    return { ChangeInfo: done(batch.Comment) };
  }),
  ListResourceRecordSets: operation<route53.ListResourceRecordSetsRequest, route53.ListResourceRecordSetsResponse>(
    ["HostedZoneId", "StartRecordName", "StartRecordType", "MaxItems"],
    async ({ route53 }, { HostedZoneId: hostedZoneId, StartRecordName: from, StartRecordType: type = "", ...page }) => {
      const most = requireRange(page.MaxItems ?? RECORDS_OF_A_PAGE.most, RECORDS_OF_A_PAGE, "InvalidInput");
      const start = from === undefined ? "" : `${reversed(dotted(read(from)))} ${type}`;
      const all = [...(await route53.listResourceRecordSets({ hostedZoneId }))].sort((one, other) =>
        placeOf(one) < placeOf(other) ? -1 : 1,
      );
      const rest = all.filter((record) => placeOf(record) >= start);
      const next = rest[most];
      return {
        ResourceRecordSets: rest.slice(0, most).map(recordSet),
        IsTruncated: next !== undefined,
        MaxItems: most,
        ...(next !== undefined && { NextRecordName: written(next.name), NextRecordType: next.type as route53.RRType }),
      };
    },
  ),
};

/** https://docs.aws.amazon.com/Route53/latest/APIReference/ */
export const ROUTE_53: ServedOperations = { ...ZONES, ...RECORDS };

/** "Sorts results first by DNS name with the labels reversed", then by type. */
function placeOf({ name, type }: RecordSet): string {
  return `${reversed(name)} ${type}`;
}

function reversed(name: string): string {
  return name.split(".").reverse().join(".");
}

function zoneVpc({ VPCId: vpcId = "", VPCRegion: vpcRegion }: route53.VPC): ZoneVpc {
  return { vpcId, vpcRegion: vpcRegion ?? "" };
}

function vpcOf({ vpcId, vpcRegion }: ZoneVpc): route53.VPC {
  return { VPCId: vpcId, VPCRegion: vpcRegion as route53.VPCRegion };
}

/** The lab has no delay between servers of names. */
function done(comment?: string): route53.ChangeInfo {
  return { Id: "/change/C00000000000000000000", Status: "INSYNC", SubmittedAt: new Date(), Comment: comment };
}

function delegation({ records }: HostedZone): route53.DelegationSet {
  const { values = [] } = records.find(({ type }) => type === "NS") ?? {};
  return { NameServers: values.map((server) => server.replace(/\.$/, "")) };
}

function described({ id, name, callerReference, comment, vpcs, records }: HostedZone): route53.HostedZone {
  return {
    Id: `/hostedzone/${id}`,
    Name: written(name),
    CallerReference: callerReference,
    Config: { Comment: comment, PrivateZone: vpcs.length > 0 },
    ResourceRecordSetCount: records.length,
  };
}

/** Those that lead somebody to an address; a zone's own name servers are AWS's. */
const SERVED_TYPES: readonly string[] = ["A", "AAAA", "CNAME"];

/** As the API writes it: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html */
const ASTERISK = "\\052";

function written(name: string): string {
  return name.replaceAll("*", ASTERISK);
}

function read(name: string): string {
  return name.replaceAll(ASTERISK, "*");
}

function recordOf(set: route53.ResourceRecordSet | undefined): RecordSet {
  const {
    Name: name = "",
    Type: type = "",
    TTL: ttl,
    ResourceRecords: values,
    AliasTarget: alias,
    ...rest
  } = set ?? {};
  const [other] = Object.keys(rest);
  if (other !== undefined)
    throw new ApiError(NOT_SERVED, `The parameter ${other} of a record is not served by the lab.`);
  if (!SERVED_TYPES.includes(type))
    throw new ApiError(NOT_SERVED, `Records of type ${type} are not served by the lab.`);
  return {
    name: dotted(read(name)),
    type,
    ttl,
    values: (values ?? []).map(({ Value: value = "" }) => value),
    ...(alias !== undefined && {
      aliasTarget: {
        hostedZoneId: alias.HostedZoneId ?? "",
        dnsName: dotted(alias.DNSName ?? ""),
        evaluateTargetHealth: alias.EvaluateTargetHealth ?? false,
      },
    }),
  };
}

function recordSet({ name, type, ttl, values, aliasTarget: alias }: RecordSet): route53.ResourceRecordSet {
  return {
    Name: written(name),
    Type: type as route53.RRType,
    TTL: ttl,
    ...(values.length > 0 && { ResourceRecords: values.map((Value) => ({ Value })) }),
    ...(alias !== undefined && {
      AliasTarget: {
        HostedZoneId: alias.hostedZoneId,
        DNSName: alias.dnsName,
        EvaluateTargetHealth: alias.evaluateTargetHealth,
      },
    }),
  };
}
