import { describe, expect, it } from 'vitest';
import { describeProblem } from './describe-problem.ts';

const PROBLEM = { severity: 'error', line: 4, column: 21, message: 'wrong' } as const;

describe('given a problem, when described', () => {
  it.each([
    [{}, 'line 4, column 21: wrong'],
    [{ namespace: 'default' }, 'line 4, column 21: default: wrong'],
    [{ namespace: 'default', field: 'deployment' }, 'line 4, column 21: default: deployment: wrong'],
    [{ namespace: 'default', deployment: 'nginx' }, 'line 4, column 21: default/nginx: wrong'],
    [{ namespace: 'default', deployment: 'nginx', field: 'env' }, 'line 4, column 21: default/nginx: env: wrong'],
    [{ namespace: 'a\nb', field: 'c\u0007"' }, 'line 4, column 21: a\\nb: c\\u0007": wrong'],
  ])('then what %o names stands before the message, on one line', (where, expected) => {
    expect(describeProblem({ ...PROBLEM, ...where })).toBe(expected);
  });
});
