import * as assert from "node:assert/strict";
import { paginateListAccounts, type PolicyType } from "@aws-sdk/client-organizations";
import { everyOperation, present, refusedWith, wire } from "./wire";

const ACCOUNT = "123456789012";
const SCP = "SERVICE_CONTROL_POLICY";
const RCP = "RESOURCE_CONTROL_POLICY";

const denying = (statement: object): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Deny", Action: "dynamodb:*", ...statement }] });

describe("Organizations for AWS's own client", () => {
  const on = wire();
  let made = 0;
  before(async () => {
    await on.organizations.createOrganization({});
  });

  const root = async () => present((await on.organizations.listRoots({})).Roots?.[0]);
  const rootId = async () => present((await root()).Id);
  async function createUnit(ParentId?: string, Name = `unit-${made++}`): Promise<string> {
    const request = { ParentId: ParentId ?? (await rootId()), Name };
    return present((await on.organizations.createOrganizationalUnit(request)).OrganizationalUnit?.Id);
  }
  async function createPolicy(Type: PolicyType = SCP, Name = `policy-${made++}`): Promise<string> {
    const Content = denying(Type === RCP ? { Principal: "*", Resource: "*" } : { Resource: "*" });
    const { Policy } = await on.organizations.createPolicy({ Type, Name, Description: "of a test", Content });
    return present(Policy?.PolicySummary?.Id);
  }
  async function enabled(PolicyType: PolicyType): Promise<void> {
    const { PolicyTypes = [] } = await root();
    if (PolicyTypes.some(({ Type }) => Type === PolicyType)) return;
    await on.organizations.enablePolicyType({ RootId: await rootId(), PolicyType });
  }
  const policiesOf = async (TargetId: string, Filter: PolicyType = SCP) =>
    (await on.organizations.listPoliciesForTarget({ TargetId, Filter })).Policies?.map(({ Name }) => Name);
  const parentOf = async (ChildId: string) => (await on.organizations.listParents({ ChildId })).Parents?.[0];

  everyOperation("organizations", on, {
    CreateOrganization: async () => {
      await refusedWith(on.organizations.createOrganization({}), "AlreadyInOrganizationException");
      await on.lab.cloud.organizations.dissolve();
      const { Organization } = await on.organizations.createOrganization({ FeatureSet: "ALL" });
      assert.equal(Organization?.MasterAccountId, ACCOUNT);
      assert.match(present(Organization.Id), /^o-[0-9a-z]{10}$/);
    },
    DescribeOrganization: async () => {
      const { Organization } = await on.organizations.describeOrganization({});
      assert.equal(Organization?.Arn, `arn:aws:organizations::${ACCOUNT}:organization/${present(Organization?.Id)}`);
      await on.lab.cloud.organizations.dissolve();
      await on.organizations.createOrganization({});
      const { Organization: other } = await on.organizations.describeOrganization({});
      assert.notEqual(other?.Id, Organization.Id);
    },
    ListRoots: async () => {
      assert.deepEqual((await root()).PolicyTypes, []);
      await enabled(SCP);
      assert.deepEqual((await root()).PolicyTypes, [{ Type: SCP, Status: "ENABLED" }]);
    },
    EnablePolicyType: async () => {
      assert.deepEqual(await policiesOf(ACCOUNT, RCP), []);
      const unit = await createUnit();
      await enabled(RCP);
      for (const target of [ACCOUNT, unit, await rootId(), await createUnit()])
        assert.deepEqual(await policiesOf(target, RCP), ["RCPFullAWSAccess"]);
      const again = on.organizations.enablePolicyType({ RootId: await rootId(), PolicyType: RCP });
      await refusedWith(again, "PolicyTypeAlreadyEnabledException");
      const tags = on.organizations.enablePolicyType({ RootId: await rootId(), PolicyType: "TAG_POLICY" });
      await refusedWith(tags, "NotServedByTheLab");
    },
    CreateOrganizationalUnit: async () => {
      const unit = await createUnit(undefined, "workloads");
      assert.match(unit, /^ou-[0-9a-z]{4}-[0-9a-z]{8}$/);
      await refusedWith(createUnit(undefined, "workloads"), "DuplicateOrganizationalUnitException");
      await refusedWith(createUnit("ou-none-00000000"), "ParentNotFoundException");
    },
    ListParents: async () => {
      const unit = await createUnit(await createUnit());
      assert.equal((await parentOf(unit))?.Type, "ORGANIZATIONAL_UNIT");
      assert.deepEqual(await parentOf(ACCOUNT), { Id: await rootId(), Type: "ROOT" });
      await refusedWith(parentOf("000000000000"), "ChildNotFoundException");
    },
    ListChildren: async () => {
      const ParentId = await createUnit();
      const units = async () =>
        (await on.organizations.listChildren({ ParentId, ChildType: "ORGANIZATIONAL_UNIT" })).Children;
      assert.deepEqual(await units(), []);
      const Id = await createUnit(ParentId);
      assert.deepEqual(await units(), [{ Id, Type: "ORGANIZATIONAL_UNIT" }]);
    },
    ListOrganizationalUnitsForParent: async () => {
      const ParentId = await createUnit();
      await createUnit(ParentId, "inner");
      const { OrganizationalUnits = [] } = await on.organizations.listOrganizationalUnitsForParent({ ParentId });
      assert.deepEqual(
        OrganizationalUnits.map(({ Name }) => Name),
        ["inner"],
      );
    },
    ListAccounts: async () => {
      const ids = async () => {
        const pages: (string | undefined)[][] = [];
        for await (const { Accounts = [] } of paginateListAccounts({ client: on.organizations, pageSize: 2 }, {}))
          pages.push(Accounts.map(({ Id }) => Id));
        return pages;
      };
      assert.deepEqual(await ids(), [[ACCOUNT]]);
      const others: string[] = [];
      for (const name of ["audit", "network"]) others.push((await on.lab.cloud.organizations.addAccount({ name })).id);
      assert.deepEqual(await ids(), [[ACCOUNT, others[0]], [others[1]]]);
      await refusedWith(on.organizations.listAccounts({ NextToken: "x" }), "InvalidInputException");
      await refusedWith(on.organizations.listAccounts({ MaxResults: 21 }), "InvalidInputException");
    },
    DescribeAccount: async () => {
      const { id: AccountId } = await on.lab.cloud.organizations.addAccount({ name: "described" });
      const { Account } = await on.organizations.describeAccount({ AccountId });
      assert.deepEqual([Account?.Name, Account?.Status, Account?.JoinedMethod], ["described", "ACTIVE", "CREATED"]);
      assert.ok(Account?.JoinedTimestamp instanceof Date);
      const none = on.organizations.describeAccount({ AccountId: "000000000000" });
      await refusedWith(none, "AccountNotFoundException");
    },
    ListAccountsForParent: async () => {
      const { id: AccountId } = await on.lab.cloud.organizations.addAccount({ name: "listed" });
      const ParentId = await createUnit();
      const accounts = async () =>
        (await on.organizations.listAccountsForParent({ ParentId })).Accounts?.map(({ Id }) => Id);
      assert.deepEqual(await accounts(), []);
      const way = { SourceParentId: await rootId(), DestinationParentId: ParentId };
      await on.organizations.moveAccount({ AccountId, ...way });
      assert.deepEqual(await accounts(), [AccountId]);
    },
    MoveAccount: async () => {
      const { id: AccountId } = await on.lab.cloud.organizations.addAccount({ name: "moved" });
      const [there, back] = [await createUnit(), await rootId()];
      const move = (SourceParentId: string, DestinationParentId: string) =>
        on.organizations.moveAccount({ AccountId, SourceParentId, DestinationParentId });
      await move(back, there);
      assert.equal((await parentOf(AccountId))?.Id, there);
      await refusedWith(move(back, there), "SourceParentNotFoundException");
      await refusedWith(move(there, ACCOUNT), "InvalidInputException", /regular expression pattern/);
      await refusedWith(move(there, "ou-none-12345678"), "DestinationParentNotFoundException");
      await refusedWith(move(there, there), "DuplicateAccountException");
    },
    CreatePolicy: async () => {
      await createPolicy(SCP, "perimeter");
      await refusedWith(createPolicy(SCP, "perimeter"), "DuplicatePolicyException");
      const wrong = (Type: PolicyType, Content: string) =>
        refusedWith(
          on.organizations.createPolicy({ Type, Name: "wrong", Description: "", Content }),
          "MalformedPolicyDocumentException",
        );
      await wrong(SCP, "{");
      await wrong(SCP, denying({ Principal: "*", Resource: "*" }));
      await wrong(RCP, denying({ Resource: "*" }));
      await wrong(RCP, denying({ Effect: "Allow", Principal: "*", Resource: "*" }));
    },
    UpdatePolicy: async () => {
      const PolicyId = await createPolicy();
      const Content = denying({ Resource: "arn:aws:dynamodb:*:*:table/orders" });
      await on.organizations.updatePolicy({ PolicyId, Content, Name: "renamed" });
      const { Policy } = await on.organizations.describePolicy({ PolicyId });
      assert.deepEqual([Policy?.Content, Policy?.PolicySummary?.Name], [Content, "renamed"]);
      const managed = on.organizations.updatePolicy({ PolicyId: "p-FullAWSAccess", Name: "mine" });
      await refusedWith(managed, "ConstraintViolationException");
    },
    DescribePolicy: async () => {
      const PolicyId = await createPolicy(RCP, "described");
      const { Policy } = await on.organizations.describePolicy({ PolicyId });
      const { Id = "" } = present((await on.organizations.describeOrganization({})).Organization);
      assert.deepEqual(Policy?.PolicySummary, {
        Id: PolicyId,
        Arn: `arn:aws:organizations::${ACCOUNT}:policy/${Id}/resource_control_policy/${PolicyId}`,
        Name: "described",
        Description: "of a test",
        Type: RCP,
        AwsManaged: false,
      });
      await refusedWith(on.organizations.describePolicy({ PolicyId: "p-00000000" }), "PolicyNotFoundException");
    },
    ListPolicies: async () => {
      const names = async () =>
        (await on.organizations.listPolicies({ Filter: RCP })).Policies?.map(({ Name }) => Name).sort();
      const before = present(await names());
      assert.ok(before.includes("RCPFullAWSAccess"));
      await createPolicy(RCP, "a-new-one");
      assert.deepEqual(await names(), [...before, "a-new-one"].sort());
    },
    AttachPolicy: async () => {
      await enabled(SCP);
      const [PolicyId, TargetId] = [await createPolicy(SCP, "attached"), await createUnit()];
      await on.organizations.attachPolicy({ PolicyId, TargetId });
      assert.deepEqual((await policiesOf(TargetId))?.sort(), ["FullAWSAccess", "attached"]);
      const attach = (request: object) => on.organizations.attachPolicy({ PolicyId, TargetId, ...request });
      await refusedWith(attach({}), "DuplicatePolicyAttachmentException");
      await refusedWith(attach({ TargetId: "000000000000" }), "TargetNotFoundException");
    },
    ListPoliciesForTarget: async () => {
      await enabled(SCP);
      const TargetId = await createUnit();
      assert.deepEqual(await policiesOf(TargetId), ["FullAWSAccess"]);
      await on.organizations.attachPolicy({ PolicyId: await createPolicy(SCP, "another"), TargetId });
      assert.deepEqual((await policiesOf(TargetId))?.sort(), ["FullAWSAccess", "another"]);
      await refusedWith(policiesOf("r-none"), "TargetNotFoundException");
    },
    ListTargetsForPolicy: async () => {
      await enabled(SCP);
      const PolicyId = await createPolicy();
      const targets = async () => (await on.organizations.listTargetsForPolicy({ PolicyId })).Targets;
      assert.deepEqual(await targets(), []);
      await on.organizations.attachPolicy({ PolicyId, TargetId: ACCOUNT });
      assert.deepEqual(
        (await targets())?.map(({ TargetId, Type }) => [TargetId, Type]),
        [[ACCOUNT, "ACCOUNT"]],
      );
    },
    DetachPolicy: async () => {
      await enabled(SCP);
      await enabled(RCP);
      const [PolicyId, TargetId] = [await createPolicy(SCP, "detached"), await createUnit()];
      const detach = (request: object) => on.organizations.detachPolicy({ PolicyId, TargetId, ...request });
      await refusedWith(detach({}), "PolicyNotAttachedException");
      await on.organizations.attachPolicy({ PolicyId, TargetId });
      await detach({});
      assert.deepEqual(await policiesOf(TargetId), ["FullAWSAccess"]);
      await refusedWith(detach({ PolicyId: "p-FullAWSAccess" }), "ConstraintViolationException", /last policy/);
      await refusedWith(detach({ PolicyId: "p-RCPFullAWSAccess" }), "ConstraintViolationException");
    },
  });

  it("answers each account as its part in the organization is", async () => {
    const { organizations: side } = on.lab.cloud;
    await side.dissolve();
    const describe = () => on.organizations.describeOrganization({});
    await refusedWith(describe(), "AWSOrganizationsNotInUseException", /not a member of an organization/);
    await refusedWith(on.organizations.listRoots({}), "AWSOrganizationsNotInUseException");

    const { rootId: RootId } = await side.join({ as: "member" });
    assert.equal((await describe()).Organization?.MasterAccountId, "111111111111");
    await refusedWith(
      policiesOf(ACCOUNT),
      "AccessDeniedException",
      "You don't have permissions to access this resource.",
    );

    await side.management.enablePolicyType({ rootId: RootId, policyType: SCP });
    await side.join({ as: "delegatedAdministrator" });
    assert.deepEqual(await policiesOf(ACCOUNT), ["FullAWSAccess"]);
    await refusedWith(createUnit(RootId), "AccessDeniedException");
    const disabled = on.organizations.enablePolicyType({ RootId, PolicyType: RCP });
    await refusedWith(disabled, "AccessDeniedException");
  });
});
