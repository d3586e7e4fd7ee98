/** How long a second of AWS's lasts in the lab: the one factor for everything that AWS takes its time for. */
const LAB_MILLIS_PER_SECOND = 0.1;

/** What takes AWS so many seconds takes the lab so many milliseconds. */
export function labMillis(awsSeconds: number): number {
  return awsSeconds * LAB_MILLIS_PER_SECOND;
}
