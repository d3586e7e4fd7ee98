import type { Mutation } from "./mutations";

/** A test, by its title with those of the suites around it, and what it took when nothing was changed. */
export interface SurveyedTest {
  readonly title: string;
  /** With its share of what its suites' hooks took. */
  readonly millis: number;
  readonly cpuMillis: number;
  /** The regions that ran for it. */
  readonly regions: readonly string[];
}

/** What a file of tests is and covers. */
export interface Survey {
  readonly testFile: string;
  readonly tests: readonly SurveyedTest[];
  /** They wait for something to happen: one failure of them may be the machine's. */
  readonly waits: boolean;
  /** The tests that fail as things are, and why. */
  readonly failing: readonly string[];
}

/** Some tests of a file: all but those. One that is only there with the mutation is asked, too. */
export interface Asked {
  readonly testFile: string;
  readonly skipped: readonly string[];
  readonly waits: boolean;
}

export type Verdict =
  /** The test that fails, or what else went wrong. */
  | { readonly noticed: string }
  | "survived"
  /** It is no program, or the compiler makes the same of it. */
  | "no change";

/** What a worker is asked to do; it answers each request with one message. */
export type Request =
  | { readonly kind: "survey"; readonly files: readonly string[]; readonly testFile: string }
  | { readonly kind: "try"; readonly mutation: Mutation; readonly asked: readonly Asked[]; readonly cpuMillis: number };
