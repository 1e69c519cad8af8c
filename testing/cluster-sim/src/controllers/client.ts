import { find, keyOf, list, put } from '../api/store.ts';
import { handle } from '../handle.ts';
import { isJsonObject, type Json, type JsonObject, numberAt, stringAt } from '../json.ts';
import type { Method } from '../request.ts';
import type { ClusterState } from '../state.ts';

/** A resource that controllers read and write. */
export interface Kept {
  readonly name: string;
  /** Where its API begins. */
  readonly root: string;
  readonly plural: string;
}

export const DEPLOYMENTS: Kept = { name: 'deployments.apps', root: '/apis/apps/v1', plural: 'deployments' };
export const REPLICA_SETS: Kept = { name: 'replicasets.apps', root: '/apis/apps/v1', plural: 'replicasets' };
export const PODS: Kept = { name: 'pods', root: '/api/v1', plural: 'pods' };
export const EVENTS: Kept = { name: 'events', root: '/api/v1', plural: 'events' };

/** What a request came to: the object as it is now, or why there is none. */
export type Reply =
  | { readonly kind: 'done'; readonly object: JsonObject }
  | { readonly kind: 'refused'; readonly status: number; readonly message: string };

const DONE = 300;

/**
 * The API server as a controller asks it. Each request goes through all that a user's goes through, so controllers can bring about nothing
 * that the API would refuse; it sees all that the former ones did, so nothing is ever out of date here, and no conflict is tried again.
 */
export class Client {
  state: ClusterState;
  readonly now: number;
  readonly #dueTimes: number[] = [];

  constructor(state: ClusterState, now: number) {
    this.state = state;
    this.now = now;
  }

  /** When somebody has to look again, though nobody writes; undefined: never. */
  get dueAt(): number | undefined {
    return this.#dueTimes.length === 0 ? undefined : Math.min(...this.#dueTimes);
  }

  wakeAt(time: number): void {
    this.#dueTimes.push(time);
  }

  list(kept: Kept, namespace?: string): readonly JsonObject[] {
    return list(this.state, kept.name, namespace);
  }

  /** The object as it is by now; undefined where it is gone. */
  present(kept: Kept, object: JsonObject): JsonObject | undefined {
    const found = find(this.state, kept.name, stringAt(object, 'metadata', 'namespace'), nameOf(object));
    return found !== undefined && uidOf(found) === uidOf(object) ? found : undefined;
  }

  create(kept: Kept, namespace: string, object: JsonObject, manager = CONTROLLER): Reply {
    return this.#ask('POST', pathOf(kept, namespace), manager, object);
  }

  update(kept: Kept, object: JsonObject, manager = CONTROLLER): Reply {
    return this.#ask('PUT', pathOf(kept, namespaceOf(object), nameOf(object)), manager, object);
  }

  updateStatus(kept: Kept, object: JsonObject, manager = CONTROLLER): Reply {
    return this.#ask('PUT', `${pathOf(kept, namespaceOf(object), nameOf(object))}/status`, manager, object);
  }

  delete(kept: Kept, object: JsonObject, options: JsonObject = {}): Reply {
    const body = { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { uid: uidOf(object) }, ...options };
    return this.#ask('DELETE', pathOf(kept, namespaceOf(object), nameOf(object)), CONTROLLER, body);
  }

  /** Stores it as it is: for what reaches the store by another door than a request for the object. */
  store(kept: Kept, object: JsonObject): JsonObject {
    const stored = put(this.state, kept.name, object);
    this.state = stored.state;
    return stored.object;
  }

  /** What a controller remembers of its own; undefined: nothing. */
  remembered(what: string): number | undefined {
    const value = this.state.controllers.get(what);
    return typeof value === 'number' ? value : undefined;
  }

  remember(what: string, value: number): void {
    this.state = { ...this.state, controllers: this.state.controllers.set(what, value) };
  }

  forget(what: string): void {
    this.state = { ...this.state, controllers: this.state.controllers.remove(what) };
  }

  #ask(method: Method, path: string, manager: string, body: Json): Reply {
    const request = { method, path, query: {}, contentType: 'application/json', body, user: 'system:controller' };
    const { state, answer } = handle(this.state, { ...request, userAgent: manager }, this.now);
    if (answer.kind === 'whole' && answer.status < DONE && isJsonObject(answer.body)) {
      this.state = state;
      return { kind: 'done', object: answer.body };
    }
    const status = answer.kind === 'whole' ? answer.body : undefined;
    return { kind: 'refused', status: numberAt(status, 'code') ?? 0, message: stringAt(status, 'message') ?? '' };
  }
}

/** The field manager of all controllers. */
export const CONTROLLER = 'kube-controller-manager';

export function nameOf(object: JsonObject): string {
  return stringAt(object, 'metadata', 'name') ?? '';
}

export function namespaceOf(object: JsonObject): string {
  return stringAt(object, 'metadata', 'namespace') ?? '';
}

export function uidOf(object: JsonObject): string {
  return stringAt(object, 'metadata', 'uid') ?? '';
}

export function isTerminating(object: JsonObject): boolean {
  return stringAt(object, 'metadata', 'deletionTimestamp') !== undefined;
}

/** Oldest first; of one second, by name. */
export function byAge(one: JsonObject, other: JsonObject): number {
  const [first, second] = [ageKey(one), ageKey(other)];
  return first < second ? -1 : first > second ? 1 : 0;
}

function ageKey(object: JsonObject): string {
  return `${stringAt(object, 'metadata', 'creationTimestamp') ?? ''} ${keyOf(object)}`;
}

function pathOf({ root, plural }: Kept, namespace: string, name?: string): string {
  const home = namespace === '' ? '' : `/namespaces/${namespace}`;
  return `${root}${home}/${plural}${name === undefined ? '' : `/${name}`}`;
}
