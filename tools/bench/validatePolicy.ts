import { performance } from "node:perf_hooks";
import { MAX_POLICY_CHARACTERS } from "../../components/policy/document";
import { validatePolicy } from "../../components/policy/validate";

/** What the validation of the longest policy that AWS takes costs. */
export interface ValidatePolicyFigures {
  readonly characters: number;
  readonly statements: number;
  readonly findings: number;
  readonly rounds: number;
  /** The least disturbed round: what it costs where nothing else runs. */
  readonly fastestMillis: number;
  readonly medianMillis: number;
  readonly slowestTenthMillis: number;
}

/** Measures it on a policy of many tables, after enough rounds for the compiler to have settled. */
export function measureValidatePolicy(rounds: number): ValidatePolicyFigures {
  const document = longPolicy();
  const validate = (): number => validatePolicy(document, { kind: "endpoint", region: "eu-west-1" }).length;
  for (let round = 0; round < rounds; round++) validate();
  const millis = Array.from({ length: rounds }, () => {
    const start = performance.now();
    validate();
    return performance.now() - start;
  }).sort((a, b) => a - b);
  const quantile = (share: number): number => millis[Math.floor(share * (rounds - 1))] ?? NaN;
  return {
    characters: document.length,
    statements: (JSON.parse(document) as { Statement: unknown[] }).Statement.length,
    findings: validate(),
    rounds,
    fastestMillis: quantile(0),
    medianMillis: quantile(0.5),
    slowestTenthMillis: quantile(0.9),
  };
}

/** As many tables, each with a statement of its own, as the quota has room for. */
function longPolicy(): string {
  const statements: unknown[] = [
    { Effect: "Allow", Principal: "*", Action: ["dynamodb:ListTables", "dynamodb:DescribeEndpoints"], Resource: "*" },
  ];
  for (let i = 0; ; i++) {
    const text = JSON.stringify({ Version: "2012-10-17", Statement: statements });
    if (text.length > MAX_POLICY_CHARACTERS - 500) return text;
    const table = `arn:aws:dynamodb:eu-west-1:123456789012:table/table-${i}`;
    statements.push({
      Sid: `Table${i}`,
      Effect: "Allow",
      Principal: "*",
      Action: [
        "dynamodb:BatchGetItem",
        "dynamodb:GetItem",
        "dynamodb:Query",
        "dynamodb:Scan",
        "dynamodb:PutItem",
        "dynamodb:ConditionCheck*",
      ],
      Resource: [table, `${table}/index/*`],
      Condition: { ArnLike: { "aws:PrincipalArn": `arn:aws:iam::123456789012:role/role-${i}-*` } },
    });
  }
}
