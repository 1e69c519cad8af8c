/** What a run prints. */
import type { ChaosReport, Counts } from './run.ts';

export const describeReport = (report: ChaosReport): string => {
  const { seed, seconds, requests, clones, convergedAfterS, leaders, journals, complaints } = report;
  const verdict = complaints.length === 0 ? 'passed' : 'FAILED';
  const converged =
    convergedAfterS === undefined ? 'did not converge' : `converged ${convergedAfterS.toFixed(0)} s after the last fault`;
  return [
    `seed ${seed}: ${verdict}; ${seconds} s of chaos, ${converged}, ${clones} clones`,
    `  people    ${counted(report.people)}`,
    `  machines  ${counted(report.mischief)}`,
    `  requests  ${counted(report.faults)}; of ${requests.all}, ${requests.mostInOneSecond} at most in one second`,
    `  lives     ${journals} of operators, all journals replayed${leaders === 0 ? '' : `; the Lease changed hands ${leaders} times`}`,
    ...complaints.slice(0, COMPLAINTS_SHOWN).map((complaint) => `  ! ${complaint}`),
    ...(complaints.length > COMPLAINTS_SHOWN ? [`  ! and ${complaints.length - COMPLAINTS_SHOWN} more`] : []),
  ].join('\n');
};

const COMPLAINTS_SHOWN = 20;

const counted = (counts: Counts): string => {
  const parts = Object.entries(counts)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, count]) => `${name} ${count}`);
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return `${all}${parts.length === 0 ? '' : ` (${parts.join(', ')})`}`;
};

export const replayCommand = ({
  seed,
  seconds,
  two,
}: {
  readonly seed: number;
  readonly seconds: number;
  readonly two: boolean;
}): string => `make chaos SEED=${seed} SECONDS=${seconds}${two ? ' OPERATORS=2' : ''}`;
