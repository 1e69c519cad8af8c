import type { Effect, Event, Json, JsonObject, Key, State, Write } from '../src/index.ts';
import {
  canonicalJson,
  driftOf,
  evolve,
  isJsonArray,
  isJsonObject,
  keyOf,
  readDeployment,
  readKubeObject,
} from '../src/index.ts';

import { memoryAnswers } from './given.ts';

/**
 * A model of the API server, as far as the core's laws need one: Deployments with identity, order and ownership.
 * The real server's behaviour is tested in e2e; what is modelled here was read off it.
 */
export class ModelCluster {
  readonly deployments = new Map<Key, JsonObject>();
  #revision = 100;
  #uids = 0;
  readonly #companions = new Map<string, JsonObject>();

  get resourceVersion(): string {
    return String(this.#revision);
  }

  /** Makes a Deployment, or changes its spec as a person would; gives the event that the watch tells. */
  put(namespace: string, name: string, spec: JsonObject, labels: JsonObject = {}): Event {
    const key = keyOf(namespace, name);
    const former = this.deployments.get(key);
    return this.#seen(key, { metadata: { ...metadataOf(former), namespace, name, labels }, spec });
  }

  /** Changes parts of a Deployment as a person would, `managedFields` aside: every owner keeps what it owns. */
  edit(key: Key, change: JsonObject): Event {
    return this.#seen(key, { ...(this.deployments.get(key) ?? {}), ...change });
  }

  remove(key: Key): Event | undefined {
    const object = this.deployments.get(key);
    if (object === undefined) return undefined;
    this.deployments.delete(key);
    this.#revision += 1;
    const last = { ...object, metadata: { ...metadataOf(object), resourceVersion: String(this.#revision) } };
    return { type: 'vanished', stream: 'deployments/*', object: last };
  }

  /** Everything, as a list tells it. */
  list(): Event {
    return {
      type: 'listed',
      stream: 'deployments/*',
      resourceVersion: this.resourceVersion,
      objects: [...this.deployments.values()],
    };
  }

  /** What an autoscaler does: another manager holds the replicas from now on. */
  autoscale(key: Key, replicas: number): Event | undefined {
    const live = this.deployments.get(key);
    if (live === undefined) return undefined;
    const metadata = {
      ...metadataOf(live),
      managedFields: [...ownEntries(live, false), holdsReplicas('kube-controller-manager')],
    };
    return this.#seen(key, { ...live, metadata, spec: { ...objectOf(live.spec), replicas } });
  }

  /** An autoscaler or a budget comes, changes, or goes. */
  companion(kind: 'autoscalers' | 'budgets', name: string, spec: JsonObject | undefined): Event {
    this.#revision += 1;
    const metadata = { namespace: 'shop', name, uid: name, resourceVersion: String(this.#revision) };
    const id = `${kind} ${name}`;
    const former = this.#companions.get(id);
    if (spec === undefined) this.#companions.delete(id);
    else this.#companions.set(id, { metadata, spec });
    const object = { ...former, metadata, ...(spec === undefined ? {} : { spec }) };
    return { type: spec === undefined ? 'vanished' : 'seen', stream: `${kind}/*`, object };
  }

  /** All autoscalers and budgets, as lists tell them. */
  companions(): readonly Event[] {
    return (['autoscalers', 'budgets'] as const).map((kind) => ({
      type: 'listed',
      stream: `${kind}/*`,
      resourceVersion: this.resourceVersion,
      objects: [...this.#companions].filter(([id]) => id.startsWith(kind)).map(([, object]) => object),
    }));
  }

  /** Carries out an effect: the answer to it, and what the watch tells of it. */
  carryOut(effect: Effect): readonly Event[] {
    const { key } = effect;
    const live = this.deployments.get(key);
    const uid = metadataOf(live).uid;
    switch (effect.kind) {
      case 'create':
      case 'apply': {
        if ((effect.kind === 'create') !== (live === undefined)) return [conflict(effect)];
        if (effect.kind === 'apply' && effect.uid !== uid) return [conflict(effect)];
        const { metadata, spec } = effect.intent;
        const owned = {
          'f:metadata': fieldsOf({ labels: metadata.labels, annotations: metadata.annotations }),
          'f:spec': fieldsOf(spec),
        };
        const replicas = objectOf(live?.spec).replicas;
        const others = spec.replicas === undefined || spec.replicas === replicas ? othersEntries(live) : [];
        const managedFields = [{ manager: 'ddprofiler-rc', operation: 'Apply', fieldsV1: owned }, ...others];
        // What nobody sets any more goes back to its default.
        const defaulted = spec.replicas ?? (others.length > 0 ? (replicas ?? 1) : 1);
        const seen = this.#seen(key, {
          metadata: { ...metadataOf(live), ...metadata, managedFields },
          spec: { ...spec, replicas: defaulted },
        });
        const object = this.deployments.get(key) ?? null;
        const answer = readKubeObject(object);
        const isMet = answer === undefined || driftOf(effect.intent, readDeployment(answer)).length === 0;
        return [{ type: 'written', key, effect: effect.kind, object, ...(isMet ? {} : { unmet: effect.intent }) }, seen];
      }
      case 'handOver': {
        const isStill = live !== undefined && effect.uid === uid && objectOf(live.spec).replicas === effect.replicas;
        if (!isStill) return [conflict(effect)];
        const managedFields = [...ownEntries(live, true), ...othersEntries(live), holdsReplicas('ddprofiler-rc-handover')];
        const seen = this.#seen(key, { ...live, metadata: { ...metadataOf(live), managedFields } });
        return [{ type: 'written', key, effect: effect.kind, object: this.deployments.get(key) ?? null }, seen];
      }
      case 'scaleToZero': {
        if (live === undefined || effect.uid !== uid) return [conflict(effect)];
        const metadata = { ...metadataOf(live), managedFields: ownEntries(live, false) };
        const seen = this.#seen(key, { metadata, spec: { ...objectOf(live.spec), replicas: 0 } });
        return [{ type: 'written', key, effect: effect.kind, object: this.deployments.get(key) ?? null }, seen];
      }
      case 'remember':
        throw new Error('it is the state that knows what is due: see answersTo');
      case 'look': {
        const { target, question } = effect;
        const object = this.deployments.get(target);
        return [{ type: 'looked', key, target, question, ...(object === undefined ? {} : { object }) }];
      }
      case 'delete': {
        if (live !== undefined && effect.uid !== uid) return [conflict(effect)];
        const gone = this.remove(key);
        return [{ type: 'deleteAccepted', key, uid: effect.uid }, ...(gone === undefined ? [] : [gone])];
      }
    }
  }

  #seen(key: Key, object: JsonObject): Event {
    this.#revision += 1;
    const metadata = metadataOf(object);
    if (metadata.uid === undefined) this.#uids += 1;
    const former = this.deployments.get(key);
    const isSameSpec = former !== undefined && canonicalJson(former.spec ?? null) === canonicalJson(object.spec ?? null);
    const stored = {
      ...object,
      metadata: {
        ...metadata,
        uid: metadata.uid ?? `uid-${this.#uids}`,
        resourceVersion: String(this.#revision),
        generation: isSameSpec ? (metadataOf(former).generation ?? 0) : this.#revision,
      },
    };
    this.deployments.set(key, stored);
    return { type: 'seen', stream: 'deployments/*', object: stored };
  }
}

const KEYED: Readonly<Record<string, readonly string[]>> = {
  containers: ['name'],
  env: ['name'],
  ports: ['containerPort', 'protocol'],
};
const ATOMIC = ['selector', 'command', 'args'];

/** What comes of an effect: of the memory, it is the state that knows what is due. */
export function answersTo(cluster: ModelCluster, state: State, effect: Effect, now?: number): readonly Event[] {
  return effect.kind === 'remember' ? memoryAnswers(state, now) : cluster.carryOut(effect);
}

/** The state once all that matters was looked for. */
export function lookedFor(cluster: ModelCluster, state: State): State {
  const [first] = state.unseen;
  if (first === undefined) return state;
  const [target, question] = first;
  const answers = cluster.carryOut({ kind: 'look', key: target, target, question });
  return lookedFor(
    cluster,
    answers.reduce((next, answer) => evolve(next, answer), state),
  );
}

/** `fieldsV1` of a value, as the API server writes it for the lists and maps that the tests use. */
export function fieldsOf(value: Json, field = ''): JsonObject {
  if (ATOMIC.includes(field)) return {};
  if (isJsonArray(value)) {
    const keys = KEYED[field];
    if (keys === undefined) return {};
    return Object.fromEntries(
      value.filter(isJsonObject).map((item) => {
        const key = Object.fromEntries(keys.map((name) => [name, item[name] ?? null]));
        return [`k:${JSON.stringify(key)}`, { '.': {}, ...fieldsOf(item) }];
      }),
    );
  }
  if (!isJsonObject(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [`f:${name}`, fieldsOf(member, name)]));
}

function holdsReplicas(manager: string): JsonObject {
  return { manager, operation: 'Update', fieldsV1: { 'f:spec': { 'f:replicas': {} } } };
}

function entriesOf(object: JsonObject | undefined): readonly JsonObject[] {
  const entries = metadataOf(object).managedFields;
  return isJsonArray(entries) ? entries.filter(isJsonObject) : [];
}

function othersEntries(object: JsonObject | undefined): readonly JsonObject[] {
  return entriesOf(object).filter(({ manager }) => manager !== 'ddprofiler-rc');
}

function ownEntries(object: JsonObject, holdsReplicas: boolean): readonly JsonObject[] {
  return entriesOf(object)
    .filter(({ manager }) => manager === 'ddprofiler-rc')
    .map((entry) => {
      if (holdsReplicas) return entry;
      const fields = objectOf(entry.fieldsV1);
      const { 'f:replicas': _, ...spec } = objectOf(fields['f:spec']);
      return { ...entry, fieldsV1: { ...fields, 'f:spec': spec } };
    });
}

function metadataOf(object: JsonObject | undefined): JsonObject {
  return objectOf(object?.metadata);
}

function objectOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function conflict(effect: Write): Event {
  return { type: 'writeFailed', key: effect.key, effect: effect.kind, failure: { code: 'Conflict', message: 'it was changed' } };
}
