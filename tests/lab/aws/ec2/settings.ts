import * as assert from "node:assert/strict";
import { paginateGetManagedPrefixListEntries } from "@aws-sdk/client-ec2";
import { SERVICE } from "../../network";
import { present, refusedWith } from "../wire";
import { by, type OperationTests, type Things } from "./things";

/** Network ACLs, prefix lists, and what a VPC or a Region is set to. */
export function settingTests(things: Things): OperationTests {
  return { ...aclTests(things), ...prefixListTests(things), ...vpcSettingTests(things), ...flowLogTests(things) };
}

const HTTPS = { Protocol: "6", RuleAction: "allow", PortRange: { From: 443, To: 443 }, Egress: true } as const;

function aclTests(things: Things): OperationTests {
  const create = async () =>
    present((await things.ec2.createNetworkAcl({ VpcId: things.vpcId })).NetworkAcl?.NetworkAclId);
  const aclOf = async (id: string) =>
    present((await things.ec2.describeNetworkAcls({ NetworkAclIds: [id] })).NetworkAcls?.[0]);
  const entriesOf = async (id: string) =>
    (await aclOf(id)).Entries?.map((entry) => [entry.RuleNumber, entry.Egress, entry.RuleAction, entry.CidrBlock]);
  const LAST = [
    [32767, true, "deny", "0.0.0.0/0"],
    [32767, false, "deny", "0.0.0.0/0"],
  ];
  const withRule = async () => {
    const NetworkAclId = await create();
    const request = { NetworkAclId, RuleNumber: 90, ...HTTPS, CidrBlock: "52.94.0.7/22" };
    await things.ec2.createNetworkAclEntry(request);
    return { NetworkAclId, request };
  };

  return {
    CreateNetworkAcl: async () => {
      const id = await create();
      assert.deepEqual(await entriesOf(id), LAST);
      assert.equal((await aclOf(id)).IsDefault, false);
    },
    DescribeNetworkAcls: async () => {
      const subnetId = await things.createSubnet();
      const { NetworkAcls = [] } = await things.ec2.describeNetworkAcls(by("association.subnet-id", subnetId));
      assert.deepEqual([NetworkAcls.length, NetworkAcls[0]?.IsDefault], [1, true]);
      assert.deepEqual(await entriesOf(present(NetworkAcls[0]?.NetworkAclId)), [
        [100, true, "allow", "0.0.0.0/0"],
        LAST[0],
        [100, false, "allow", "0.0.0.0/0"],
        LAST[1],
      ]);
      await things.ec2.deleteSubnet({ SubnetId: subnetId });
      const after = await things.ec2.describeNetworkAcls(by("association.subnet-id", subnetId));
      assert.deepEqual(after.NetworkAcls, []);
    },
    CreateNetworkAclEntry: async () => {
      const { NetworkAclId, request } = await withRule();
      assert.deepEqual(await entriesOf(NetworkAclId), [[90, true, "allow", "52.94.0.0/22"], ...LAST]);
      assert.deepEqual((await aclOf(NetworkAclId)).Entries?.[0]?.PortRange, { From: 443, To: 443 });
      await refusedWith(things.ec2.createNetworkAclEntry(request), "NetworkAclEntryAlreadyExists");
      const last = things.ec2.createNetworkAclEntry({ ...request, RuleNumber: 32767 });
      await refusedWith(last, "InvalidParameterValue");
    },
    ReplaceNetworkAclEntry: async () => {
      const { NetworkAclId, request } = await withRule();
      await things.ec2.replaceNetworkAclEntry({ ...request, RuleAction: "deny" });
      assert.deepEqual(await entriesOf(NetworkAclId), [[90, true, "deny", "52.94.0.0/22"], ...LAST]);
      const absent = things.ec2.replaceNetworkAclEntry({ ...request, RuleNumber: 80 });
      await refusedWith(absent, "InvalidNetworkAclEntry.NotFound");
    },
    DeleteNetworkAclEntry: async () => {
      const { NetworkAclId } = await withRule();
      const named = { NetworkAclId, RuleNumber: 90, Egress: true };
      await things.ec2.deleteNetworkAclEntry(named);
      assert.deepEqual(await entriesOf(NetworkAclId), LAST);
      await refusedWith(things.ec2.deleteNetworkAclEntry(named), "InvalidNetworkAclEntry.NotFound");
    },
    ReplaceNetworkAclAssociation: async () => {
      const [id, subnetId] = [await create(), await things.createSubnet()];
      const found = async () =>
        (await things.ec2.describeNetworkAcls(by("association.subnet-id", subnetId))).NetworkAcls?.[0];
      const AssociationId = (await found())?.Associations?.find(
        (each) => each.SubnetId === subnetId,
      )?.NetworkAclAssociationId;
      const { NewAssociationId } = await things.ec2.replaceNetworkAclAssociation({ AssociationId, NetworkAclId: id });
      assert.deepEqual(
        [(await found())?.NetworkAclId, (await found())?.Associations],
        [id, [{ NetworkAclAssociationId: NewAssociationId, NetworkAclId: id, SubnetId: subnetId }]],
      );
      await refusedWith(things.ec2.deleteNetworkAcl({ NetworkAclId: id }), "DependencyViolation");
    },
    DeleteNetworkAcl: async () => {
      const id = await create();
      await things.ec2.deleteNetworkAcl({ NetworkAclId: id });
      await refusedWith(aclOf(id), "InvalidNetworkAclID.NotFound");
      const { NetworkAcls = [] } = await things.ec2.describeNetworkAcls({
        Filters: [...by("default", "true").Filters, ...by("vpc-id", things.vpcId).Filters],
      });
      const ofVpc = things.ec2.deleteNetworkAcl({ NetworkAclId: NetworkAcls[0]?.NetworkAclId });
      await refusedWith(ofVpc, "InvalidParameterValue");
    },
  };
}

