import type { Problem } from './problem.ts';
import { onOneLine } from './quoting.ts';

/** One line for people: `line 4, column 21: default/nginx: scale_factor: "abc" is not a number …`. */
export function describeProblem({ line, column, namespace, deployment, field, message }: Problem): string {
  const object = deployment === undefined ? namespace : `${namespace ?? ''}/${deployment}`;
  const parts = [object, field].filter((part) => part !== undefined).map(onOneLine);
  return [`line ${line}, column ${column}`, ...parts, message].join(': ');
}

/** How many of `problems` are errors, and the first one; `undefined` where none is. */
export function describeErrors(problems: readonly Problem[]): string | undefined {
  const errors = problems.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  return first === undefined ? undefined : `${errors.length} errors, the first one: ${describeProblem(first)}`;
}
