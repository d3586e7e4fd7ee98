import * as assert from "node:assert/strict";
import { SERVICES } from "../../../lab/aws/services";
import { REGION } from "../network";
import { present, wire } from "./wire";

type Answer = Readonly<
  Record<string, Readonly<Record<string, unknown>> & readonly Readonly<Record<string, unknown>>[]>
>;

describe("Route 53 Profiles, whose client is not here", () => {
  const on = wire();

  async function ask(method: string, path: string, body?: object): Promise<Answer> {
    const response = await fetch(`${present(on.lab.environment.AWS_ENDPOINT_URL)}${path}`, {
      method,
      headers: { authorization: `AWS4-HMAC-SHA256 Credential=any/20260101/${REGION}/route53profiles/aws4_request` },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as Answer;
    return response.ok ? answer : ({ error: response.headers.get("x-amzn-errortype") } as unknown as Answer);
  }
  const createProfile = async (): Promise<unknown> =>
    (await ask("POST", "/profile", { Name: "dns", ClientToken: String(made++) })).Profile?.Id;
  const createVpc = async () => (await on.ec2.createVpc({ CidrBlock: "10.0.0.0/16" })).Vpc?.VpcId;
  const associate = (ProfileId: unknown, ResourceId: unknown, more = {}) =>
    ask("POST", "/profileassociation", { ProfileId, ResourceId, Name: "here", ...more });
  const hold = (ProfileId: unknown, ResourceArn: string) =>
    ask("POST", "/profileresourceassociation", { ProfileId, ResourceArn, Name: "it" });
  const listed = (path: string, query = "") => ask("GET", `${path}?maxResults=1${query}`);
  const ZONE = "arn:aws:route53:::hostedzone/Z1";
  let made = 0;

  const tests: Readonly<Record<string, () => Promise<void>>> = {
    CreateProfile: async () => {
      const { Profile } = await ask("POST", "/profile", { Name: "dns", ClientToken: "once" });
      assert.match(String(Profile?.Id), /^rp-[0-9a-f]{16}$/);
      assert.deepEqual([Profile?.Name, Profile?.Status, Profile?.OwnerId], ["dns", "COMPLETE", "123456789012"]);
      assert.deepEqual(await ask("POST", "/profile", { Name: "", ClientToken: "x" }), { error: "ValidationException" });
    },
    AssociateProfile: async () => {
      const [one, other, vpcId] = [await createProfile(), await createProfile(), await createVpc()];
      const { ProfileAssociation: association } = await associate(one, vpcId);
      assert.deepEqual([association?.ProfileId, association?.ResourceId, association?.Priority], [one, vpcId, 100]);
      assert.deepEqual(await associate(one, vpcId), { error: "ResourceExistsException" });
      for (const more of [{}, { Priority: 100 }])
        assert.deepEqual(await associate(other, vpcId, more), { error: "InvalidParameterException" });
      assert.equal((await associate(other, vpcId, { Priority: 200 })).ProfileAssociation?.Priority, 200);
      for (const [profile, vpc] of [
        ["rp-none", vpcId],
        [one, "vpc-none"],
      ])
        assert.deepEqual(await associate(profile, vpc), { error: "ResourceNotFoundException" });
    },
    AssociateResourceToProfile: async () => {
      const id = await createProfile();
      const resolver = (what: string): string => `arn:aws:route53resolver:${REGION}:1:${what}`;
      for (const [arn, type] of [
        [ZONE, "PRIVATE_HOSTED_ZONE"],
        [resolver("resolver-rule/rslvr-rr-1"), "RESOLVER_RULE"],
        [resolver("firewall-rule-group/rslvr-frg-1"), "FIREWALL_RULE_GROUP"],
      ] as const)
        assert.equal((await hold(id, arn)).ProfileResourceAssociation?.ResourceType, type);
      assert.deepEqual(await hold(id, "arn:aws:s3:::b"), { error: "InvalidParameterException" });
    },
    ListProfileAssociations: async () => {
      const [id, vpcIds] = [await createProfile(), [await createVpc(), await createVpc()]];
      for (const vpcId of vpcIds) await associate(id, vpcId);
      const first = await listed("/profileassociations", `&profileId=${id as string}`);
      const token = encodeURIComponent(first.NextToken as unknown as string);
      const second = await listed("/profileassociations", `&profileId=${id as string}&nextToken=${token}`);
      const found = [first, second].flatMap(({ ProfileAssociations = [] }) => ProfileAssociations);
      assert.deepEqual(found.map(({ ResourceId }) => ResourceId).sort(), [...vpcIds].sort());
      const { ProfileAssociations: own } = await listed("/profileassociations", `&resourceId=${present(vpcIds[0])}`);
      assert.deepEqual(
        own?.map(({ ProfileId }) => ProfileId),
        [id],
      );
      assert.deepEqual(await listed("/profileassociations", "&nextToken=x"), { error: "InvalidNextTokenException" });
    },
    ListProfileResourceAssociations: async () => {
      const [id, other] = [await createProfile(), await createProfile()];
      for (const profile of [id, other]) await hold(profile, ZONE);
      const path = `/profileresourceassociations/profileid/${id as string}`;
      const { ProfileResourceAssociations: found } = await listed(path);
      assert.deepEqual(
        found?.map(({ ProfileId, ResourceArn }) => [ProfileId, ResourceArn]),
        [[id, ZONE]],
      );
      const none = await listed("/profileresourceassociations/profileid/rp-none");
      assert.deepEqual(none, { error: "ResourceNotFoundException" });
    },
  };
  for (const [operation, test] of Object.entries(tests)) it(operation, test);

  it("is shown in every operation that is served, and refuses the others by name", async () => {
    assert.deepEqual(Object.keys(tests), Object.keys(SERVICES.route53profiles?.operations ?? {}));
    assert.deepEqual(await ask("GET", "/profiles"), { error: "UnknownOperationException" });
  });
});
