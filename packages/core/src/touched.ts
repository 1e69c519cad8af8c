import { isSameForDecisions } from './deployment.ts';
import { type Event, kindOfStream, namespaceOfStream, type StreamId } from './events.ts';
import { heldByCount } from './guardrails/mass-deletion.ts';
import { clonesToCome } from './guardrails/refusals.ts';
import { canonicalJson, type Json } from './json.ts';
import { type Key, splitKey } from './keys.ts';
import { keyOfObject, readKubeObject } from './kube-object.ts';
import { isSynced, type State, streamState } from './state.ts';

/**
 * The keys that an event concerns: those whose decision may be another after it.
 *
 * | event | keys |
 * | --- | --- |
 * | any, before the first complete sync | none |
 * | the one that completes it | all |
 * | one that changed the rules in force, or what is confirmed | all |
 * | Deployments listed, or audited | those whose Deployment, or whose source's, is another now |
 * | a Deployment seen with nothing new but its status | none: a status-only update causes no call, and shortens no back-off |
 * | a Deployment seen or vanished | its own key, if it is a clone's; its clones' keys, by rule and by what clones remember |
 * | a clone seen whose source is in question from then on | the keys of all clones of that source, too |
 * | autoscalers for the first time | all |
 * | an autoscaler that is new, gone, or has another target | its targets' keys, and those of their clones |
 * | a budget that is new, gone, or has another selector | those of its namespace |
 * | a write answered | its own key |
 * | a look answered | its own key; the keys that hang on the Deployment which was looked for |
 * | a write or a look that failed | none: the queue tries it again |
 * | any after which there are more or fewer clones, or a key has another decision | those too that a limit on their number holds back |
 */
export function touched(before: State, after: State, event: Event): ReadonlySet<Key> {
  if (!isSynced(after)) return new Set();
  if (!isSynced(before) || before.book !== after.book) return allKeys(before, after);
  const keys = new Set(ofEvent(before, after, event));
  return new Set([...keys, ...ofCounts(before, after, keys.size > 0)]);
}

function ofEvent(before: State, after: State, event: Event): Iterable<Key> {
  switch (event.type) {
    case 'seen':
    case 'vanished':
      return ofStream(before, after, event.stream, event.object);
    case 'listed':
    case 'audited':
      return ofStream(before, after, event.stream);
    case 'written':
    case 'deleteAccepted':
      return [event.key];
    case 'looked':
      return [event.key, ...concerned(before, after, changedAmong(before, after, [event.target]))];
    case 'streamOpened':
    case 'streamFailed':
    case 'writeFailed':
    case 'lookFailed':
      return [];
  }
}

/** @param object the one that the event is about; absent for a list */
function ofStream(before: State, after: State, stream: StreamId, object?: Json): Iterable<Key> {
  switch (kindOfStream(stream)) {
    case 'deployments':
      return object === undefined ? ofChanges(before, after) : ofObject(before, after, object);
    case 'autoscalers':
      return streamState(before, stream).listed ? ofAutoscalers(before, after) : allKeys(after);
    case 'budgets':
      return ofBudgets(before, after, namespaceOfStream(stream));
    default:
      return [];
  }
}

function ofAutoscalers(before: State, after: State): Iterable<Key> {
  if (before.autoscalers === after.autoscalers) return [];
  const [former, present] = [targetsIn(before), targetsIn(after)];
  const changed = [...former, ...present].filter(([key]) => former.get(key) !== present.get(key));
  return concerned(
    before,
    after,
    changed.map(([, target]) => target),
  );
}

/** Of each autoscaler, by its own key. */
function targetsIn({ autoscalers }: State): ReadonlyMap<Key, Key> {
  const all = [...autoscalers.values()].flatMap((some) => [...some.values()]);
  return new Map(all.map(({ key, target }) => [key, target]));
}

function ofBudgets(before: State, after: State, where: string): Iterable<Key> {
  if (before.budgets === after.budgets) return [];
  return [...allKeys(before, after)].filter((key) => {
    const { namespace } = splitKey(key);
    const isThere = where === '*' || where === namespace;
    return isThere && selectorsIn(before, namespace) !== selectorsIn(after, namespace);
  });
}

function selectorsIn({ budgets }: State, namespace: string): string {
  return canonicalJson([...(budgets.get(namespace)?.values() ?? [])].map(({ key, selector }) => [key, selector ?? null]));
}

/**
 * Limits on the number of clones hold some of them back.
 * @param hasChanged another key may have another decision: where it is refused now, it leaves its room to others
 */
function ofCounts(before: State, after: State, hasChanged: boolean): Iterable<Key> {
  const keys: Key[] = [];
  const { maxClones } = after.scope.limits;
  if (before.ours !== after.ours) keys.push(...heldByCount(after));
  if (maxClones !== undefined && (before.ours !== after.ours || before.unseen !== after.unseen || hasChanged))
    keys.push(...clonesToCome(after, Number.NEGATIVE_INFINITY));
  return keys;
}

/** Every key that a decision can be asked for: of each rule in force, and of each clone of ours. */
export function allKeys(...states: readonly State[]): ReadonlySet<Key> {
  const keys = new Set<Key>();
  for (const state of states) {
    for (const key of state.book.rules.keys()) keys.add(key);
    for (const key of state.ours.keys()) keys.add(key);
  }
  return keys;
}

function ofObject(before: State, after: State, raw: Json): ReadonlySet<Key> {
  if (before.deployments === after.deployments && before.unseen === after.unseen) return new Set();
  const object = readKubeObject(raw);
  if (object === undefined) return new Set();
  const key = keyOfObject(object);
  // A clone that comes up may put the presence of its source in question, which others follow too.
  const source = after.ours.get(key)?.source;
  return concerned(before, after, changedAmong(before, after, source === undefined ? [key] : [key, source]));
}

function ofChanges(before: State, after: State): ReadonlySet<Key> {
  const changed: Key[] = [];
  for (const [key, deployment] of after.deployments) if (before.deployments.get(key) !== deployment) changed.push(key);
  for (const key of before.deployments.keys()) if (!after.deployments.has(key)) changed.push(key);
  for (const unseen of [before.unseen, after.unseen]) changed.push(...unseen.keys());
  return concerned(before, after, changedAmong(before, after, changed));
}

function changedAmong(before: State, after: State, keys: readonly Key[]): readonly Key[] {
  return keys.filter(
    (key) =>
      before.unseen.get(key) !== after.unseen.get(key) ||
      !isSameForDecisions(before.deployments.get(key), after.deployments.get(key)),
  );
}

/** The keys that hang on these Deployments. */
function concerned(before: State, after: State, deployments: readonly Key[]): ReadonlySet<Key> {
  const keys = new Set<Key>();
  for (const key of deployments) {
    for (const state of [before, after]) {
      if (state.book.rules.has(key) || state.ours.has(key)) keys.add(key);
      for (const clone of state.book.clonesOf.get(key) ?? []) keys.add(clone);
      for (const clone of state.rememberedClones.get(key) ?? []) keys.add(clone);
    }
  }
  return keys;
}
