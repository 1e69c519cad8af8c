import type { Key } from '../kube/keys.ts';
import {
  isSameRemoval,
  isSameRule,
  type Memory,
  type MemoryContent,
  type Removal,
  removalIn,
  removalOf,
} from '../rules/memory.ts';
import type { Rule } from '../rules/rule.ts';
import { isSynced, type State, streamState } from '../state.ts';
import type { Decision } from './decision.ts';

/**
 * What the memory must be: it follows from what the text says, from the memory as it is, and from the time.
 *
 * | clone | is to be |
 * | --- | --- |
 * | of a rule in force that has not ended | in `rules`, where there is a place for it |
 * | of a rule in force that has ended (`active_until`), if the text states it | in `removed` |
 * | that the memory knows, and no rule in force makes | in `removed` |
 * | in `removed`, and no Deployment of its name exists, nor can one of ours come up any more | in neither |
 *
 * Places (`MAX_CLONES`): a rule that the memory has keeps its place, and so does one whose clone is there where there is no memory yet; those that
 * are left go to new rules, in the order of their clones' names. A place belongs to a rule, whether its clone exists or not, so that neither marks nor other objects use places up.
 * @param now milliseconds since 1970
 * @param mayForget false for a clone that may yet come up, though it is not there: its create may be on its way
 * @returns `undefined` where the memory is as it must be, or is not known yet
 */
export function memoryDue(state: State, now: number, mayForget: (key: Key) => boolean = () => true): MemoryContent | undefined {
  const { memory, book, scope } = state;
  if (memory === undefined && !streamState(state, 'memory').listed) return undefined;
  // Clones that a former version made have their places: they must be known before the first are given away.
  if (memory === undefined && scope.limits.maxClones !== undefined && !isSynced(state)) return undefined;
  const { rules, ended } = statedAt(state, now);
  const removed = removedWhere(state, rules, ended, mayForget);
  const present = [...removed.keys()].filter((key) => !isKnownGone(state, key));
  const due = { rules: withPlaces(state, rules, present.length), removed };
  const isNothing = memory === undefined && due.rules.size + due.removed.size === 0;
  const isAsItIs = memory !== undefined && !isBroken(memory, book.isOpen) && isSameContent(memory, due);
  return isNothing || isAsItIs ? undefined : due;
}

/** Clones that the memory has under `removed`, and that are not there: it may forget them before long. */
export function goneIn(state: State): readonly Key[] {
  return [...(state.memory?.removed.keys() ?? [])].filter((key) => isKnownGone(state, key));
}

/** What a decision comes to where the memory must have something first. */
export function remember(key: Key, message: string): Decision {
  return { key, verdict: 'waiting', reason: 'NotRemembered', message, effect: { kind: 'remember', key } };
}

/** True where the memory is known to have this very rule: only then anything is done by it. */
export function isRemembered({ memory }: State, key: Key, rule: Rule): boolean {
  return isSameRule(memory?.rules.get(key), rule);
}

/** True where the memory as it is leaves no place for this clone. */
export function lacksPlace(state: State, key: Key): boolean {
  const { memory } = state;
  return isFull(state) && !(memory?.rules.has(key) || memory?.removed.has(key));
}

/** True where all places are given away: to rules, and to clones that lost theirs and are still there. */
export function isFull({ memory, scope, counts }: State): boolean {
  const { maxClones } = scope.limits;
  return maxClones !== undefined && (memory?.rules.size ?? 0) + counts.leaving >= maxClones;
}

/** What was edited by hand is put right once it is known what is right. */
function isBroken({ isDamaged }: Memory, isOpen: boolean): boolean {
  return isDamaged && !isOpen;
}

interface Stated {
  readonly rules: ReadonlyMap<Key, Rule>;
  /** Rules that the text states, and that have ended. */
  readonly ended: ReadonlyMap<Key, Rule>;
}

function statedAt({ book, memory, scope }: State, now: number): Stated {
  const rules = new Map<Key, Rule>();
  const ended = new Map<Key, Rule>();
  for (const [key, rule] of book.rules) {
    const hasEnded = rule.activeUntil !== undefined && rule.activeUntil.at <= now && book.stated.has(key);
    (hasEnded ? ended : rules).set(key, rule);
  }
  // Of namespaces that are not watched at present nothing is known: what stands of them stays.
  if (scope.namespaces !== '*')
    for (const [key, rule] of memory?.rules ?? [])
      if (!rules.has(key) && !ended.has(key) && !book.removals.has(key)) rules.set(key, rule);
  return { rules, ended };
}

function removedWhere(
  state: State,
  rules: Stated['rules'],
  ended: Stated['ended'],
  mayForget: (key: Key) => boolean,
): ReadonlyMap<Key, Removal> {
  const { memory } = state;
  const removed = new Map<Key, Removal>();
  const keys = new Set([...(memory?.rules.keys() ?? []), ...(memory?.removed.keys() ?? []), ...ended.keys()]);
  for (const key of keys) {
    if (rules.has(key)) continue;
    const rule = ended.get(key);
    const removal = rule === undefined ? removalIn(memory, key) : removalOf(rule);
    const isKnown = removalIn(memory, key) !== undefined;
    const mayBeThere = isKnown ? !(isKnownGone(state, key) && mayForget(key)) : state.deployments.has(key);
    if (removal !== undefined && mayBeThere) removed.set(key, removal);
  }
  return removed;
}

/** A name that is not watched is not known to be free. */
function isKnownGone(state: State, key: Key): boolean {
  const isWatched = state.book.removals.has(key) || state.book.rules.has(key);
  return isWatched && isSynced(state) && !state.deployments.has(key) && !state.unseen.has(key);
}

function withPlaces({ memory, scope, ours }: State, rules: Stated['rules'], removed: number): ReadonlyMap<Key, Rule> {
  const { maxClones } = scope.limits;
  if (maxClones === undefined) return rules;
  // A mark alone counts only where there is no memory yet, for clones of a former version: later, whoever forges one would get a place by it.
  const hasPlace = (key: Key) => (memory === undefined ? ours.has(key) : memory.rules.has(key) || memory.removed.has(key));
  const placed = [...rules].filter(([key]) => hasPlace(key));
  const others = [...rules].filter(([key]) => !hasPlace(key));
  const left = Math.max(0, maxClones - placed.length - removed);
  return new Map([...placed, ...others.sort(([one], [other]) => (one < other ? -1 : 1)).slice(0, left)]);
}

function isSameContent(one: MemoryContent, other: MemoryContent): boolean {
  if (one.rules.size !== other.rules.size || one.removed.size !== other.removed.size) return false;
  for (const [key, rule] of one.rules) if (!isSameRule(rule, other.rules.get(key))) return false;
  for (const [key, removal] of one.removed) if (!isSameRemoval(removal, other.removed.get(key))) return false;
  return true;
}
