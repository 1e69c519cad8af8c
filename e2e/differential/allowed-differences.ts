/**
 * Where the embedded cluster may differ from a real one, since the operator cannot see it. Rules go by place, never by case. A rule that
 * nothing needs any more fails the run.
 */
import type { Difference } from './differences.ts';

export interface AllowedDifference {
  readonly id: string;
  readonly reason: string;
  readonly covers: (difference: Difference) => boolean;
}

export const ALLOWED: readonly AllowedDifference[] = [
  {
    id: 'continue tokens',
    reason: 'why a token that was never given out cannot be read is told in the words of a JSON parser',
    covers: ({ path, real }) => path.join(' ') === 'body message' && JSON.stringify(real).includes('continue key is not valid'),
  },
  {
    id: 'what columns are',
    reason: 'descriptions of columns are for people who read an API; kubectl prints none of them',
    covers: ({ path }) => /columnDefinitions \d+ description$/.test(path.join(' ')),
  },
  {
    id: 'empty specs',
    reason:
      'a Lease of nobody, and the object in the bookmark that ends initial events, have an empty spec; of a bookmark only its version is read',
    covers: ({ path, real }) => path.at(-1) === 'spec' && JSON.stringify(real) === '{}',
  },
  {
    id: 'advice',
    reason: 'the operator reads no warnings; those of unknown fields match, advice on duplicates and selectors is not given',
    covers: ({ path, real }) =>
      path.join() === 'warning' && /hides previous definition|null labelSelector/.test(JSON.stringify(real)),
  },
];
