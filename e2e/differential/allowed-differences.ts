/**
 * Where the embedded cluster may differ from a real one, since the operator cannot see it. Rules go by place, never by case. A rule that
 * nothing needs any more fails the area that it is for.
 */
import type { Difference } from './differences.ts';

export interface AllowedDifference {
  readonly id: string;
  readonly reason: string;
  /** The test file in which it must apply: `differential-NAME.e2e.ts`. */
  readonly area: string;
  readonly covers: (difference: Difference) => boolean;
}

export const ALLOWED: readonly AllowedDifference[] = [];
