import type { EmbeddedCluster } from '@ddprofiler-rc/cluster-sim';
import { isJsonArray, isJsonObject, type Json, type JsonObject, type Key, objectAt } from '@ddprofiler-rc/core';
import { changedAt, withFirstContainer } from './json.ts';
import {
  autoscalerManifest,
  bindingManifest,
  budgetManifest,
  configMapManifest,
  namespaceManifest,
  sourceManifest,
} from './manifests.ts';
import { type Action, BINDING, type CloneEdit, MARK_LABELS, type MarkLabel, type MemoryEdit, type SourceDraft } from './plan.ts';
import { rulesText } from './rules-text.ts';
import { BINDING_HASH, MEMORY } from './stored-memory.ts';

/** Actions on the cluster; those on the operator, or on clocks, are the history's own. */
export type ClusterAction = Exclude<Action, { readonly do: 'jumpDate' | 'restartOperator' }>;

const BINDINGS = `/apis/crds.grove/v1/namespaces/${BINDING.namespace}/ddprofcrds`;
const CONFIG_MAPS = `/api/v1/namespaces/${BINDING.namespace}/configmaps`;

/**
 * The people, and the tools of people, who use the cluster: whoever is not the operator. They look at what is there and write it changed,
 * as an editor does. An action that makes no sense at its time (scale what does not exist) does nothing.
 */
export class People {
  readonly #cluster: EmbeddedCluster;

  constructor(cluster: EmbeddedCluster) {
    this.#cluster = cluster;
  }

