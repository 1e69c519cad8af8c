import { isMarked } from '../clone/mark.ts';
import { type Json, objectAt, stringAt, stringMapAt } from '../kube/json.ts';
import { type Key, keyOf } from '../kube/keys.ts';
import type { RuleBook } from '../rules/rule-book.ts';
import type { State } from '../state.ts';

/**
 * Which Deployments matter: nothing is kept of any other, however many there are.
 *
 * | Deployment | matters |
 * | --- | --- |
 * | source or clone of a rule in force | yes |
 * | clone that the memory knows, and no rule in force makes | yes: it may have to go |
 * | any other with our mark | no, but that it is there is told (`unclaimed`), until it has no mark |
 * | any other | no |
 *
 * Of one that comes to matter nothing is known, though it may have been there all along: streams tell of what changes from then on. It is
 * *unseen* until something tells whether it is there, and is looked for by the first key that hangs on it. Unseen is not absent.
 *
 * Law: what matters is known, unseen, or absent; what does not is none of them.
 */
export function matters({ book }: State, key: Key): boolean {
  return isMade(book, key) || book.clonesOf.has(key);
}

/** True for a clone that a rule in force makes, or one that the memory knows made. */
export function isMade({ rules, removals }: RuleBook, key: Key): boolean {
  return rules.has(key) || removals.has(key);
}

/** True for a raw Deployment that matters, or that a stream must tell of because it may. */
export function isOfInterest(state: State, raw: Json): boolean {
  const metadata = objectAt(raw, 'metadata');
  const name = stringAt(metadata, 'name') ?? '';
  if (matters(state, keyOf(stringAt(metadata, 'namespace') ?? '', name))) return true;
  return isMarked(name, stringMapAt(metadata, 'labels'), state.scope.binding);
}

/** True for a raw Deployment that is told of as `unclaimed`: that it lost our mark must be heard. */
export function isKnownUnclaimed({ unclaimed }: State, raw: Json): boolean {
  const metadata = objectAt(raw, 'metadata');
  return unclaimed.has(keyOf(stringAt(metadata, 'namespace') ?? '', stringAt(metadata, 'name') ?? ''));
}

/**
 * `after` with what it keeps put right, where these keys may have begun or ceased to matter.
 * @param before as it was when it was right
 */
export function withInterest(before: State, after: State, keys: Iterable<Key>): State {
  let next = after;
  for (const key of keys) {
    if (!matters(after, key)) next = letGo(next, key);
    else if (!matters(before, key) && !after.deployments.has(key))
      next = unseen({ ...next, unclaimed: next.unclaimed.delete(key) }, key);
  }
  return next;
}

/** Whether it is there is not known any more. */
export function unseen(state: State, key: Key): State {
  const questions = state.questions + 1;
  return { ...state, questions, unseen: state.unseen.set(key, questions) };
}

/** Whether it is there is known now. */
export function noLongerUnseen(state: State, key: Key): State {
  return state.unseen.has(key) ? { ...state, unseen: state.unseen.delete(key) } : state;
}

function letGo(state: State, key: Key): State {
  const known = state.deployments.get(key);
  if (known === undefined && !state.unseen.has(key)) return state;
  const isLeft = known !== undefined && isMarked(known.name, known.labels, state.scope.binding);
  return {
    ...state,
    deployments: state.deployments.delete(key),
    ours: state.ours.delete(key),
    unclaimed: isLeft ? state.unclaimed.set(key, { uid: known.uid, resourceVersion: known.resourceVersion }) : state.unclaimed,
    deleting: state.deleting.delete(key),
    writeFailures: state.writeFailures.delete(key),
    unseen: state.unseen.delete(key),
  };
}
