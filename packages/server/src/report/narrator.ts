import {
  describeKept,
  describeProblem,
  type Failure,
  type FailureCode,
  isDispensable,
  isSameReading,
  isSynced,
  type RuleBook,
  type State,
  type StreamId,
} from '@ddprofiler-rc/core';
import type { Logger } from '../log/log.ts';

/** What a person must mend: trying again does not help. Everything else passes by itself. */
const NEEDS_A_PERSON: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'Credentials',
  'Unauthorized',
  'Forbidden',
  'NotFound',
  'Invalid',
]);

const PROBLEMS_TOLD = 20;

/**
 * Tells in the log what happened to the streams and the rules: once when something changes, not each time that it is found unchanged.
 */
export class Narrator {
  readonly #log: Logger;
  /** Which failure of a stream the log has, until it can be read again. */
  readonly #failing = new Map<StreamId, FailureCode>();

  constructor(log: Logger) {
    this.#log = log;
  }

  tell(before: State, after: State): void {
    if (before.streams !== after.streams) this.#tellStreams(after);
    // While a place is not yet looked at, nothing is known of its rules that is worth telling.
    if (!isSynced(after)) return;
    const isNew = !isSynced(before);
    if (isNew || !isSameReading(before.book, after.book)) this.#tellRules(after.book);
    if (before.sync !== 'complete' && after.sync === 'complete')
      this.#log.info({ deployments: after.deployments.size, clones: after.ours.size }, 'in sync with the cluster');
  }

  #tellStreams(state: State): void {
    for (const [stream, { failure }] of state.streams) {
      const logged = this.#failing.get(stream);
      if (failure !== undefined && logged !== failure.code) {
        this.#failing.set(stream, failure.code);
        this.#tellFailure(stream, failure);
      } else if (failure === undefined && logged !== undefined) {
        this.#failing.delete(stream);
        this.#log.info({ stream }, 'can be read again');
      }
    }
    for (const stream of this.#failing.keys()) if (!state.streams.has(stream)) this.#failing.delete(stream);
  }

  #tellFailure(stream: StreamId, failure: Failure): void {
    if (isDispensable(stream)) {
      this.#log.warn({ stream, reason: failure.code }, `goes on without: ${failure.message}`);
      return;
    }
    const level = NEEDS_A_PERSON.has(failure.code) ? 'error' : 'warn';
    this.#log[level]({ stream, reason: failure.code }, `waiting: ${failure.message}`);
  }

  #tellRules(book: RuleBook): void {
    const { standing, unread, rules, stated, problems } = book;
    for (const problem of problems.slice(0, PROBLEMS_TOLD)) {
      this.#log[problem.severity === 'error' ? 'error' : 'warn'](
        { line: problem.line, column: problem.column },
        `rules: ${describeProblem(problem)}`,
      );
    }
    if (problems.length > PROBLEMS_TOLD) this.#log.warn(`rules: ${problems.length - PROBLEMS_TOLD} more problems`);
    const kept = describeKept(rules.size - stated.size);
    if (standing === 'read' && kept === '') this.#log.info({ rules: rules.size }, 'rules read');
    else if (standing === 'read') this.#log.warn({ rules: rules.size }, `rules read, with errors; ${kept}`);
    else
      this.#log.warn(
        { rules: rules.size },
        `rules unknown: ${unread?.message ?? ''}; ${rules.size} last good rules stay in force`,
      );
  }
}
