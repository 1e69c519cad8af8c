import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { DEFAULT_LIMITS, type Event, type Json, objectAt } from '@ddprofiler-rc/core';
import type { ApiAnswer, Transport } from '@ddprofiler-rc/k8s-adapter';
import { expect, test, vi } from 'vitest';
import type { JournalSink } from '../journal/sink.ts';
import { createLogger } from '../log/log.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { startPipeline } from './pipeline.ts';

/** Far more than it takes, also on a busy machine. */
const PATIENCE = { timeout: 30_000 };

const BINDING = { namespace: 'profiling', name: 'bench' };
const metadata = { ...BINDING, uid: 'u', resourceVersion: '1', generation: 1 };

/** What the cluster has of each kind, by how its path ends. */
const OBJECTS: Readonly<Record<string, readonly Json[]>> = {
  ddprofcrds: [{ metadata, ruleType: 'configmap', cmNamespace: 'profiling', cmName: 'bench', cmConfigTag: 'rules' }],
  configmaps: [
    { metadata, data: { rules: 'shop:\n  deployments:\n    web:\n      scale_factor: "0.5"\n      name_suffix: profiler\n' } },
  ],
  horizontalpodautoscalers: [],
  poddisruptionbudgets: [],
  deployments: [{ metadata: { ...metadata, namespace: 'shop', name: 'other' }, spec: { replicas: 1 } }],
};

test('given all is known and nothing happens, then no list is held as it arrived', async () => {
  const lists = new Map<string, WeakRef<Event>>();
  let version = 1;
  const journal: JournalSink = {
    event: (event) => {
      if (event.type === 'listed') lists.set(event.stream, new WeakRef(event));
    },
    decided: () => undefined,
  };
  // That of Deployments, by far the largest, is the last to arrive, as on a real cluster.
  const transport: Transport = async ({ path, query, signal, body }) => {
    const kind = path.slice(path.lastIndexOf('/') + 1);
    if (query.watch !== undefined) return answer(endless(signal));
    // Nothing is written but the memory, and what people are told.
    if (path.includes('last-good')) {
      version += 1;
      return answer(once({ ...objectAt(body?.json), metadata: { ...metadata, resourceVersion: String(version) } }));
    }
    if (OBJECTS[kind] === undefined) return answer(once({}));
    if (query.fieldSelector?.includes('last-good')) return answer(once({ metadata: { resourceVersion: '1' }, items: [] }));
    if (kind === 'deployments') await vi.waitUntil(() => lists.size === 5, PATIENCE);
    return answer(once({ metadata: { resourceVersion: '1' }, items: OBJECTS[kind] }));
  };
  const pipeline = startPipeline({
    scope: { binding: BINDING, namespaces: '*', limits: DEFAULT_LIMITS },
    transport,
    now: () => performance.now(),
    clock: Date.now,
    instance: 'a',
    random: Math.random,
    log: createLogger('ERROR', { write: () => undefined }),
    metrics: createMetrics({ processMetrics: false }),
    journal,
    onDefect: (error) => {
      throw error;
    },
  });
  try {
    await vi.waitUntil(() => pipeline.view().unsynced.length === 0, PATIENCE);
    const collectGarbage = exposedGarbageCollection();
    await vi.waitUntil(() => {
      collectGarbage();
      return [...lists.values()].every((list) => list.deref() === undefined);
    }, PATIENCE);
    expect([...lists.keys()]).toHaveLength(6);
  } finally {
    await pipeline.stop();
  }
});

function answer(body: AsyncIterable<Uint8Array>): ApiAnswer {
  return { status: 200, retryAfterMs: undefined, body };
}

async function* once(json: Json): AsyncGenerator<Uint8Array> {
  yield Buffer.from(JSON.stringify(json));
}

/** A watch that tells nothing. */
async function* endless(signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  await new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new Error('aborted'))));
}

/** Node has it by a flag. */
function exposedGarbageCollection(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc');
}
