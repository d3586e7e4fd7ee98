import { alikeFlips } from "../../access/findings";
import { judgeAccess } from "../../access/judge";
import type { DryRunFact } from "../facts/facts";
import { interfacesIn, listed, scopedTables } from "../network";
import type { Scope } from "../scope";
import { ofVpc, PATH_FACTS, UNDOCUMENTED } from "./known";
import { seenFrom } from "../seen";
import { type Found, type Look, look, rule, type Rule, seenLook } from "./rule";

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
  },
  look(["tables"], ({ tables }) =>
    tables.flatMap(({ TableName = "?", SSEDescription }) => {
      const { KMSMasterKeyArn } = SSEDescription ?? {};
      if (KMSMasterKeyArn === undefined) return [];
      return [
        {
          severity: "unknown" as const,
          subject: TableName,
          routeTableIds: [],
          message:
            "Not known: whether the policy of its key names `aws:SourceIp`, which is absent through the endpoint. " +
            `What a key's policy sees of such a request is open. ${UNDOCUMENTED}`,
          evidence: [`${TableName}: SSEDescription.KMSMasterKeyArn ${KMSMasterKeyArn}`],
          remedy: "Read the key's policy (`aws kms get-key-policy`), and accept this with what it says.",
        },
      ];
    }),
  ),
);

const P5 = rule(
  {
    id: "P5",
    family: "permissions",
    title: "The endpoint's policy shuts out no account that is in these subnets",
    reference: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html",
    directions: ["switch"],
  },
  look(["routeTables", "subnets", "networkInterfaces", "vpcEndpoints"], (known, scope) => {
    const policy = known.vpcEndpoints.find((each) => each.VpcEndpointId === scope.vpcEndpointId)?.PolicyDocument ?? "";
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
    const policy = known.vpcEndpoints.find((each) => each.VpcEndpointId === scope.vpcEndpointId)?.PolicyDocument ?? "";
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
