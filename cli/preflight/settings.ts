import { closest } from "fastest-levenshtein";
import { acceptedUnknown } from "../acceptedUnknown";
import { Unjudged } from "../exit";
import { separated } from "../words";
import type { FailOn } from "../finding";
import { acknowledgementsOf } from "./acknowledgements";
import { FACT_NAMES } from "./facts/sources";
import type { FactName } from "./facts/facts";
import type { TableChoice } from "./facts/reading";
import type { Answers } from "./judge";
import { NOBODY_ASKED, observedHours } from "./observed";
import { FAMILIES, type Rule } from "./rules/rule";
import { tableChoice } from "./tableChoice";

export interface PreflightOptions {
  readonly vpc?: string;
  readonly routeTables?: string;
  readonly region?: string;
  readonly profile?: string;
  readonly preview?: string;
  readonly accounts?: string;
  readonly withdraw?: boolean;
  readonly tables: string;
  readonly checks?: string;
  readonly skip?: string;
  readonly record?: string;
  readonly facts?: string;
  readonly since?: string;
  /** A number, as text. */
  readonly observedHours?: string;
  /** `ID=REASON` each. */
  readonly acknowledge: readonly string[];
  readonly acknowledgements?: string;
  readonly acceptUnknown: readonly string[];
  readonly failOn: FailOn;
  readonly json?: boolean;
  readonly markdown?: boolean;
  readonly html?: string;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly printPolicy?: boolean;
  readonly color: boolean;
}

/** What a run is to do, of options that fit together. */
export interface Settings {
  readonly rules: readonly Rule[];
  /** What they, the scope and the report need. */
  readonly wanted: ReadonlySet<FactName>;
  readonly routeTableIds?: readonly string[] | undefined;
  readonly tables: TableChoice;
  readonly observedHours?: number | undefined;
  readonly answers: Answers;
}

export function settingsOf(options: PreflightOptions, all: readonly Rule[], now: Date): Settings {
  refuseTogether(options);
  if (options.vpc !== undefined && !/^vpc-[0-9a-z]+$/.test(options.vpc))
    throw new Unjudged(`--vpc ${options.vpc}: the id of a VPC is asked for, vpc-…`);
  const routeTableIds = options.routeTables === undefined ? undefined : separated(options.routeTables);
  const [wrong] = (routeTableIds ?? []).filter((id) => !/^rtb-[0-9a-z]+$/.test(id));
  if (wrong !== undefined)
    throw new Unjudged(`--route-tables ${wrong}: ids of route tables are asked for, rtb-…,rtb-…`);
  const rules = chosenRules(options, all);
  const hours = observedHours(options.observedHours);
  return {
    rules,
    wanted: wantedFacts(rules, [...(options.checks === undefined ? NAMES : []), ...(hours === undefined ? [] : SEEN)]),
    observedHours: hours,
    routeTableIds,
    tables: tableChoice(options.tables),
    answers: {
      acknowledgements: acknowledgementsOf(options.acknowledge, options.acknowledgements),
      acceptedUnknown: acceptedUnknown(options.acceptUnknown),
      now,
    },
  };
}

/** What makes no sense together, and why. */
function refuseTogether({
  vpc,
  routeTables,
  facts,
  record,
  accounts,
  profile,
  region,
  preview,
  withdraw,
  observedHours: hours,
}: PreflightOptions): void {
  const conflicts: readonly (readonly [boolean, string])[] = [
    [routeTables !== undefined && vpc === undefined, "--route-tables are of one VPC: name it with --vpc"],
    [routeTables !== undefined && preview !== undefined, "--preview names the route tables: leave out --route-tables"],
    [withdraw === true && preview !== undefined, "--preview says what is withdrawn: leave out --withdraw"],
    [facts !== undefined && record !== undefined, "--facts reads nothing that --record could write"],
    [facts !== undefined && hours !== undefined, NOBODY_ASKED],
    [facts !== undefined && accounts !== undefined, "--facts asks no account: leave out --accounts"],
    [facts !== undefined && profile !== undefined, "--facts asks no account: leave out --profile"],
    [accounts !== undefined && region !== undefined, "--accounts names the Regions: leave out --region"],
    [accounts !== undefined && vpc !== undefined, "--accounts looks at every VPC: leave out --vpc"],
  ];
  const found = conflicts.find(([isSo]) => isSo);
  if (found !== undefined) throw new Unjudged(found[1]);
}

/** By the ids of rules, or by families. */
function chosenRules({ checks, skip }: PreflightOptions, all: readonly Rule[]): readonly Rule[] {
  const known = new Set([...all.map(({ id }) => id), ...FAMILIES]);
  const namesIn = (option: string, text: string | undefined): ReadonlySet<string> | undefined => {
    if (text === undefined) return undefined;
    const names = separated(text);
    const [wrong] = names.filter((name) => !known.has(name));
    if (wrong !== undefined)
      throw new Unjudged(`${option}: there is no ${wrong}; did you mean ${closest(wrong, [...known])}?`);
    return new Set(names);
  };
  const [only, without] = [namesIn("--checks", checks), namesIn("--skip", skip)];
  const isIn = ({ id, family }: Rule, names: ReadonlySet<string>): boolean => names.has(id) || names.has(family);
  const rules = all.filter(
    (rule) => (only === undefined || isIn(rule, only)) && (without === undefined || !isIn(rule, without)),
  );
  if (rules.length === 0 && all.length > 0) throw new Unjudged("--checks and --skip leave nothing to check");
  return rules;
}

/** What the scope and the report are made of, whatever is checked. */
const ALWAYS: readonly FactName[] = [
  "caller",
  "vpcs",
  "subnets",
  "routeTables",
  "prefixLists",
  "vpcEndpoints",
  "natGateways",
  "networkInterfaces",
];

/** What puts names on interfaces. */
const NAMES: readonly FactName[] = ["functions", "ecs", "eks", "instances"];

/** What tells who really calls. */
const SEEN: readonly FactName[] = ["calls", "flowLogs", "flows"];

function wantedFacts(rules: readonly Rule[], others: readonly FactName[]): ReadonlySet<FactName> {
  const wanted = new Set([...ALWAYS, ...others, ...rules.flatMap(({ needs }) => needs)]);
  return new Set(FACT_NAMES.filter((name) => wanted.has(name)));
}
