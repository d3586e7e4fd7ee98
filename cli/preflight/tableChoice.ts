import { Unjudged } from "../exit";
import { separated } from "../words";
import type { TableChoice } from "./facts/reading";

/** As many tables and clusters as are asked about one by one, unless told otherwise. */
const MOST = 50;

const NAME = /^[\w.-]{3,255}$/;
const ARN = /^arn:aws[\w-]*:dynamodb:([\w-]+):\d{12}:table\/[\w.-]{3,255}$/;

/** What `--tables` names, or how many it allows at most. A table of another account is named by its ARN. */
export function tableChoice(given: string): TableChoice {
  const all = separated(given);
  const counts = all.filter((each) => /^\d+$/.test(each));
  const arns = all.filter((each) => ARN.test(each));
  const names = all.filter((each) => !counts.includes(each) && !arns.includes(each));
  const [wrong] = [...names.filter((name) => !NAME.test(name)), ...counts.slice(1)];
  if (wrong !== undefined || (counts.length > 0 && names.length > 0))
    throw new Unjudged(
      `--tables ${wrong ?? given}: names of tables are asked for, ARNs of other accounts', or how many at most`,
    );
  return {
    ...(names.length > 0 && { names }),
    ...(arns.length > 0 && { arns }),
    most: counts[0] === undefined ? MOST : Number(counts[0]),
  };
}

/** A gateway endpoint carries what goes to its own Region: requests to another one do not change their way. */
export function requireRegions({ arns = [] }: TableChoice, regions: readonly string[]): void {
  const wrong = arns.find((arn) => !regions.includes(ARN.exec(arn)?.[1] ?? ""));
  if (wrong !== undefined)
    throw new Unjudged(
      `--tables ${wrong}: its requests go to another Region than ${regions.join(", ")}: no gateway endpoint there carries them`,
    );
}
