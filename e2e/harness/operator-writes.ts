/** What an operator says in its log that it did, for tests that start it with `LOGLEVEL=DEBUG`. */
import type { LogLine, Operator } from '@ddprofiler-rc/control-plane/operator-process';

/** Verdicts that ask for an API call. */
const WRITES: readonly unknown[] = ['create', 'apply', 'adopt', 'replace', 'handOver', 'scaleToZero', 'delete'];

/** Every line about a write that was decided on, done or failed; of one clone (`namespace/name`), or of all. */
export function writesIn(operator: Operator, clone?: string): readonly LogLine[] {
  return operator.log().filter((line) => WRITES.includes(line.verdict) && (clone === undefined || line.clone === clone));
}

/** The lines that no run should have, for assertions that show them. */
export function errorsIn(operator: Operator): readonly LogLine[] {
  return operator.log().filter(({ level }) => level === 'error' || level === 'fatal');
}
