import { alikeFlips } from "../../access/findings";
import { judgeAccess } from "../../access/judge";
import type { DryRunFact, FactValues, KeyFact } from "../facts/facts";
import { isKeyHere } from "../facts/later";
import { interfacesIn, listed, scopedTables } from "../network";
import type { Scope } from "../scope";
import { seenFrom } from "../seen";
import { readKeyPolicy } from "./keyPolicies";
import { ofVpc, PATH_FACTS, TABLES_LEFT_OUT, UNDOCUMENTED } from "./known";
import { type Found, type Look, look, type Outcome, rule, type Rule, seenLook } from "./rule";

const LOGIC = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html";

const P1 = rule(
  {
    id: "P1",
    family: "permissions",
    title: "Nobody behind these subnets is denied on the other way what is allowed today",
    reference: LOGIC,
  },
  ...flipsBy("P1"),
);

const P2 = rule(
  {
    id: "P2",
    family: "permissions",
    title: "The endpoint's policy lets through what callers are allowed today",
    reference: LOGIC,
  },
  ...flipsBy("P2"),
);

/** What `access` finds of the roles behind the subnets. A service that does not tell hides its own alone. */
function flipsBy(id: "P1" | "P2"): readonly Look[] {
  return [
    {
      needs: ["authorization", "routeTables", "subnets", "natGateways", "prefixLists", "vpcEndpoints"],
      judge: (facts, scope) => {
        const { flips, unknown } = judgeAccess({ facts }, scope, { roles: [], isForAll: false });
        return [
          ...alikeFlips(flips.filter((flip) => flip.id === id)).map(asFound),
          ...unknown
            .filter((each) => each.id === id && each.subject !== scope.vpcId && !isOfSessions(each.subject))
            .map((each) => asFound({ ...each, routeTableIds: [] })),
        ];
      },
    },
    {
      needs: ["organization", "functions", "instances", "ecs", "eks", "tableNames", "tables"],
      observes: ["calls"],
      judge: () => [],
    },
  ];
}

/** Of roles that were seen calling: `access` tells that nobody knows their sessions. */
function isOfSessions(subject: string): boolean {
  return subject.startsWith("session policies of ");
}

function asFound({ severity, subject, message, evidence, remedy, routeTableIds }: Found): Found {
  return { severity, subject, message, evidence, remedy, routeTableIds };
}

const P3 = rule(
  {
    id: "P3",
    family: "permissions",
    title: "The principal may make and change the endpoint",
    reference: "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html",
  },
  look(["dryRuns", "caller"], ({ dryRuns, caller }, scope) =>
    actionsOf(scope).flatMap((action) => {
      const run = dryRuns.find((each) => each.VpcId === scope.vpcId && each.action === action);
      if (run?.code === "DryRunOperation") return [];
      return [
        run?.code === "UnauthorizedOperation" ? forbidden(action, scope, caller.Arn) : untold(action, scope, run),
      ];
    }),
  ),
);

/** What this change asks AWS for: an endpoint that is not there yet is made, one that is there is changed. */
function actionsOf({ direction, vpcEndpointId }: Scope): readonly DryRunFact["action"][] {
  if (vpcEndpointId !== undefined) return ["ec2:ModifyVpcEndpoint"];
  return direction === "switch" ? ["ec2:CreateVpcEndpoint"] : [];
}

function forbidden(action: DryRunFact["action"], scope: Scope, principal = "?"): Found {
  return ofVpc(scope, {
    severity: "blocker",
    message: `${principal} may not call ${action} here: \`pulumi up\` fails at the endpoint if the same principal runs it.`,
    evidence: [`${action} with DryRun: UnauthorizedOperation`],
    remedy: 'Give it what the page "Who deploys" lists, or run the preflight as the principal that deploys.',
  });
}

function untold(action: DryRunFact["action"], scope: Scope, run: DryRunFact | undefined): Found {
  return ofVpc(scope, {
    severity: "unknown",
    message: `Not known: whether ${action} is allowed. The dry run answered ${run?.code ?? "nothing"}.`,
    evidence: [`${action} with DryRun: ${run?.code ?? "not made"}`],
    remedy: `Run the preflight as the principal that deploys, with ${action}.`,
  });
}

const P4 = rule(
  {
    id: "P4",
    family: "permissions",
    title: "No table is encrypted with a key whose policy may know addresses",
    reference: "https://docs.aws.amazon.com/kms/latest/developerguide/conditions-aws.html",
  },
  look(["tables", "keys"], ({ tables, keys }, scope) => {
    const known = new Map(keys.map((key) => [key.KMSMasterKeyArn, key]));
    return [...tablesByKey(tables)].flatMap(([arn, names]) => judgeKey(arn, names, known.get(arn), scope));
  }),
  TABLES_LEFT_OUT,
);

/** The names of the tables that a key encrypts, by what these call it. */
function tablesByKey(tables: FactValues["tables"]): ReadonlyMap<string, readonly string[]> {
  const named = new Map<string, string[]>();
  for (const { TableName = "?", SSEDescription } of tables) {
    const { KMSMasterKeyArn } = SSEDescription ?? {};
    if (KMSMasterKeyArn === undefined) continue;
    named.set(KMSMasterKeyArn, [...(named.get(KMSMasterKeyArn) ?? []), TableName]);
  }
  return named;
}

