import type { Position } from './positions.ts';
import type { Problem, Severity } from './rule.ts';

/** Takes note of what is wrong at a place. An error makes the rule (or the namespace) that is being read invalid. */
export type Report = (severity: Severity, at: Position, message: string) => void;

/** A report into `problems` of what is wrong with the entry or field that `where` names. */
export function reportInto(problems: Problem[], where: Pick<Problem, 'namespace' | 'deployment' | 'field'> = {}): Report {
  return (severity, { line, column }, message) => void problems.push({ severity, line, column, ...where, message });
}
