import type { Position } from './positions.ts';
import type { Problem, Severity } from './problem.ts';

/** Takes note of what is wrong at a place. An error makes the rule (or the namespace) that is being read invalid. */
export interface Report {
  (severity: Severity, at: Position, message: string): void;
  /** The same, for a field of what this one is for. */
  within(field: string): Report;
}

/** A report into `problems` of what is wrong with the entry or field that `where` names. */
export function reportInto(problems: Problem[], where: Pick<Problem, 'namespace' | 'deployment' | 'field'> = {}): Report {
  const report = (severity: Severity, { line, column }: Position, message: string): void =>
    void problems.push({ severity, line, column, ...where, message });
  const within = (field: string): Report =>
    reportInto(problems, { ...where, field: where.field === undefined ? field : `${where.field}.${field}` });
  return Object.assign(report, { within });
}
