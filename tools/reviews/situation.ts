import type { IsolatedStack } from "../demo/isolatedStack";
import type { CheckedNetwork } from "../rehearsal/network";

/** What a preview is made of, and what it is known to break, whatever a review says of it. */
export interface Situation {
  /** The name of its files. */
  readonly name: string;
  /** `undecided`: it cannot be seen in this preview, or the preview failed. */
  readonly breaks: "nothing" | "announced" | "unannounced" | "some announced" | "undecided";
  /** A program in YAML or another language, a project of this checkout, or another preview that is changed. */
  readonly of: ProgramChange | LanguageChange | ProjectChange | DerivedPreview;
  /** Arguments of the preview. */
  readonly args?: readonly string[];
  /** `pulumi destroy --preview-only` in place of `pulumi preview`. */
  readonly isDestroy?: true;
  /** Whether its event stream is kept as well. */
  readonly keepsEvents?: true;
  /** Endpoints that are there before any program, by the names of their route tables. */
  readonly endpoints?: readonly (readonly string[])[];
  /** The private route tables have no default route. */
  readonly isIsolated?: true;
}

/**
 * What is there before any program: route tables with a subnet each, which reach DynamoDB through a NAT gateway unless
 * they are isolated.
 */
export interface Place extends CheckedNetwork {
  readonly endpoints: readonly string[];
}

/** The resources of a YAML program, by their names. */
export type Resources = Readonly<Record<string, YamlResource>>;

export interface YamlResource {
  readonly type: string;
  readonly properties?: object;
  readonly options?: object;
}

/** A program, by the place that it is for. */
export type Program = (place: Place) => Resources;

export interface ProgramChange {
  /** What is deployed; nothing without. */
  readonly before?: Program;
  readonly after: Program;
  /** Between the two, for example a change of the state. */
  readonly between?: (stack: IsolatedStack, folder: string) => Promise<void>;
}

/** The example of a language, by its configuration, in a project that is called as those of YAML are. */
export interface LanguageChange {
  readonly language: Language;
  readonly after: (place: Place) => Settings;
}

/** Those whose language hosts are found on the PATH, where Pulumi is installed. */
export type Language = "python" | "go" | "java";

export interface ProjectChange {
  readonly project: string;
  /** What is deployed, by its configuration; nothing without. */
  readonly before?: Settings;
  /** By the place, where the project is for a VPC that is there. */
  readonly after: Settings | ((place: Place) => Settings);
}

type Settings = Readonly<Record<string, string>>;

/** A preview that is made of another one, for what the lab does not serve. */
export interface DerivedPreview {
  /** The name of the other situation. */
  readonly from: string;
  readonly change: StepChange;
}

/** Changes a step of a digest, which is a line. */
export type StepChange = (line: string) => string;
