import { Unjudged } from "../exit";

/** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html: the event history has 90 days. */
const MOST_HOURS = 90 * 24;

/** How long is looked back on who really calls; absent: nobody is asked who has called. */
export function observedHours(option: string | undefined): number | undefined {
  if (option === undefined) return undefined;
  const hours = /^\d{1,9}$/.test(option) ? Number(option) : 0;
  if (hours >= 1 && hours <= MOST_HOURS) return hours;
  throw new Unjudged(
    `--observed-hours ${option}: whole hours are asked for, 1 to ${MOST_HOURS}: CloudTrail's event history has 90 days`,
  );
}

export const NOBODY_ASKED = "--facts goes by what was recorded, calls too: leave out --observed-hours";
