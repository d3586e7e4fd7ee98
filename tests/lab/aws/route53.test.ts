import * as assert from "node:assert/strict";
import {
  type ChangeAction,
  paginateListHostedZones,
  type ResourceRecordSet,
  type VPCRegion as ZoneRegion,
} from "@aws-sdk/client-route-53";
import { REGION } from "../network";
import { everyOperation, present, refusedWith, wire } from "./wire";

describe("Route 53 for AWS's own client", () => {
  const on = wire();
  let made = 0;
  const VPCRegion: ZoneRegion = REGION;

  async function createVpc(): Promise<string> {
    return present((await on.ec2.createVpc({ CidrBlock: "10.0.0.0/16" })).Vpc?.VpcId);
  }
  async function createZone(Name = `zone-${made}.example.com`, VPCId?: string): Promise<string> {
    const VPC = VPCId === undefined ? undefined : { VPCId, VPCRegion };
    const { HostedZone } = await on.route53.createHostedZone({ Name, CallerReference: String(made++), VPC });
    return present(HostedZone?.Id);
  }
  const zonesOf = async (VPCId: string) =>
    (await on.route53.listHostedZonesByVPC({ VPCId, VPCRegion })).HostedZoneSummaries?.map(({ Name }) => Name);
  const change = (HostedZoneId: string, Action: ChangeAction, record: Partial<ResourceRecordSet> = {}) => {
    const ResourceRecordSet = {
      Name: "www.records.com",
      Type: "A" as const,
      TTL: 60,
      ResourceRecords: [{ Value: "192.0.2.1" }],
      ...record,
    };
    return on.route53.changeResourceRecordSets({
      HostedZoneId,
      ChangeBatch: { Changes: [{ Action, ResourceRecordSet }] },
    });
  };
  const recordsOf = async (HostedZoneId: string) =>
    (await on.route53.listResourceRecordSets({ HostedZoneId })).ResourceRecordSets?.map(
      ({ Name, Type, ResourceRecords = [] }) => [
        Name,
        Type,
        ...(Type === "A" ? ResourceRecords : []).map((r) => r.Value),
      ],
    );

  everyOperation("route53", on, {
    CreateHostedZone: async () => {
      const VPCId = await createVpc();
      const HostedZoneConfig = { Comment: `of "a" & <b>`, PrivateZone: true };
      const VPC = { VPCId, VPCRegion };
      const request = { Name: "Inner.Example.com", CallerReference: "once", HostedZoneConfig, VPC };
      const { HostedZone, ChangeInfo, VPC: associated, Location } = await on.route53.createHostedZone(request);
      assert.match(present(HostedZone?.Id), /^\/hostedzone\/Z[0-9A-F]+$/);
      assert.deepEqual([HostedZone?.Name, HostedZone?.Config], ["inner.example.com.", HostedZoneConfig]);
      assert.ok(ChangeInfo?.SubmittedAt instanceof Date);
      assert.deepEqual([associated, Location?.endsWith(present(HostedZone?.Id))], [VPC, true]);
      await refusedWith(on.route53.createHostedZone(request), "HostedZoneAlreadyExists");
      await refusedWith(createZone("inner.example.com", VPCId), "ConflictingDomainExists");
      await refusedWith(createZone("other.com", "vpc-none"), "InvalidVPCId");
    },
    AssociateVPCWithHostedZone: async () => {
      const [one, other] = [await createVpc(), await createVpc()];
      const HostedZoneId = await createZone("shared.com", one);
      assert.deepEqual(await zonesOf(other), []);
      const associate = (id: string) =>
        on.route53.associateVPCWithHostedZone({ HostedZoneId: id, VPC: { VPCId: other, VPCRegion } });
      await associate(HostedZoneId);
      assert.deepEqual(await zonesOf(other), ["shared.com."]);
      await refusedWith(associate(HostedZoneId), "ConflictingDomainExists");
      await refusedWith(associate(await createZone("public.com")), "PublicZoneVPCAssociation");
    },
    ListHostedZonesByVPC: async () => {
      const VPCId = await createVpc();
      for (const name of ["b.com", "a.com"]) await createZone(name, VPCId);
      assert.deepEqual(await zonesOf(VPCId), ["a.com.", "b.com."]);
      const page = (token?: string) =>
        on.route53.listHostedZonesByVPC({ VPCId, VPCRegion, MaxItems: 1, NextToken: token });
      const { NextToken, HostedZoneSummaries } = await page();
      assert.deepEqual([HostedZoneSummaries?.[0]?.Owner], [{ OwningAccount: "123456789012" }]);
      assert.equal((await page(NextToken)).HostedZoneSummaries?.[0]?.Name, "b.com.");
      await refusedWith(page("x"), "InvalidPaginationToken");
    },
    ListHostedZones: async () => {
      const ids = async () => {
        const found: (string | undefined)[] = [];
        for await (const { HostedZones = [] } of paginateListHostedZones({ client: on.route53, pageSize: 2 }, {}))
          found.push(...HostedZones.map(({ Id }) => Id));
        return found;
      };
      const before = await ids();
      const id = await createZone();
      assert.deepEqual((await ids()).sort(), [...before, id].sort());
    },
    GetHostedZone: async () => {
      const VPCId = await createVpc();
      const Id = await createZone("got.com", VPCId);
      assert.deepEqual((await on.route53.getHostedZone({ Id })).VPCs, [{ VPCId, VPCRegion }]);
      const { DelegationSet } = await on.route53.getHostedZone({ Id: await createZone() });
      assert.equal(DelegationSet?.NameServers?.length, 4);
      const message = "No hosted zone found with ID: ZNONE";
      await refusedWith(on.route53.getHostedZone({ Id: "ZNONE" }), "NoSuchHostedZone", message);
    },
    ChangeResourceRecordSets: async () => {
      const id = await createZone("records.com");
      await change(id, "CREATE");
      await refusedWith(change(id, "CREATE"), "InvalidChangeBatch");
      await change(id, "UPSERT", { ResourceRecords: [{ Value: "192.0.2.2" }, { Value: "192.0.2.3" }] });
      assert.deepEqual((await recordsOf(id))?.at(-1), ["www.records.com.", "A", "192.0.2.2", "192.0.2.3"]);
      await change(id, "DELETE");
      await refusedWith(change(id, "DELETE"), "InvalidChangeBatch");
      await refusedWith(change(id, "CREATE", { Name: "www.elsewhere.com" }), "InvalidChangeBatch");
      await refusedWith(change(id, "CREATE", { Weight: 1, SetIdentifier: "a" }), "NotServedByTheLab");
      await refusedWith(change(id, "CREATE", { Type: "TXT" }), "NotServedByTheLab", /Records of type TXT/);
      const name = (Value: string) => ({ Type: "CNAME" as const, ResourceRecords: [{ Value }] });
      await refusedWith(change(id, "CREATE", { Name: "records.com", ...name("a.com") }), "InvalidChangeBatch", /apex/);
      await change(id, "CREATE", { Name: "*.records.com" });
      await refusedWith(
        change(id, "CREATE", { Name: "\\052.records.com", ...name("a.com") }),
        "InvalidChangeBatch",
        /conflicts with other records/,
      );
      const none = { ResourceRecords: [{ Value: "nowhere" }] };
      await refusedWith(change(id, "UPSERT", none), "InvalidChangeBatch", /not a valid IPv4 address.*'nowhere'/);
      assert.ok((await recordsOf(id))?.some(([each]) => each === "\\052.records.com."));
    },
    ListResourceRecordSets: async () => {
      const HostedZoneId = await createZone("listed.com");
      const AliasTarget = { HostedZoneId: "Z1", DNSName: "vpce.amazonaws.com.", EvaluateTargetHealth: false };
      const alias = { Name: "a.listed.com", TTL: undefined, ResourceRecords: undefined, AliasTarget };
      await change(HostedZoneId, "CREATE", alias);
      const first = await on.route53.listResourceRecordSets({ HostedZoneId, MaxItems: 2 });
      assert.deepEqual([first.IsTruncated, first.NextRecordName], [true, "a.listed.com."]);
      const second = await on.route53.listResourceRecordSets({
        HostedZoneId,
        StartRecordName: first.NextRecordName,
        StartRecordType: first.NextRecordType,
      });
      assert.deepEqual(second.ResourceRecordSets, [{ Name: "a.listed.com.", Type: "A", AliasTarget }]);
    },
    DeleteHostedZone: async () => {
      const Id = await createZone("records.com");
      await change(Id, "CREATE");
      await refusedWith(on.route53.deleteHostedZone({ Id }), "HostedZoneNotEmpty");
      await change(Id, "DELETE");
      await on.route53.deleteHostedZone({ Id });
      await refusedWith(on.route53.getHostedZone({ Id }), "NoSuchHostedZone");
    },
  });

  it("refuses XML that cannot be read, and what is none of a request's", async () => {
    const ask = async (body: string) => {
      const response = await fetch(`${present(on.lab.environment.AWS_ENDPOINT_URL)}/2013-04-01/hostedzone`, {
        method: "POST",
        headers: { authorization: "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/route53/aws4_request" },
        body,
      });
      return response.text();
    };
    assert.match(await ask("<CreateHostedZoneRequest><Name>a</CreateHostedZoneRequest>"), /MalformedInput/);
    assert.match(
      await ask("<CreateHostedZoneRequest><Nam>a</Nam></CreateHostedZoneRequest>"),
      /The element Nam is none/,
    );
    assert.match(await ask("<CreateHostedZoneRequest/>"), /InvalidInput.*lacks the parameter Name/s);
  });
});