function prefixListTests(things: Things): OperationTests {
  const create = async (...cidrs: string[]) => {
    const { PrefixList } = await things.ec2.createManagedPrefixList({
      PrefixListName: "offices",
      AddressFamily: "IPv4",
      MaxEntries: 3,
      Entries: cidrs.map((Cidr) => ({ Cidr, Description: "an office" })),
    });
    return present(PrefixList?.PrefixListId);
  };
  const entriesOf = async (PrefixListId: string, TargetVersion?: number) =>
    (await things.ec2.getManagedPrefixListEntries({ PrefixListId, TargetVersion })).Entries?.map((each) => each.Cidr);
  const listOf = async (id: string) =>
    (await things.ec2.describeManagedPrefixLists({ PrefixListIds: [id] })).PrefixLists?.[0];

  return {
    CreateManagedPrefixList: async () => {
      const id = await create("10.1.0.1/16");
      assert.deepEqual(await entriesOf(id), ["10.1.0.0/16"]);
      assert.deepEqual([(await listOf(id))?.Version, (await listOf(id))?.OwnerId], [1, "123456789012"]);
      const many = create("10.1.0.0/16", "10.2.0.0/16", "10.3.0.0/16", "10.4.0.0/16");
      await refusedWith(many, "PrefixListMaxEntriesExceeded");
    },
    DescribeManagedPrefixLists: async () => {
      const id = await create();
      const names = async (name: string, value: string) =>
        (await things.ec2.describeManagedPrefixLists(by(name, value))).PrefixLists?.map((each) => each.PrefixListName);
      assert.deepEqual(await names("prefix-list-id", id), ["offices"]);
      assert.ok((await names("owner-id", "AWS"))?.includes(SERVICE));
      await things.ec2.modifyManagedPrefixList({ PrefixListId: id, PrefixListName: "branches" });
      assert.deepEqual(await names("prefix-list-id", id), ["branches"]);
    },
    ModifyManagedPrefixList: async () => {
      const id = await create("10.1.0.0/16", "10.2.0.0/16");
      const change = (request: object) => things.ec2.modifyManagedPrefixList({ PrefixListId: id, ...request });
      const entries = { AddEntries: [{ Cidr: "10.3.0.0/16" }], RemoveEntries: [{ Cidr: "10.1.0.0/16" }] };
      await refusedWith(change(entries), "MissingParameter");
      await refusedWith(change({ ...entries, CurrentVersion: 7 }), "PrefixListVersionMismatch");
      const { PrefixList } = await change({ ...entries, CurrentVersion: 1 });
      assert.deepEqual([PrefixList?.Version, PrefixList?.State], [2, "modify-complete"]);
      assert.deepEqual(await entriesOf(id), ["10.2.0.0/16", "10.3.0.0/16"]);
      const aws = { PrefixListId: await dynamoDbList(), PrefixListName: "mine" };
      await refusedWith(things.ec2.modifyManagedPrefixList(aws), "OperationNotPermitted");
    },
    DeleteManagedPrefixList: async () => {
      const id = await create();
      await things.ec2.deleteManagedPrefixList({ PrefixListId: id });
      await refusedWith(listOf(id), "InvalidPrefixListID.NotFound");
    },
    GetManagedPrefixListEntries: async () => {
      const { PrefixLists = [] } = await things.ec2.describePrefixLists(by("prefix-list-name", SERVICE));
      assert.deepEqual(await entriesOf(await dynamoDbList()), PrefixLists[0]?.Cidrs?.sort());
      const id = await create("10.1.0.0/16");
      const AddEntries = ["10.2.0.0/16", "10.3.0.0/16"].map((Cidr) => ({ Cidr }));
      await things.ec2.modifyManagedPrefixList({ PrefixListId: id, CurrentVersion: 1, AddEntries });
      assert.deepEqual(await entriesOf(id, 1), ["10.1.0.0/16"]);
      const pages: (string | undefined)[][] = [];
      for await (const { Entries = [] } of paginateGetManagedPrefixListEntries(
        { client: things.ec2, pageSize: 2 },
        { PrefixListId: id },
      ))
        pages.push(Entries.map((each) => each.Cidr));
      assert.deepEqual(pages, [["10.1.0.0/16", "10.2.0.0/16"], ["10.3.0.0/16"]]);
      const foreign = things.ec2.getManagedPrefixListEntries({ PrefixListId: id, NextToken: "none" });
      await refusedWith(foreign, "InvalidNextToken");
    },
  };

  async function dynamoDbList(): Promise<string> {
    const { PrefixLists = [] } = await things.ec2.describeManagedPrefixLists(by("prefix-list-name", SERVICE));
    return present(PrefixLists[0]?.PrefixListId);
  }
}

