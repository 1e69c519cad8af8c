import { type Drift, driftOf, driftSignature } from '../clone/drift.ts';
import { canonicalJson, type JsonObject, listAt, objectAt, stringAt } from '../kube/json.ts';
import type { Key } from '../kube/keys.ts';
import { type Deployment, replicasOf } from '../objects/deployment.ts';
import type { Intent } from '../objects/intent.ts';
import type { Decision } from './decision.ts';
import type { Subject, Wanted } from './subject.ts';

/** The way from the clone as it is to the clone as it should be, one write at a time; `undefined` where there is nothing to follow. */
export function towards({ ours, taken, made: { wanted } }: Subject): Decision | undefined {
  if (wanted === undefined) return undefined;
  const { intent, replicas, holding, hazards } = wanted;
  const decision = taken === undefined ? following(wanted, ours) : adopting(intent, taken);
  return {
    ...decision,
    // An autoscaler's clone has as many as it has.
    ...(holding === 'hold' && decision.effect?.kind !== 'delete' ? { replicas } : {}),
    ...(hazards.length === 0 ? {} : { hazards }),
  };
}

function following({ intent, source, holding }: Wanted, clone: Deployment | undefined): Decision {
  const { namespace, name } = intent.metadata;
  const key: Key = `${namespace}/${name}`;
  const from = `${source.key} at generation ${source.generation}`;
  if (clone === undefined) {
    const message = `there is no clone of ${from}`;
    return { key, verdict: 'create', reason: 'CloneMissing', message, effect: { kind: 'create', key, intent } };
  }
  const { uid } = clone;
  if (!hasSelector(clone, intent)) {
    const message = `the selector of ${from} differs, and selectors are immutable`;
    return { key, verdict: 'replace', reason: 'SelectorDiffers', message, effect: { kind: 'delete', key, uid } };
  }
  if (holding === 'handOver') {
    const message = 'an autoscaler of the clone decides on its replicas from now on';
    const effect = { kind: 'handOver', key, uid, replicas: replicasOf(clone) } as const;
    return { key, verdict: 'handOver', reason: 'HpaOnClone', message, effect };
  }
  const drifts = driftOf(intent, clone);
  if (drifts.length === 0 || isAccepted(drifts, clone)) {
    return { key, verdict: 'inSync', reason: 'InSync', message: `follows ${from}` };
  }
  const message = `differs from ${from} in ${describePaths(drifts.map((drift) => drift.path))}`;
  return { key, verdict: 'apply', reason: 'Drift', message, effect: { kind: 'apply', key, uid, intent } };
}

/** A Deployment that somebody else made becomes a clone: as it is where it may, else by another in its place. */
function adopting(intent: Intent, taken: Deployment): Decision {
  const { key, uid } = taken;
  const images = listAt(taken.spec, 'template', 'spec', 'containers').map(
    (container) => stringAt(objectAt(container), 'image') ?? 'none',
  );
  const former = `${key} (uid ${uid}, ${replicasOf(taken)} replicas of ${images.join(', ')})`;
  if (hasSelector(taken, intent)) {
    const message = `takes over ${former}, as its rule says`;
    return { key, verdict: 'adopt', reason: 'Adopted', message, effect: { kind: 'apply', key, uid, intent } };
  }
  const message = `takes over ${former}, as its rule says; its selector is another, and selectors are immutable: it is replaced`;
  return { key, verdict: 'replace', reason: 'Adopted', message, effect: { kind: 'delete', key, uid } };
}

/** Also true where admission made the live selector of the wanted one: another clone would come out the same, replaced without end. */
function hasSelector({ spec, accepted }: Deployment, intent: Intent): boolean {
  const [live, wanted] = [selectorIn(spec), selectorIn(intent.spec)];
  if (live === wanted) return true;
  return accepted !== undefined && wanted === selectorIn(accepted.intent.spec) && live === selectorIn(accepted.answer.spec);
}

function selectorIn({ selector = null }: JsonObject): string {
  return canonicalJson(selector);
}

/** True for the very drift that the answer to our last apply had. */
function isAccepted(drifts: readonly Drift[], { accepted }: Deployment): boolean {
  return accepted !== undefined && driftSignature(driftOf(accepted.intent, accepted.answer)) === driftSignature(drifts);
}

const PATHS_SHOWN = 3;

function describePaths(paths: readonly string[]): string {
  const more = paths.length - PATHS_SHOWN;
  return paths.slice(0, PATHS_SHOWN).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
