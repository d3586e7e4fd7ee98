import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  accessDifference,
  onlyThroughEndpoint,
  throughEndpoint,
  throughInternet,
  type AccessDifference,
  type AccessFlip,
  type NamedPolicy,
  type OrganizationMembership,
  type PolicyDocument,
} from "../../policy";

/** AWS's own policies, as it publishes them, with its placeholders: `<my-vpc>`. */
const PUBLISHED = JSON.parse(readFileSync(join(__dirname, "../cases/dataPerimeter.json"), "utf8")) as {
  readonly policies: Readonly<Record<string, PolicyDocument>>;
};

const ACCOUNT = "111122223333";
const PARTNER = "444455556666";
const ORGANIZATION = "o-a1b2c3d4e5";
const VPC = "vpc-0a1b2c3d";
const NAT = "203.0.113.7";

const PLACEHOLDERS: Readonly<Record<string, string>> = {
  "<my-vpc>": VPC,
  "<my-corporate-cidr>": "203.0.113.0/24",
  "<my-org-id>": ORGANIZATION,
  "<my-vpc-in-this-region>": VPC,
  "<my-vpc-region>": "eu-west-1",
  "<my-vpc-region-2>": "eu-west-1",
  "<region>": "eu-west-1",
  "<service-account-id>": "999988887777",
  "<third-party-resource>": "arn:aws:s3:::third-party",
};

type Placeholders = Readonly<Record<string, string>>;

function published(file: string, values: Placeholders = {}, change = (text: string): string => text): NamedPolicy {
  const text = change(JSON.stringify(PUBLISHED.policies[file])).replaceAll(
    /<[\w-]+>/g,
    (placeholder) => values[placeholder] ?? PLACEHOLDERS[placeholder] ?? "999988887777",
  );
  return { name: file, document: text };
}

const FULL_ACCESS: NamedPolicy = {
  name: "FullAccess",
  document: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] },
};
const FULL_ACCESS_TO_EVERYONE: NamedPolicy = {
  name: "FullAccess",
  document: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: "*", Action: "*", Resource: "*" }] },
};

interface Facts {
  readonly serviceControl?: NamedPolicy;
  readonly resourceControl?: NamedPolicy;
  readonly endpointPolicy?: NamedPolicy;
  readonly tablePolicy?: NamedPolicy;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /** Of the VPC's account. */
  readonly organization?: OrganizationMembership | "none";
  readonly organizationOfTable?: string;
  readonly addresses?: readonly string[];
}

const INCLUDED = { "dp:include:network": "true" };
const MEMBER = { id: ORGANIZATION, path: `${ORGANIZATION}/r-ab12/` };

/** A role's GetItem on one table, from the VPC, before and after its switch. */
function differenceOf(facts: Facts): AccessDifference {
  const { serviceControl, resourceControl, endpointPolicy = FULL_ACCESS_TO_EVERYONE, tablePolicy } = facts;
  const tableAccount = facts.organizationOfTable === undefined ? ACCOUNT : PARTNER;
  const table = `arn:aws:dynamodb:eu-west-1:${tableAccount}:table/Orders`;
  const role = `arn:aws:iam::${ACCOUNT}:role/app`;
  const allow = { Effect: "Allow" as const, Action: "dynamodb:GetItem", Resource: table };
  const ofPartner = { Version: "2012-10-17", Statement: [{ ...allow, Principal: { AWS: role } }] };
  const levels = [
    {
      name: "root",
      ...(serviceControl && { serviceControlPolicies: [FULL_ACCESS, serviceControl] }),
      ...(resourceControl && { resourceControlPolicies: [FULL_ACCESS_TO_EVERYONE, resourceControl] }),
    },
  ];
  return accessDifference(
    {
      callers: [
        {
          arn: role,
          tags: "tags" in facts ? facts.tags : INCLUDED,
          identityPolicies: [{ name: "app", document: { Version: "2012-10-17", Statement: [allow] } }],
        },
      ],
      tables: [
        {
          arn: table,
          tags: {},
          policy: tablePolicy ?? (tableAccount === PARTNER ? { name: "partner", document: ofPartner } : undefined),
        },
      ],
      accounts: {
        [ACCOUNT]: { ...MEMBER, levels },
        ...(facts.organizationOfTable !== undefined && {
          [PARTNER]: { id: facts.organizationOfTable, path: `${facts.organizationOfTable}/r-zz99/`, levels: [] },
        }),
      },
    },
    throughInternet({ addresses: facts.addresses ?? [NAT] }),
    throughEndpoint({
      vpcId: VPC,
      vpcEndpointId: "vpce-0a1b2c3d",
      account: ACCOUNT,
      organization: facts.organization ?? MEMBER,
      addressRanges: ["10.0.0.0/16"],
      policy: endpointPolicy,
    }),
  );
}

