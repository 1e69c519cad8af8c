import type { Decision } from '../decide/decision.ts';
import { describeMassDeletion, massDeletionIn } from '../decide/guardrails/mass-deletion.ts';
import { allKeys } from '../evolve/concerned.ts';
import { lacksMemoryAlone } from '../evolve/sync.ts';
import { isJsonObject, type Json, type JsonObject, listAt, stringAt } from '../kube/json.ts';
import type { Key } from '../kube/keys.ts';
import { describeErrors, describeProblem } from '../rules/describe-problem.ts';
import { describeMemoryFailure } from '../rules/memory.ts';
import { failureOfMemory, type State } from '../state.ts';
import { type CloneReport, isHealthy } from './clone-report.ts';

/** What the operator knows at one moment, for those who are told of it. */
export interface Snapshot {
  readonly state: State;
  /** The last decision of each key. */
  readonly decisions: ReadonlyMap<Key, Decision>;
  readonly reports: readonly CloneReport[];
}

/** A condition as https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md has it. */
interface Condition {
  readonly type: 'RulesValid' | 'Ready' | 'Degraded';
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
}

const PROBLEMS_SHOWN = 5;
const CLONES_SHOWN = 3;

/**
 * The status that the binding should have; `undefined` where there is no binding, or not everything was decided on yet. Quotes no value of a
 * variable: of what the API server says of a refused write it has the code alone.
 *
 * | condition | True | False | Unknown |
 * | --- | --- | --- | --- |
 * | RulesValid | read, without an error | not read, or with errors | not read yet |
 * | Ready | every clone has its replicas | some have not | – |
 * | Degraded | deletions are held, the memory fails, writes fail, clones are blocked, an autoscaler counts a clone, a Deployment is unclaimed | none of it | – |
 *
 * @param now milliseconds since 1970; shows only where a condition changes
 */
export function bindingStatusOf(snapshot: Snapshot, now: number): JsonObject | undefined {
  const { state, decisions, reports } = snapshot;
  const { binding, book } = state;
  const isDecided =
    (state.sync === 'complete' || lacksMemoryAlone(state)) &&
    [...allKeys(state)].every((key) => decisions.has(key) || isLeftAlone(state, key));
  if (binding === undefined || !isDecided) return undefined;
  const conditions = [rulesValid(state), ready(reports), degraded(state, reports)];
  const errorsFirst = book.problems.toSorted((a, b) => a.severity.localeCompare(b.severity));
  return {
    observedGeneration: binding.generation,
    conditions: conditions.map((condition) => dated(condition, binding.status, binding.generation, now)),
    clones: {
      desired: book.rules.size,
      inSync: [...decisions.values()].filter(({ verdict }) => verdict === 'inSync').length,
      ready: reports.filter((report) => report.state === 'ready').length,
      blocked: reports.filter((report) => report.state === 'blocked').length,
    },
    problems: errorsFirst.slice(0, PROBLEMS_SHOWN).map(describeProblem),
  };
}

/** A key whose decision is that there is nothing to do is not kept. */
function isLeftAlone(state: State, key: Key): boolean {
  return !state.ours.has(key) && (state.book.rules.get(key)?.activeUntil !== undefined || state.book.removals.has(key));
}

function rulesValid({ book }: State): Condition {
  const type = 'RulesValid';
  const { unread, rules, stated, problems } = book;
  if (unread !== undefined) {
    const status = unread.reason === 'NotReadYet' ? 'Unknown' : 'False';
    return { type, status, reason: unread.reason, message: `${unread.message}; ${rules.size} last good rules are in force` };
  }
  const errors = describeErrors(problems);
  if (errors === undefined) return { type, status: 'True', reason: 'Valid', message: `${rules.size} rules are in force` };
  return {
    type,
    status: 'False',
    reason: 'RulesInvalid',
    message: [errors, describeKept(rules.size - stated.size)].filter(Boolean).join('; '),
  };
}

/** What a text with errors does not state is not removed: people must hear of it. */
export function describeKept(rules: number): string {
  if (rules === 0) return '';
  return `${rules} ${rules === 1 ? 'rule that is missing from it stays' : 'rules that are missing from it stay'} in force until the errors are corrected`;
}

function ready(reports: readonly CloneReport[]): Condition {
  const type = 'Ready';
  const clones = reports.filter(({ state }) => state !== 'unclaimed');
  const unready = clones.filter((report) => !isHealthy(report));
  if (unready.length === 0)
    return { type, status: 'True', reason: 'AllReady', message: `${clones.length} clones are as they should be` };
  const message = `${unready.length} of ${clones.length} clones are not: ${shown(unready.map(({ clone, state, reason }) => `${clone} (${state}, ${reason})`))}`;
  return { type, status: 'False', reason: 'ClonesNotReady', message };
}

function degraded(state: State, reports: readonly CloneReport[]): Condition {
  const type = 'Degraded';
  const mass = massDeletionIn(state);
  if (mass !== undefined)
    return { type, status: 'True', reason: 'MassDeletionHeld', message: describeMassDeletion(mass, state.location) };
  const failure = failureOfMemory(state);
  if (failure !== undefined)
    return { type, status: 'True', reason: 'MemoryFailed', message: describeMemoryFailure(state.scope.binding, failure.code) };
  const failing = reports.filter(({ state }) => state === 'failing');
  if (failing.length > 0) {
    const message = `writes fail: ${shown(failing.map(({ clone, reason }) => `${clone} (${reason})`))}`;
    return { type, status: 'True', reason: 'WriteFailed', message };
  }
  const blocked = reports.filter(({ state }) => state === 'blocked');
  const [first] = blocked;
  if (first !== undefined) {
    return {
      type,
      status: 'True',
      reason: first.reason,
      message: shown(blocked.map(({ clone, message }) => `${clone}: ${message}`)),
    };
  }
  const counted = reports.filter(({ hazards }) => hazards.some(({ kind }) => kind === 'HpaCountsClone'));
  if (counted.length > 0) {
    const message = `an autoscaler of the source counts the pods of ${shown(counted.map(({ clone }) => clone))}`;
    return { type, status: 'True', reason: 'HpaCountsClone', message };
  }
  const unclaimed = reports.filter((report) => report.state === 'unclaimed');
  if (unclaimed.length > 0) {
    const message = `these have the labels of a clone, but no known rule made them: ${shown(unclaimed.map(({ clone }) => clone))}`;
    return { type, status: 'True', reason: 'Unclaimed', message };
  }
  return { type, status: 'False', reason: 'AsExpected', message: 'nothing is held, blocked or failing' };
}

function shown(items: readonly string[]): string {
  const more = items.length - CLONES_SHOWN;
  return items.slice(0, CLONES_SHOWN).join('; ') + (more > 0 ? `; and ${more} more` : '');
}

/** With the time of its last change of status, as the binding has it. */
function dated(condition: Condition, status: JsonObject, observedGeneration: number, now: number): Json {
  const former = listAt(status, 'conditions').find((one) => isJsonObject(one) && one.type === condition.type);
  const since = isJsonObject(former) && former.status === condition.status ? stringAt(former, 'lastTransitionTime') : undefined;
  // Whole seconds, as `metav1.Time` has them.
  const lastTransitionTime = since ?? `${new Date(now).toISOString().slice(0, 19)}Z`;
  return { ...condition, observedGeneration, lastTransitionTime };
}
