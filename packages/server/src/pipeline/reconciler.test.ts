import {
  type Announcement,
  DEFAULT_LIMITS,
  decide,
  type Event,
  evolve,
  type Json,
  objectAt,
  reportClone,
  type State,
  touched,
} from '@ddprofiler-rc/core';
import type { Transport } from '@ddprofiler-rc/k8s-adapter';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  BINDING_LISTED,
  fold,
  KEY,
  NOW,
  nothingListed,
  remembered,
  rulesListed,
  rulesSeen,
  ruleText,
  specOf,
} from '../../../core/test/given.ts';
import { answersTo, ModelCluster } from '../../../core/test/model-cluster.ts';
import { createLogger } from '../log/log.ts';
import { createMetrics, type Metrics } from '../metrics/metrics.ts';
import { Reconciler } from './reconciler.ts';

let cluster: ModelCluster;
let state: State;
let now: number;
let metrics: Metrics;
let told: Announcement[];
let logged: string[];
/** Writes of the memory, and whether each is urgent. */
let asked: boolean[];
let reconciler: Reconciler;
/** What happens while a write is under way. */
let meanwhile: () => void;

/** Milliseconds after which the server wants to be asked again, where it is busy. */
let busy: number | undefined;

/** Carries out what is decided at this moment, as the request says it. */
const transport: Transport = async () => {
  const { effect } = decide(state, KEY, NOW);
  const [answer] = effect === undefined || busy !== undefined ? [] : answersTo(cluster, state, effect);
  meanwhile();
  const object: Json = answer?.type === 'written' ? answer.object : { message: 'no' };
  return {
    status: busy !== undefined ? 429 : answer?.type === 'written' ? 200 : 500,
    retryAfterMs: busy,
    body: (async function* () {
      yield Buffer.from(JSON.stringify(object));
    })(),
  };
};

beforeEach(() => {
  cluster = new ModelCluster();
  state = fold([BINDING_LISTED, rulesListed(ruleText('0.5')), nothingListed()]);
  now = 0;
  [told, logged, asked] = [[], [], []];
  busy = undefined;
  metrics = createMetrics({ processMetrics: false });
  meanwhile = () => undefined;
  reconciler = new Reconciler({
    transport,
    now: () => now,
    clock: () => NOW,
    random: () => 0,
    log: createLogger('WARNING', { write: (line) => logged.push(line) }),
    metrics,
    journal: { event: () => undefined, decided: () => undefined },
    state: () => state,
    tell: (announcement) => told.push(announcement),
    remember: (isUrgent) => asked.push(isUrgent),
    emit: (event) => {
      state = evolve(state, event);
    },
  });
});

function happens(event: Event): void {
  const before = state;
  state = evolve(state, event);
  reconciler.noteTouched(event, touched(before, state, event));
}

async function counted(metric: string): Promise<number> {
  const line = (await metrics.render()).split('\n').find((text) => text.startsWith(`${metric} `));
  return Number(line?.slice(metric.length));
}

describe('from a source to its clone', () => {
  const changes = () => counted('ddprofiler_propagation_seconds_count');
  const seconds = () => counted('ddprofiler_propagation_seconds_sum');

  test('a change counts once its clone is written, and a try that failed is part of the time', async () => {
    happens(cluster.put('shop', 'web', specOf({})));
    const { carryOut } = cluster;
    cluster.carryOut = () => [];
    now = 1_000;
    expect(await reconciler.run(KEY)).toMatchObject({ kind: 'retry' });
    expect(await changes()).toBe(0);
    cluster.carryOut = carryOut;
    now = 3_000;
    expect(await reconciler.run(KEY)).toEqual({ kind: 'success' });
    expect([await changes(), await seconds()]).toEqual([1, 3]);
  });

  test('a change during a write is one of its own', async () => {
    happens(cluster.put('shop', 'web', specOf({})));
    now = 2_000;
    await reconciler.run(KEY);
    happens(cluster.put('shop', 'web', specOf({ image: 'web:2' })));
    meanwhile = () => {
      meanwhile = () => undefined;
      now = 3_000;
      happens(cluster.put('shop', 'web', specOf({ image: 'web:3' })));
    };
    await reconciler.run(KEY);
    expect([await changes(), await seconds()]).toEqual([2, 3]);
    now = 10_000;
    await reconciler.run(KEY);
    expect([await changes(), await seconds()]).toEqual([3, 10]);
  });

  test('what is told of the clone itself, or of rules, is no change of a source', async () => {
    state = evolve(state, cluster.put('shop', 'web', specOf({})));
    await reconciler.run(KEY);
    happens(cluster.edit(KEY, { spec: { ...objectAt(cluster.deployments.get(KEY), 'spec'), replicas: 9 } }));
    now = 1_000;
    await reconciler.run(KEY);
    expect(await counted('ddprofiler_writes_total{kind="apply"}')).toBe(1);
    expect(await changes()).toBe(0);
  });
});

