import { compacted } from './api/store.ts';
import { readWatch } from './api/watch.ts';
import { runControllers } from './controllers/index.ts';
import { handle } from './handle.ts';
import type { Answer, Policy, Request, WatchCursor, WatchEvent } from './request.ts';
import { type ClusterState, emptyState } from './state.ts';

const NAMESPACES = ['default', 'kube-system', 'kube-public', 'kube-node-lease'];

/** What a watch may lag behind before it is answered 410. */
const KEPT_CHANGES = 10_000;

/** Timers count in 32 bits: one that is due later wakes up earlier and goes to sleep again. */
const LONGEST_DELAY = 2 ** 31 - 1;

export interface EmbeddedClusterOptions {
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  readonly policy?: Policy;
  /** False: nothing happens that no request asked for, so Deployments never roll out. */
  readonly controllers?: boolean;
  /** False: Deployments roll out by their status alone, without ReplicaSets and pods, which is cheaper by far. */
  readonly pods?: boolean;
  /** At least so many changes of the past stay known. */
  readonly keepChanges?: number;
}

/**
 * A cluster that lives: it holds the state, and its controllers work when something is due. Controllers run after a write has been
 * answered, never during it, and all waiting is by the global `setTimeout`, so fake timers drive them. A waiting cluster keeps no
 * process alive.
 */
export class EmbeddedCluster {
  readonly #now: () => number;
  readonly #policy: Policy | undefined;
  readonly #controllers: boolean;
  readonly #pods: boolean;
  readonly #keepChanges: number;
  readonly #listeners = new Set<() => void>();
  #state: ClusterState = emptyState();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #dueAt = Number.POSITIVE_INFINITY;

  constructor(options: EmbeddedClusterOptions = {}) {
    this.#now = options.now ?? Date.now;
    this.#policy = options.policy;
    this.#controllers = options.controllers ?? true;
    this.#pods = options.pods ?? true;
    this.#keepChanges = options.keepChanges ?? KEPT_CHANGES;
    for (const name of NAMESPACES) this.#state = handle(this.#state, namespaceRequest(name), this.#now()).state;
  }

  get state(): ClusterState {
    return this.#state;
  }

  get policy(): Policy | undefined {
    return this.#policy;
  }

  request(request: Request): Answer {
    const now = this.#now();
    const { state, answer } = handle(this.#state, request, now, this.#policy);
    const written = state.revision !== this.#state.revision;
    this.#state = state;
    if (written) {
      this.#wakeAt(now);
      this.#changed();
    }
    return answer;
  }

  /** What the watch has to tell since it was read last, and how far it has come now. */
  readWatch(cursor: WatchCursor): { readonly cursor: WatchCursor; readonly events: readonly WatchEvent[] } {
    return readWatch(this.#state, cursor, this.#now());
  }

  /** Calls `listener` after each change, at once; the returned function ends that. */
  onChange(listener: () => void): () => void {
    const own = (): void => listener();
    this.#listeners.add(own);
    return () => {
      this.#listeners.delete(own);
    };
  }

  /** Lets go of all history: a watch that was not read up to now is answered 410. */
  compact(): void {
    this.#state = compacted(this.#state, this.#state.revision);
  }

  /** Controllers work no more, and nobody is told of anything; requests are answered still. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#dueAt = Number.NEGATIVE_INFINITY; // nothing is due earlier, so nothing is ever armed again
    this.#listeners.clear();
  }

  #changed(): void {
    const { revision, history } = this.#state;
    // A quarter more than asked for, so that history is not cut at every write.
    if (history.size > this.#keepChanges * 1.25) this.#state = compacted(this.#state, revision - this.#keepChanges);
    for (const listener of [...this.#listeners]) listener();
  }

  #wakeAt(at: number): void {
    if (!this.#controllers || at >= this.#dueAt) return;
    clearTimeout(this.#timer);
    this.#dueAt = at;
    this.#timer = setTimeout(() => this.#work(), Math.min(Math.max(at - this.#now(), 0), LONGEST_DELAY));
    this.#timer.unref?.();
  }

  #work(): void {
    this.#timer = undefined;
    this.#dueAt = Number.POSITIVE_INFINITY;
    const { state, dueAt } = runControllers(this.#state, this.#now(), { pods: this.#pods });
    const written = state.revision !== this.#state.revision;
    this.#state = state;
    if (dueAt !== undefined) this.#wakeAt(dueAt);
    if (written) this.#changed();
  }
}

function namespaceRequest(name: string): Request {
  return {
    method: 'POST',
    path: '/api/v1/namespaces',
    query: {},
    contentType: 'application/json',
    body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
    user: 'system:apiserver',
    userAgent: 'kube-apiserver',
  };
}