  carryOut(action: ClusterAction): void {
    switch (action.do) {
      case 'makeSource':
        this.#make(action.key, action.source);
        return;
      case 'scale':
        this.#edit(action.key, (source) => changedAt(source, ['spec', 'replicas'], () => action.replicas));
        return;
      case 'setImage':
        this.#edit(action.key, (source) => withFirstContainer(source, (app) => ({ ...app, image: action.image })));
        return;
      case 'setEnv':
        this.#edit(action.key, (source) => withFirstContainer(source, (app) => withVariable(app, action.name, action.value)));
        return;
      case 'unsetEnv':
        this.#edit(action.key, (source) => withFirstContainer(source, (app) => withVariable(app, action.name, undefined)));
        return;
      case 'rolloutRestart': {
        const path = ['spec', 'template', 'metadata', 'annotations', 'kubectl.kubernetes.io/restartedAt'];
        this.#edit(action.key, (source) => changedAt(source, path, () => `revision ${this.#cluster.state.revision}`));
        return;
      }
      case 'pause':
        this.#edit(action.key, (source) => changedAt(source, ['spec', 'paused'], () => action.paused || undefined));
        return;
      case 'annotate':
        this.#edit(action.key, (source) => changedAt(source, ['metadata', 'annotations', action.name], () => action.value));
        return;
      case 'churn':
        this.#churn(action.key, action.times, action.everyMs);
        return;
      case 'delete':
        this.#request('DELETE', deploymentPath(action.key), {
          kind: 'DeleteOptions',
          apiVersion: 'v1',
          propagationPolicy: action.propagation,
        });
        return;
      case 'recreate':
        this.#request('DELETE', deploymentPath(action.key), {
          kind: 'DeleteOptions',
          apiVersion: 'v1',
          propagationPolicy: 'Background',
        });
        this.#make(action.key, action.source);
        return;
      case 'squat':
        if (this.#get(deploymentPath(action.key)) === undefined) this.#make(action.key, action.source);
        return;
      case 'rules':
        this.#put(CONFIG_MAPS, configMapManifest(action.configMap, rulesText(action.draft)));
        return;
      case 'deleteConfigMap':
        this.#request('DELETE', `${CONFIG_MAPS}/${action.configMap}`);
        return;
      case 'bind':
        this.#put(BINDINGS, bindingManifest(action.configMap));
        return;
      case 'unbind':
        this.#request('DELETE', `${BINDINGS}/${BINDING.name}`);
        return;
      case 'bindElsewhere':
        this.#put(BINDINGS, bindingManifest('rules', action.namespace));
        return;
      case 'autoscaler':
        this.#keep(
          collectionPath('autoscaling/v2', 'horizontalpodautoscalers', action.target),
          autoscalerManifest(action.target),
          action.exists,
        );
        return;
      case 'budget':
        this.#keep(
          collectionPath('policy/v1', 'poddisruptionbudgets', action.source),
          budgetManifest(action.source),
          action.exists,
        );
        return;
      case 'autoscale': {
        const path = `${deploymentPath(action.key)}/scale`;
        const live = this.#get(path);
        if (live !== undefined)
          this.#request(
            'PUT',
            path,
            changedAt(live, ['spec', 'replicas'], () => action.replicas),
          );
        return;
      }
      case 'editClone':
        this.#edit(action.key, (clone) => editedClone(clone, action.what));
        return;
      case 'forgeMark':
        this.#edit(action.key, (object) => (action.exists ? marked(object, action.key) : unmarked(object)));
        return;
      case 'forgeMany':
        for (let number = 0; number < action.count; number += 1) {
          const key: Key = `${action.namespace}/fake-${number}-profiler`;
          this.#put(deploymentsPath(action.namespace), marked(sourceManifest(key, FORGED), key));
        }
        return;
      case 'copy':
        this.#copy(action.key, action.namespace);
        return;
      case 'editMark':
        this.#edit(action.key, (object) => withMarkLabel(object, action.key, action.label, action.what === 'restore'));
        return;
      case 'editMemory':
        this.#editMemory(action.what);
        return;
      case 'deleteNamespace':
        this.#request('DELETE', `/api/v1/namespaces/${action.namespace}`);
        return;
      case 'makeNamespace':
        this.#request('POST', '/api/v1/namespaces', namespaceManifest(action.namespace));
        return;
      case 'compact':
        this.#cluster.compact();
        return;
    }
  }

  /** Makes the Deployment, or gives it the draft's content; its selector stays, as it must. */
  #make(key: Key, source: SourceDraft): void {
    const [namespace = ''] = key.split('/');
    const live = this.#get(deploymentPath(key));
    if (live === undefined) {
      this.#request('POST', deploymentsPath(namespace), sourceManifest(key, source));
      return;
    }
    const { app } = objectAt(live, 'spec', 'selector', 'matchLabels');
    const manifest = sourceManifest(key, { ...source, app: typeof app === 'string' ? app : source.app });
    this.#request('PUT', deploymentPath(key), { ...manifest, metadata: objectAt(live, 'metadata') });
  }

  /** As `kubectl get -o yaml` shows it, or showed it when it was last there. */
  #copy(key: Key, namespace: string): void {
    const { history } = this.#cluster.state;
    const last = history.findLast((change) => change.resource === 'deployments.apps' && change.key === key);
    if (last === undefined) return;
    const { metadata, spec = {} } = last.object;
    const { name = '', labels = {}, annotations = {} } = objectAt(metadata);
    this.#put(deploymentsPath(namespace), {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { namespace, name, labels, annotations },
      spec,
    });
  }

  #editMemory(what: MemoryEdit): void {
    const path = `${CONFIG_MAPS}/${MEMORY.name}`;
    const live = this.#get(path);
    if (live === undefined) return;
    if (what === 'delete') this.#request('DELETE', path);
    else this.#request('PUT', path, editedMemory(live, what));
  }

  #churn(key: Key, times: number, everyMs: number): void {
    for (let round = 0; round < times; round += 1) {
      setTimeout(() => {
        this.#edit(key, (source) => withFirstContainer(source, (app) => ({ ...app, image: `churn:${round}` })));
      }, round * everyMs);
    }
  }

  #edit(key: Key, change: (object: JsonObject) => JsonObject): void {
    const live = this.#get(deploymentPath(key));
    if (live !== undefined) this.#request('PUT', deploymentPath(key), change(live));
  }

  #put(collection: string, manifest: JsonObject): void {
    const { name } = objectAt(manifest, 'metadata');
    const live = this.#get(`${collection}/${String(name)}`);
    if (live === undefined) this.#request('POST', collection, manifest);
    else this.#request('PUT', `${collection}/${String(name)}`, { ...manifest, metadata: objectAt(live, 'metadata') });
  }

  #keep(collection: string, manifest: JsonObject, exists: boolean): void {
    if (exists) this.#put(collection, manifest);
    else this.#request('DELETE', `${collection}/${String(objectAt(manifest, 'metadata').name)}`);
  }

  #get(path: string): JsonObject | undefined {
    const answer = this.#cluster.request({ method: 'GET', path, query: {}, user: 'person', userAgent: 'editor' });
    return answer.kind === 'whole' && answer.status === 200 && isJsonObject(answer.body) ? answer.body : undefined;
  }

  #request(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: Json): void {
    this.#cluster.request({
      method,
      path,
      query: {},
      user: 'person',
      userAgent: 'editor',
      ...(body === undefined ? {} : { contentType: 'application/json', body }),
    });
  }
}