function vpcSettingTests(things: Things): OperationTests {
  const createOptions = async () => {
    const DhcpConfigurations = [{ Key: "domain-name-servers", Values: ["10.0.0.53", "10.0.0.54"] }];
    return present((await things.ec2.createDhcpOptions({ DhcpConfigurations })).DhcpOptions?.DhcpOptionsId);
  };
  const serversOf = async (id: string | undefined) => {
    const { DhcpOptions = [] } = await things.ec2.describeDhcpOptions({ DhcpOptionsIds: [present(id)] });
    const servers = DhcpOptions[0]?.DhcpConfigurations?.find((each) => each.Key === "domain-name-servers");
    return servers?.Values?.map((each) => each.Value);
  };
  const vpcOf = async (id: string) => (await things.ec2.describeVpcs({ VpcIds: [id] })).Vpcs?.[0];
  const subnetOf = async (id: string) => (await things.ec2.describeSubnets({ SubnetIds: [id] })).Subnets?.[0];
  const block = async (mode: "off" | "block-bidirectional" | "block-ingress") =>
    things.ec2.modifyVpcBlockPublicAccessOptions({ InternetGatewayBlockMode: mode });
  const exclude = async (SubnetId: string) => {
    const made = await things.ec2.createVpcBlockPublicAccessExclusion({
      SubnetId,
      InternetGatewayExclusionMode: "allow-egress",
    });
    return present(made.VpcBlockPublicAccessExclusion?.ExclusionId);
  };
  const exclusion = (id: string) => things.ec2.describeVpcBlockPublicAccessExclusions({ ExclusionIds: [id] });
  const control = async () => {
    const vpcId = await things.createVpc();
    const { VpcEncryptionControl: made } = await things.ec2.createVpcEncryptionControl({ VpcId: vpcId });
    return { vpcId, id: present(made?.VpcEncryptionControlId) };
  };
  const controlOf = async (id: string) =>
    (await things.ec2.describeVpcEncryptionControls({ VpcEncryptionControlIds: [id] })).VpcEncryptionControls?.[0];

  return {
    CreateDhcpOptions: async () => {
      assert.deepEqual(await serversOf(await createOptions()), ["10.0.0.53", "10.0.0.54"]);
      const unknown = things.ec2.createDhcpOptions({ DhcpConfigurations: [{ Key: "colour", Values: ["red"] }] });
      await refusedWith(unknown, "InvalidParameterValue");
    },
    DescribeDhcpOptions: async () => {
      const vpcId = await things.createVpc();
      assert.deepEqual(await serversOf((await vpcOf(vpcId))?.DhcpOptionsId), ["AmazonProvidedDNS"]);
      const found = async () =>
        (await things.ec2.describeDhcpOptions(by("value", "10.0.0.5?"))).DhcpOptions?.length ?? 0;
      const before = await found();
      await createOptions();
      assert.equal(await found(), before + 1);
    },
    AssociateDhcpOptions: async () => {
      const [vpcId, id] = [await things.createVpc(), await createOptions()];
      await things.ec2.associateDhcpOptions({ VpcId: vpcId, DhcpOptionsId: id });
      assert.equal((await vpcOf(vpcId))?.DhcpOptionsId, id);
      await refusedWith(things.ec2.deleteDhcpOptions({ DhcpOptionsId: id }), "DependencyViolation");
    },
    DeleteDhcpOptions: async () => {
      const id = await createOptions();
      await things.ec2.deleteDhcpOptions({ DhcpOptionsId: id });
      await refusedWith(serversOf(id), "InvalidDhcpOptionID.NotFound");
    },
    DescribeVpcBlockPublicAccessOptions: async () => {
      const mode = async () =>
        (await things.ec2.describeVpcBlockPublicAccessOptions({})).VpcBlockPublicAccessOptions
          ?.InternetGatewayBlockMode;
      assert.equal(await mode(), "off");
      await block("block-ingress");
      assert.equal(await mode(), "block-ingress");
      await block("off");
    },
    ModifyVpcBlockPublicAccessOptions: async () => {
      const subnetId = await things.createSubnet();
      const modes = async () => [
        (await vpcOf(things.vpcId))?.BlockPublicAccessStates?.InternetGatewayBlockMode,
        (await subnetOf(subnetId))?.BlockPublicAccessStates?.InternetGatewayBlockMode,
      ];
      assert.deepEqual(await modes(), ["off", "off"]);
      await block("block-bidirectional");
      assert.deepEqual(await modes(), ["block-bidirectional", "block-bidirectional"]);
      await exclude(subnetId);
      assert.deepEqual(await modes(), ["block-bidirectional", "block-ingress"]);
      await block("off");
      await refusedWith(block("sideways" as "off"), "InvalidParameterValue");
    },
    CreateVpcBlockPublicAccessExclusion: async () => {
      const subnetId = await things.createSubnet();
      const { VpcBlockPublicAccessExclusions = [] } = await exclusion(await exclude(subnetId));
      const [made] = VpcBlockPublicAccessExclusions;
      assert.equal(made?.ResourceArn, `arn:aws:ec2:us-east-1:123456789012:subnet/${subnetId}`);
      assert.equal(made.State, "create-complete");
      const neither = { InternetGatewayExclusionMode: "allow-egress" as const };
      const refused = things.ec2.createVpcBlockPublicAccessExclusion(neither);
      await refusedWith(refused, "InvalidParameterCombination");
    },
    DescribeVpcBlockPublicAccessExclusions: async () => {
      const subnetId = await things.createSubnet();
      const found = async () =>
        (await things.ec2.describeVpcBlockPublicAccessExclusions(by("resource-arn", `*${subnetId}`)))
          .VpcBlockPublicAccessExclusions?.length;
      assert.equal(await found(), 0);
      await exclude(subnetId);
      assert.equal(await found(), 1);
    },
    DeleteVpcBlockPublicAccessExclusion: async () => {
      const id = await exclude(await things.createSubnet());
      await things.ec2.deleteVpcBlockPublicAccessExclusion({ ExclusionId: id });
      await refusedWith(exclusion(id), "InvalidVpcBlockPublicAccessExclusionId.NotFound");
    },
    CreateVpcEncryptionControl: async () => {
      const { vpcId, id } = await control();
      const shown = (await vpcOf(vpcId))?.EncryptionControl;
      assert.deepEqual([shown?.VpcEncryptionControlId, shown?.Mode], [id, "monitor"]);
      const twice = things.ec2.createVpcEncryptionControl({ VpcId: vpcId });
      await refusedWith(twice, "VpcEncryptionControlAlreadyExists");
    },
    DescribeVpcEncryptionControls: async () => {
      const { vpcId, id } = await control();
      const found = async (mode: string) => {
        const Filters = [...by("vpc-id", vpcId).Filters, ...by("mode", mode).Filters];
        return (await things.ec2.describeVpcEncryptionControls({ Filters })).VpcEncryptionControls?.length;
      };
      assert.equal(await found("enforce"), 0);
      await things.ec2.modifyVpcEncryptionControl({ VpcEncryptionControlId: id, Mode: "enforce" });
      assert.equal(await found("enforce"), 1);
    },
    ModifyVpcEncryptionControl: async () => {
      const { id } = await control();
      const change = { VpcEncryptionControlId: id, Mode: "enforce", LambdaExclusion: "enable" } as const;
      await things.ec2.modifyVpcEncryptionControl(change);
      await things.ec2.modifyVpcEncryptionControl({ VpcEncryptionControlId: id, NatGatewayExclusion: "enable" });
      const { Mode, ResourceExclusions } = present(await controlOf(id));
      assert.deepEqual(
        [Mode, ResourceExclusions?.Lambda?.State, ResourceExclusions?.NatGateway?.State],
        ["enforce", "enabled", "enabled"],
      );
      assert.equal(ResourceExclusions?.VpcPeering?.State, "disabled");
    },
    DeleteVpcEncryptionControl: async () => {
      const { vpcId, id } = await control();
      await things.ec2.deleteVpcEncryptionControl({ VpcEncryptionControlId: id });
      await refusedWith(controlOf(id), "InvalidVpcEncryptionControlId.NotFound");
      assert.equal((await vpcOf(vpcId))?.EncryptionControl, undefined);
    },
  };
}