/** What AWS manages has a policy of AWS's own: there is nothing to judge. */
function judgeKey(arn: string, names: readonly string[], key: KeyFact | undefined, scope: Scope): Outcome {
  if (key?.KeyMetadata?.KeyManager === "AWS") return [];
  const ofKey = (found: Omit<Found, "subject" | "routeTableIds" | "evidence">, ...evidence: string[]): Found => ({
    ...found,
    subject: key?.KeyMetadata?.KeyId ?? arn.replace(/^.*:key\//, ""),
    routeTableIds: [],
    evidence: [...names.map((name) => `${name}: SSEDescription.KMSMasterKeyArn ${arn}`), ...evidence],
  });
  const policy = `the policy of this key, which encrypts ${listed(names)},`;
  const unknown = (why: string, remedy: string, ...evidence: string[]): Outcome => [
    ofKey(
      { severity: "unknown", message: `Not known: whether ${policy} tells the ways apart. ${why}`, remedy },
      ...evidence,
    ),
  ];
  if (!isKeyHere(arn, scope))
    return unknown("It is of another account or Region, and is read there.", `${GET_KEY_POLICY}, as who may.`);
  if (key?.missing !== undefined) return unknown(`${key.missing.message}.`, ALLOW_IT, key.missing.permission);
  if (key?.Policy === undefined) return unknown("It is not among the facts.", ALLOW_IT, "kms:GetKeyPolicy");
  const { reads, unreadable } = readKeyPolicy(key.Policy, scope.region);
  if (reads.length === 0 && unreadable.length > 0)
    return unknown(`${listed(unreadable)} cannot be read.`, `${GET_KEY_POLICY}.`, ...unreadable);
  if (reads.length === 0) return [];
  const keys = [...new Set(reads.map((each) => each.key))].sort();
  const message =
    `T${policy.slice(1)} reads ${listed(keys)}. KMS goes by it for what DynamoDB asks for a caller. AWS warns that such ` +
    `conditions may fail there; whether they see the caller's way, which the switch changes, is open. ${UNDOCUMENTED}`;
  return [
    ofKey(
      { severity: "medium", message, remedy: SPARE_DYNAMODB },
      ...reads.map((each) => `${each.statement}: ${each.key}`),
    ),
  ];
}

const GET_KEY_POLICY = "Read it (`aws kms get-key-policy`), and accept this with what it says";
const ALLOW_IT = "Allow kms:DescribeKey and kms:GetKeyPolicy on this key, or accept it by name with --accept-unknown.";
const SPARE_DYNAMODB =
  "Allow what DynamoDB asks for by a statement of its own, with `kms:ViaService`; spare it in a Deny by " +
  "`aws:ViaAWSService`. Or watch the first stage for denials of KMS.";

function policyOfEndpoint({ vpcEndpoints }: Pick<FactValues, "vpcEndpoints">, { vpcEndpointId }: Scope): string {
  return vpcEndpoints.find((each) => each.VpcEndpointId === vpcEndpointId)?.PolicyDocument ?? "";
}

const P5 = rule(
  {
    id: "P5",
    family: "permissions",
    title: "The endpoint's policy shuts out no account that is in these subnets",
    reference: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html",
    directions: ["switch"],
  },
  look(["routeTables", "subnets", "networkInterfaces", "vpcEndpoints"], (known, scope) => {
    const policy = policyOfEndpoint(known, scope);
    const [key] =
      scope.vpcEndpointId === undefined ? [] : (/aws:Principal(?:Account|OrgID|OrgPaths)/i.exec(policy) ?? []);
    if (key === undefined) return [];
    const owners = scopedTables(known, scope).flatMap(({ subnets }) =>
      interfacesIn(subnets, known.networkInterfaces).flatMap(({ OwnerId }) => OwnerId ?? []),
    );
    const isTold = /Account/i.test(key);
    const others = [...new Set(owners)]
      .filter((account) => !policy.includes(account) && (isTold || account !== scope.account))
      .sort();
    if (others.length === 0) return [];
    return [
      ofVpc(scope, {
        severity: isTold ? "high" : "unknown",
        message: isTold
          ? `The endpoint's policy restricts ${key}, and does not name ${listed(others)}: their clients are here.`
          : `Not known: whether ${listed(others)}, whose clients are here, are in the organization that the policy asks for.`,
        evidence: [
          `${scope.vpcEndpointId ?? "?"}: PolicyDocument has ${key}`,
          ...others.map((each) => `OwnerId ${each}`),
        ],
        remedy: LET_IN,
      }),
    ];
  }),
  seenLook(["calls"], [...PATH_FACTS, "vpcEndpoints"], (known, scope) => {
    const policy = policyOfEndpoint(known, scope);
    const [key] = /aws:PrincipalAccount/i.exec(policy) ?? [];
    if (key === undefined || scope.vpcEndpointId === undefined) return [];
    const seen = seenFrom(known.calls, known, scope).here.filter(
      ({ calls: { accountId } }) => accountId !== undefined && !policy.includes(accountId),
    );
    return [...new Set(seen.map(({ calls }) => calls.accountId ?? ""))].sort().map((account) => {
      const own = seen.filter(({ calls }) => calls.accountId === account);
      return {
        severity: "high" as const,
        subject: account,
        routeTableIds: [...new Set(own.flatMap(({ routeTableIds }) => routeTableIds))],
        message: `The endpoint's policy restricts ${key}, and does not name ${account}: principals of it call from here.`,
        evidence: [...new Set(own.map(({ calls, way }) => `CloudTrail: ${calls.principal} from ${way}`))].slice(0, 10),
        remedy: LET_IN,
      };
    });
  }),
);

const LET_IN = "Add them to `access.accounts` or `access.organizations` before these route tables switch.";

export const PERMISSIONS: readonly Rule[] = [P1, P2, P3, P4, P5];
