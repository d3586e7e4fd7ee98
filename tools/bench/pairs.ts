/** With the package, or the same resources written by hand. */
export type Variant = "component" | "byHand";

/** Something for each of the two variants. */
export type Pair<T> = Readonly<Record<Variant, T>>;

/** Makes something for each variant, one after the other. */
export async function forBoth<T>(make: (variant: Variant) => Promise<T>): Promise<Pair<T>> {
  const component = await make("component");
  return { component, byHand: await make("byHand") };
}

/** Measures both variants, one directly after the other; in every other repetition in the other order. */
export async function pairOf<T>(repetition: number, measure: (variant: Variant) => Promise<T>): Promise<Pair<T>> {
  if (repetition % 2 === 0) return forBoth(measure);
  const byHand = await measure("byHand");
  return { component: await measure("component"), byHand };
}

/** Pair after pair, so that what else the machine does meets both variants. */
export async function interleaved<T>(
  repetitions: number,
  measure: (variant: Variant, repetition: number) => Promise<T>,
): Promise<readonly Pair<T>[]> {
  const pairs: Pair<T>[] = [];
  for (let i = 0; i < repetitions; i++) pairs.push(await pairOf(i, (variant) => measure(variant, i)));
  return pairs;
}
