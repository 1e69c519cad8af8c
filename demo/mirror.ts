/**
 * The Deployments of the demo's namespace, kept up to date by list and watch.
 *
 * Guarantees: `workloads` is what the API server had at `revision`; the listener is told after every change. A watch that ends is
 * begun anew from a fresh list.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { isRecord } from '@ddprofiler-rc/control-plane/json';
import type { Api, ApiObject } from './api.ts';
import { type Workload, workloadOf } from './workload.ts';

export const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments';

const PAUSE_AFTER_FAILURE_MS = 100;

export type Workloads = ReadonlyMap<string, Workload>;

export class Mirror {
  #workloads: Workloads = new Map();
  #revision = 0;
  readonly #api: Api;
  readonly #changed: (workloads: Workloads) => void;

  constructor(api: Api, changed: (workloads: Workloads) => void) {
    this.#api = api;
    this.#changed = changed;
  }

  get workloads(): Workloads {
    return this.#workloads;
  }

  /** Whether it has come to the state that a write made; `object` is the API server's answer to that write. */
  hasSeen(object: ApiObject): boolean {
    return this.#revision >= Number(revisionOf(object));
  }

  /** Goes on until `signal` is aborted. Never rejects: what an API server can fail in, it may do again later. */
  async follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#listAndWatch(signal);
      } catch {
        if (!signal.aborted) await delay(PAUSE_AFTER_FAILURE_MS);
      }
    }
  }

  async #listAndWatch(signal: AbortSignal): Promise<void> {
    const list = await this.#api.get(DEPLOYMENTS, signal);
    const items = Array.isArray(list.items) ? list.items.filter(isRecord) : [];
    this.#set(new Map(items.map((item) => entryOf(item))), revisionOf(list));
    for await (const { type, object } of this.#api.watch(DEPLOYMENTS, revisionOf(list), signal)) {
      if (type === 'ERROR') return;
      const next = new Map(this.#workloads);
      const [name, workload] = entryOf(object);
      if (type === 'DELETED') next.delete(name);
      else if (type !== 'BOOKMARK') next.set(name, workload);
      this.#set(next, revisionOf(object));
    }
  }

  #set(workloads: Workloads, revision: string): void {
    this.#workloads = workloads;
    this.#revision = Number(revision);
    this.#changed(workloads);
  }
}

function entryOf(object: ApiObject): readonly [string, Workload] {
  const workload = workloadOf(object);
  return [workload.name, workload];
}

function revisionOf(object: ApiObject): string {
  const revision = isRecord(object.metadata) ? object.metadata.resourceVersion : undefined;
  return typeof revision === 'string' ? revision : '0';
}
