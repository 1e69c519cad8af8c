export type Severity = 'error' | 'warning';

/** What is wrong with the rules text, and where. Never quotes environment values. */
export interface Problem {
  readonly severity: Severity;
  /** 1-based, in the rules text. */
  readonly line: number;
  /** 1-based, in UTF-16 code units. */
  readonly column: number;
  readonly namespace?: string;
  readonly deployment?: string;
  /** The field as written, e.g. `scale_factor` or `env`. */
  readonly field?: string;
  /** What was found and what is accepted, in one sentence. */
  readonly message: string;
}