function flowLogTests(things: Things): OperationTests {
  const create = async (ResourceIds: string[]) =>
    things.ec2.createFlowLogs({ ResourceIds, ResourceType: "VPC", TrafficType: "ALL", LogGroupName: "flows" });
  return {
    CreateFlowLogs: async () => {
      const vpcs = [await things.createVpc(), await things.createVpc()];
      const { FlowLogIds = [] } = await create(vpcs);
      const { FlowLogs = [] } = await things.ec2.describeFlowLogs({ FlowLogIds });
      assert.deepEqual(
        FlowLogs.map((each) => each.ResourceId),
        vpcs,
      );
      await refusedWith(create(["vpc-0a1"]), "InvalidVpcID.NotFound");
    },
    DescribeFlowLogs: async () => {
      const vpcId = await things.createVpc();
      const found = async () =>
        (await things.ec2.describeFlowLogs({ Filter: by("resource-id", vpcId).Filters })).FlowLogs ?? [];
      assert.deepEqual(await found(), []);
      await create([vpcId]);
      const [flowLog] = await found();
      assert.deepEqual([flowLog?.LogGroupName, flowLog?.TrafficType], ["flows", "ALL"]);
      assert.match(flowLog?.LogFormat ?? "", /^\$\{version\} /);
    },
    DeleteFlowLogs: async () => {
      const { FlowLogIds = [] } = await create([await things.createVpc()]);
      await things.ec2.deleteFlowLogs({ FlowLogIds });
      await refusedWith(things.ec2.describeFlowLogs({ FlowLogIds }), "InvalidFlowLogId.NotFound");
    },
  };
}