describe('the memory', () => {
  test('is asked for at once where a clone waits for it, and without haste where a clone is gone', async () => {
    happens(rulesSeen(ruleText('1')));
    expect(await reconciler.run(KEY)).toEqual({ kind: 'success' });
    state = remembered(state);
    happens(rulesSeen('{}'));
    expect(await reconciler.run(KEY)).toEqual({ kind: 'success' });
    expect(asked).toEqual([true, false]);
    expect(await counted('ddprofiler_writes_total{kind="create"}')).toBe(0);
  });
});

test('a server that is busy is not asked again before the time that it names, whatever happens meanwhile', async () => {
  happens(cluster.put('shop', 'web', specOf({})));
  busy = 1_000;
  expect(await reconciler.run(KEY)).toEqual({ kind: 'retry', minimumDelayMs: 1_000 });
  busy = undefined;
  happens(cluster.put('shop', 'web', specOf({ image: 'web:2' })));
  now = 400;
  expect(await reconciler.run(KEY)).toEqual({ kind: 'again', afterMs: 600 });
  now = 1_000;
  expect(await reconciler.run(KEY)).toEqual({ kind: 'success' });
});

describe('a write that is undone each time', () => {
  /** Takes our label off what was written, as a policy may, and so it is adopted anew each time. */
  const strip = () => {
    const metadata = objectAt(cluster.deployments.get(KEY), 'metadata');
    const { 'app.kubernetes.io/managed-by': _, ...labels } = objectAt(metadata, 'labels');
    state = evolve(state, cluster.edit(KEY, { metadata: { ...metadata, labels } }));
  };

  test('is repeated ever more rarely, and shown as failing', async () => {
    state = fold([rulesSeen(ruleText('0.5', ['adopt: true'])), cluster.put('shop', 'web', specOf({}))], state);
    const writes: number[] = [];
    for (now = 0; now < 1_200_000; ) {
      const outcome = await reconciler.run(KEY);
      if (outcome.kind !== 'again') {
        writes.push(now);
        strip();
      }
      now += outcome.kind === 'again' ? outcome.afterMs : 1;
    }
    expect(writes.length).toBeLessThan(30);
    const gaps = writes.slice(1).map((at, index) => at - (writes[index] ?? 0));
    expect(Math.max(...gaps)).toBeGreaterThanOrEqual(100_000);
    const decision = reconciler.decisions.get(KEY);
    expect(decision).toMatchObject({ verdict: 'waiting', reason: 'WrittenAgain' });
    expect(decision && reportClone(state, decision)?.state).toBe('failing');
    expect(logged.filter((line) => line.includes('WrittenAgain'))).toHaveLength(1);
  });

  test('counts anew once the source or the rule is another', async () => {
    state = fold([rulesSeen(ruleText('0.5', ['adopt: true'])), cluster.put('shop', 'web', specOf({}))], state);
    for (let round = 0; round < 40; round += 1) {
      const outcome = await reconciler.run(KEY);
      if (outcome.kind !== 'again') strip();
      now += outcome.kind === 'again' ? outcome.afterMs : 1;
    }
    now += 1;
    state = fold([cluster.put('shop', 'web', specOf({ image: 'web:2' }))], state);
    expect(await reconciler.run(KEY)).toEqual({ kind: 'success' });
    strip();
    expect((await reconciler.run(KEY)).kind).toBe('again');
    state = fold([rulesSeen(ruleText('1', ['adopt: true']))], state);
    expect(await reconciler.run(KEY)).toEqual({ kind: 'success' });
  });
});

test('a refusal counts when it comes to be; who leads anew tells people, and counts nothing', async () => {
  state = { ...state, scope: { ...state.scope, limits: { ...DEFAULT_LIMITS, maxReplicas: 1 } } };
  happens(cluster.put('shop', 'web', specOf({})));
  for (let lead = 0; lead < 3; lead += 1) {
    reconciler.tellAnew();
    await reconciler.run(KEY);
  }
  expect(told.map(({ reason }) => reason)).toEqual(Array(3).fill('ReplicasAboveMaximum'));
  expect(await counted('ddprofiler_refusals_total{reason="ReplicasAboveMaximum"}')).toBe(1);
  expect(logged).toHaveLength(1);
});