const lineOf = ({ before, after, edits }: AccessFlip): string => {
  const by = after.by ?? before.by;
  const why = after.outcome === "unknown" ? after.dependsOn.join(", ") : (after.notAllowedBy ?? by?.sid ?? "");
  const edit = edits.map(({ during }) => during.words).join("; ");
  return `${before.outcome} → ${after.outcome}: ${why}${edit === "" ? "" : ` (${edit})`}`;
};

const SOURCE_VPC_SCP = "service_control_policies/network_perimeter_sourcevpc_scp.json";
const SOURCE_VPC_RCP = "resource_control_policies/network_perimeter_sourcevpc_rcp.json";
const ORGANIZATION_SCP = "service_control_policies/network_perimeter_vpceorgid_scp.json";
const ENDPOINT = "vpc_endpoint_policies/default_endpoint_policy.json";
const NOT_LISTED = { "<my-vpc>": "vpc-0f0f0f0f", "<my-vpc-in-this-region>": "vpc-0f0f0f0f" };
/** The guidance for services that support the key: DynamoDB does, and the sample does not list it. */
const ofDynamoDb = (text: string): string => text.replace('"acm-pca:*"', '"dynamodb:*"');

const CASES: readonly { readonly title: string; readonly facts: Facts; readonly flips: readonly string[] }[] = [
  {
    title: "network perimeter by VPC, SCP: the VPC is listed",
    facts: { serviceControl: published(SOURCE_VPC_SCP) },
    flips: [],
  },
  {
    title: "network perimeter by VPC, SCP: the VPC is not listed, and the NAT gateway's address was enough",
    facts: { serviceControl: published(SOURCE_VPC_SCP, NOT_LISTED) },
    flips: [
      "allowed → denied: EnforceNetworkPerimeterSourceVPC " +
        `(Statement[0]: add ${VPC} to aws:SourceVpc of StringNotEqualsIfExists)`,
    ],
  },
  {
    title: "network perimeter by VPC, SCP: the role is none of those that it includes",
    facts: { serviceControl: published(SOURCE_VPC_SCP, NOT_LISTED), tags: {} },
    flips: [],
  },
  {
    title: "network perimeter by VPC, SCP: whether it includes the role is not known",
    facts: { serviceControl: published(SOURCE_VPC_SCP, NOT_LISTED), tags: undefined },
    flips: ["allowed → unknown: aws:PrincipalTag/dp:exclude:network, aws:PrincipalTag/dp:include:network"],
  },
  {
    title: "network perimeter by VPC, SCP: the VPC is listed, and the NAT gateway's address was not",
    facts: { serviceControl: published(SOURCE_VPC_SCP), addresses: ["198.51.100.1"] },
    flips: ["denied → allowed: "],
  },
  {
    title: "network perimeter by VPC, SCP: the VPC is in another Region than its statement says",
    facts: {
      serviceControl: published(SOURCE_VPC_SCP, { "<my-vpc-region>": "us-east-1", "<my-vpc-region-2>": "us-east-1" }),
    },
    flips: ["allowed → denied: SourceVPCRegion"],
  },
  {
    title: "network perimeter by VPC, RCP: the VPC is listed",
    facts: { resourceControl: published(SOURCE_VPC_RCP) },
    flips: [],
  },
  {
    title: "network perimeter by VPC, RCP: the VPC is not listed",
    facts: { resourceControl: published(SOURCE_VPC_RCP, NOT_LISTED) },
    flips: [
      "allowed → denied: EnforceNetworkPerimeterSourceVPC " +
        `(Statement[0]: add ${VPC} to aws:SourceVpc of StringNotEqualsIfExists)`,
    ],
  },
  {
    title: "network perimeter by organization, SCP: the sample does not list DynamoDB",
    facts: { serviceControl: published(ORGANIZATION_SCP), organization: "none" },
    flips: [],
  },
  {
    title: "network perimeter by organization, SCP with DynamoDB: the endpoint is the organization's",
    facts: { serviceControl: published(ORGANIZATION_SCP, {}, ofDynamoDb) },
    flips: [],
  },
  {
    title: "network perimeter by organization, SCP with DynamoDB: the endpoint's account is in no organization",
    facts: { serviceControl: published(ORGANIZATION_SCP, {}, ofDynamoDb), organization: "none" },
    flips: [
      "allowed → denied: EnforceNetworkPerimeterVpceOrgID " +
        "(Statement[0]: add 111122223333 to aws:VpceAccount of StringNotEqualsIfExists)",
    ],
  },
  {
    title: "network perimeter by organization, RCP: the sample does not list DynamoDB",
    facts: { resourceControl: published("resource_control_policies/network_perimeter_vpceorgid_rcp.json") },
    flips: [],
  },
  {
    title: "identity perimeter, RCP: nothing of it reads the way",
    facts: { resourceControl: published("resource_control_policies/identity_perimeter_rcp.json") },
    flips: [],
  },
  {
    title: "resource perimeter, SCP: nothing of it reads the way",
    facts: { serviceControl: published("service_control_policies/resource_perimeter_scp.json") },
    flips: [],
  },
  {
    title: "identity and resource perimeter, policy of the endpoint: identity and table are the organization's",
    facts: { endpointPolicy: published(ENDPOINT) },
    flips: [],
  },
  {
    title: "identity and resource perimeter, policy of the endpoint: a partner's table",
    facts: { endpointPolicy: published(ENDPOINT), organizationOfTable: "o-zzzzzzzzzz" },
    flips: [
      "allowed → denied: endpoint (a statement more: Allow arn:aws:iam::111122223333:role/app dynamodb:GetItem on " +
        "arn:aws:dynamodb:eu-west-1:444455556666:table/Orders)",
    ],
  },
  {
    title: "identity and resource perimeter, policy of the endpoint: a role that is exempt from it",
    facts: {
      endpointPolicy: published(ENDPOINT),
      organizationOfTable: "o-zzzzzzzzzz",
      tags: { "dp:exclude:resource": "true" },
    },
    flips: [],
  },
  {
    title: "a table's policy that admits the organization's endpoints alone: what was locked out comes in",
    facts: { tablePolicy: ofOrganizationOnly() },
    flips: ["denied → allowed: "],
  },
  {
    title: "the same where the account is in no organization: nobody comes in",
    facts: { tablePolicy: ofOrganizationOnly(), organization: "none" },
    flips: [],
  },
];

function ofOrganizationOnly(): NamedPolicy {
  const statement = onlyThroughEndpoint({
    kind: "resource",
    tables: [`arn:aws:dynamodb:eu-west-1:${ACCOUNT}:table/Orders`],
    through: { organizations: [ORGANIZATION] },
  });
  return { name: "table", document: { Version: "2012-10-17", Statement: [statement] } };
}

describe("AWS's published data perimeters", () => {
  for (const { title, facts, flips } of CASES)
    it(title, () => {
      const found = differenceOf(facts);
      assert.deepEqual(found.flips.map(lineOf), flips);
      assert.deepEqual(found.unknown, []);
    });
});
