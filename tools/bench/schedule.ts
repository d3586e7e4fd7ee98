/** What is measured, and how often. */
export interface Schedule {
  readonly sizes: readonly Size[];
  /**
   * Rounds in which a new stack of each size is previewed, a pair each: growth compares sizes, so they take turns too.
   */
  readonly previewRounds: number;
  /** So many route tables with a gate each, and the pairs of previews. */
  readonly gates: { readonly tables: number; readonly previews: number };
  /** Pairs of processes that import. */
  readonly imports: number;
}

/** So many route tables, and the pairs of deployments and, of the last one, of previews that find nothing to change. */
export interface Size {
  readonly tables: number;
  readonly ups: number;
  readonly unchangedPreviews: number;
}

const FULL: Schedule = {
  sizes: [
    { tables: 1, ups: 3, unchangedPreviews: 0 },
    { tables: 30, ups: 3, unchangedPreviews: 0 },
    { tables: 100, ups: 3, unchangedPreviews: 7 },
    { tables: 300, ups: 3, unchangedPreviews: 0 },
  ],
  previewRounds: 7,
  gates: { tables: 300, previews: 3 },
  imports: 11,
};

/** Shows that everything works; too little to judge by. */
const QUICK: Schedule = {
  sizes: [{ tables: 10, ups: 1, unchangedPreviews: 1 }],
  previewRounds: 1,
  gates: { tables: 2, previews: 1 },
  imports: 1,
};

export const SCHEDULES = { full: FULL, quick: QUICK };
