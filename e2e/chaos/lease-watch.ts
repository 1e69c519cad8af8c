/** An independent witness of who leads: watches the Leases of one namespace past every proxy, also over deaths of the API server. */
import { setTimeout as delay } from 'node:timers/promises';
import { at, listAt, textAt } from '@ddprofiler-rc/control-plane/json';
import { type Api, insist } from './api.ts';
import type { Holding } from './leadership.ts';

export type LeaseWatch = {
  /** Every change of holder so far, in order. */
  readonly holdings: () => readonly Holding[];
  readonly stop: () => void;
};

export const watchLeases = (api: Api, namespace: string): LeaseWatch => {
  const path = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`;
  const ended = new AbortController();
  const holdings: Holding[] = [];
  const see = (lease: unknown): void => {
    const holder = textAt(lease, 'spec', 'holderIdentity');
    if (holder !== (holdings.at(-1)?.holder ?? '')) holdings.push({ seenAt: new Date().toISOString(), holder });
  };
  const follow = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      try {
        const { body } = await insist(api, 'GET', path, {}, [200]);
        for (const lease of listAt(body, 'items')) see(lease);
        const from = { resourceVersion: textAt(body, 'metadata', 'resourceVersion') };
        for await (const event of api.watch(path, from, ended.signal)) if (event.type !== 'ERROR') see(at(event, 'object'));
      } catch {
        // The API server is down: nothing is written meanwhile.
        await delay(50);
      }
    }
  };
  void follow();
  return {
    holdings: () => holdings,
    stop: () => ended.abort(),
  };
};
