import { distance } from "fastest-levenshtein";
import { KNOWN_REGIONS } from "./knownRegions";
import { shown, type Problem } from "./problem";

/** What is wrong with a Region, and which one was meant; `undefined` if nothing is. */
export function regionProblem(region: unknown): Problem | undefined {
  if (typeof region !== "string") return { message: `${shown(region)} is not an AWS Region`, suggestion: WRITE_ONE };
  if (isRegion(region)) return undefined;
  const zoneOf = KNOWN_REGIONS.find((known) =>
    new RegExp(`^${known}(?:[a-z]|-[a-z]{3}-\\d[a-z]|-wl\\d-[a-z]{3}-wlz-\\d)$`).test(region),
  );
  if (zoneOf !== undefined) return { message: `"${region}" is a zone, not a Region`, suggestion: `write "${zoneOf}"` };
  const message = region === "" ? "is empty" : `${shown(region)} is not an AWS Region`;
  const meant = nearestRegion(region);
  return { message, suggestion: meant === undefined ? WRITE_ONE : `did you mean "${meant}"?` };
}

const WRITE_ONE = 'write the code of one, such as "us-east-1"';

/**
 * Whether `text` is a Region: one that is known, or that may be newer than what is known.
 *
 * A newer one cannot be told by its distance from the known ones, which differ by a letter or digit from each other: it
 * has the form of a Region, a direction that AWS uses, and is no known one with two letters exchanged (`ue-west-1`).
 */
export function isRegion(text: string): boolean {
  return KNOWN_REGIONS.includes(text) || (NEWER_REGION.test(text) && exchanged(text) === undefined);
}

/** What is judged by a Region goes without one where it is unknown, or none: that is told elsewhere. */
export function regionIfRight(region: unknown): string | undefined {
  return typeof region === "string" && isRegion(region) ? region : undefined;
}

/**
 * Where it is, in two letters and more outside the partition `aws`; the direction; one digit, as all have had so far.
 */
const NEWER_REGION =
  /^(?:[a-z]{2}(?:-gov|-iso[a-z]?)?|eusc-[a-z]{2})-(?:central|(?:north|south)(?:east|west)?|east|west)-[1-9]$/;

/** The known Region that has the letters of `text` in another order. */
function exchanged(text: string): string | undefined {
  return KNOWN_REGIONS.find((known) => lettersOf(known) === lettersOf(text));
}

function lettersOf(region: string): string {
  return Array.from(region).sort().join();
}

/** The known Region that is closest to what was written, unless none is close. */
function nearestRegion(given: string): string | undefined {
  const written = given.trim().toLowerCase();
  if (written.length > LONGEST_REGION) return undefined;
  const sameLetters = exchanged(written);
  if (sameLetters !== undefined) return sameLetters;
  const [nearest] = [...KNOWN_REGIONS].sort((one, other) => distance(written, one) - distance(written, other));
  return nearest !== undefined && distance(written, nearest) <= written.length / 3 ? nearest : undefined;
}

/** What is much longer than any Region is not compared. */
const LONGEST_REGION = 32;

/**
 * Prefixes of Regions outside the partition `aws`; those of isolated ones, of which there may be newer, have its
 * letter.
 */
const PARTITIONS: readonly (readonly [prefix: string, partition: string])[] = [
  ["cn-", "aws-cn"],
  ["us-gov-", "aws-us-gov"],
  ["eusc-", "aws-eusc"],
];

/** The partition that a Region is in, and whose ARNs its resources have. */
export function partitionOf(region: string): string {
  const [isolated, letter] = /^[a-z]{2}-iso([a-z]?)-/.exec(region) ?? [];
  if (isolated !== undefined) return letter === "" ? "aws-iso" : `aws-iso-${letter}`;
  return PARTITIONS.find(([prefix]) => region.startsWith(prefix))?.[1] ?? "aws";
}

/** Whether `text` is the name of a partition. */
export function isPartition(text: string): boolean {
  return text === "aws" || /^aws-iso(?:-[a-z])?$/.test(text) || PARTITIONS.some(([, partition]) => partition === text);
}
