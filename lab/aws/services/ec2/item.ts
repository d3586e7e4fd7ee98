import type { Described } from "../../../cloud/ec2/describe";

/** The things of EC2 as its API shows them: the records of the cloud, and what follows from them. */
export type Item<R, A> = (record: Described<R>, region: string) => A;

/** A moment as the cloud keeps it. */
export function time(moment: string | undefined): Date | undefined {
  return moment === undefined ? undefined : new Date(moment);
}