function collectionPath(api: string, plural: string, key: Key): string {
  const [namespace = ''] = key.split('/');
  return `/apis/${api}/namespaces/${namespace}/${plural}`;
}

function deploymentsPath(namespace: string): string {
  return `/apis/apps/v1/namespaces/${namespace}/deployments`;
}

function deploymentPath(key: Key): string {
  const [namespace = '', name = ''] = key.split('/');
  return `${deploymentsPath(namespace)}/${name}`;
}

function withVariable(container: JsonObject, name: string, value: string | undefined): JsonObject {
  const env = isJsonArray(container.env) ? container.env : [];
  const others = env.filter((variable) => !isJsonObject(variable) || variable.name !== name);
  return { ...container, env: value === undefined ? others : [...others, { name, value }] };
}

/** What the operator asks for nowhere is theirs who put it there, and stays. */
function editedClone(clone: JsonObject, what: CloneEdit): JsonObject {
  switch (what) {
    case 'replicas':
      return changedAt(clone, ['spec', 'replicas'], () => 7);
    case 'image':
      return withFirstContainer(clone, (app) => ({ ...app, image: 'edited:1' }));
    case 'env':
      return withFirstContainer(clone, (app) => withVariable(app, 'MODE', 'edited'));
    case 'ownAnnotation':
      return changedAt(clone, ['metadata', 'annotations', 'ddprofiler-rc.grove/source-uid'], () => 'edited');
    case 'foreignAnnotation':
      return changedAt(clone, ['metadata', 'annotations', 'foreign'], () => 'stays');
    case 'foreignEnv':
      return withFirstContainer(clone, (app) => withVariable(app, 'FOREIGN', 'stays'));
  }
}

const FORGED: SourceDraft = { replicas: 2, image: 'forged:1', env: {}, app: 'fake', extras: [] };

/** Of a source, and of Deployments that nobody but a forger made. */
const FORGED_REMOVALS = ['shop/web', 'shop/fake-0-profiler', 'pay/fake-0-profiler', `${BINDING.namespace}/fake-0-profiler`]
  .map((clone) => `{"clone":"${clone}","on_rule_removed":"delete","source":"shop/api"}\n`)
  .join('');

/** A mark as the operator sets it, and the rule that its first version obeyed. */
function marked<T extends JsonObject>(object: T, key: Key): JsonObject {
  const [namespace = '', name = ''] = key.split('/');
  const rule = { [namespace]: { deployments: { [name]: { scale_factor: '9', name_suffix: 'x', image: 'forged:2' } } } };
  const annotations = {
    'ddprofiler-rc.grove/source': 'web',
    'ddprofiler-rc.grove/on-rule-removed': 'delete',
    'ddprofiler-rc.grove/rule': JSON.stringify(rule),
  };
  const labelled = MARK_LABELS.reduce<JsonObject>((marking, label) => withMarkLabel(marking, key, label, true), object);
  return changedAt(labelled, ['metadata', 'annotations'], (former) => ({ ...objectAt(former), ...annotations }));
}

function unmarked(object: JsonObject): JsonObject {
  return changedAt(object, ['metadata', 'labels', 'app.kubernetes.io/managed-by'], () => undefined);
}

function withMarkLabel(object: JsonObject, key: Key, label: MarkLabel, exists: boolean): JsonObject {
  const values: Readonly<Record<MarkLabel, string>> = {
    'app.kubernetes.io/managed-by': 'ddprofiler-rc',
    'ddprofiler-rc.grove/binding': BINDING_HASH,
    'ddprofiler-rc.grove/clone': key.slice(key.indexOf('/') + 1),
  };
  return changedAt(object, ['metadata', 'labels', label], () => (exists ? values[label] : undefined));
}

function editedMemory(memory: JsonObject, what: Exclude<MemoryEdit, 'delete'>): JsonObject {
  switch (what) {
    case 'empty':
      return { ...memory, data: {} };
    case 'cut':
      return changedAt(memory, ['data'], (data) =>
        Object.fromEntries(Object.entries(objectAt(data)).map(([name, text]) => [name, withoutFirstLine(text)])),
      );
    case 'forge':
      return changedAt(memory, ['data', 'removed.jsonl'], () => FORGED_REMOVALS);
    case 'note':
      return changedAt(memory, ['metadata', 'annotations', 'note'], () => 'please leave this alone');
  }
}

/** Of a text of several lines. */
function withoutFirstLine(text: Json): Json {
  return typeof text === 'string' && text.includes('\n') ? text.slice(text.indexOf('\n') + 1) : text;
}
