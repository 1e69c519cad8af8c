import { getEventListeners } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { EmbeddedCluster, type Policy } from '@ddprofiler-rc/cluster-sim';
import { DEFAULT_LIMITS, initialState, keyOf, type State } from '@ddprofiler-rc/core';
import { JournalRing, type JournalSink } from '@ddprofiler-rc/server/journal';
import { createLogger } from '@ddprofiler-rc/server/log';
import { createMetrics } from '@ddprofiler-rc/server/metrics';
import { type Pipeline, startPipeline } from '@ddprofiler-rc/server/pipeline';
import { SimulatedClock } from './clock.ts';
import { Draw } from './draw.ts';
import { drawPlan } from './draw-plan.ts';
import { BINDING_CRD, namespaceManifest } from './manifests.ts';
import { Line } from './network.ts';
import { type ClusterAction, People } from './people.ts';
import { BINDING, CONFIG_MAPS, type FaultWindow, type Plan, type TimedAction } from './plan.ts';
import { remembered } from './remembered.ts';
import { StaleStates } from './stale-states.ts';
import { Weather } from './weather.ts';

/** What one operator, which lives on, holds after a round of churn when everything was taken away again. */
export interface Sample {
  /** Simulated milliseconds since the operator started. */
  readonly atMs: number;
  /** What people did in the round. */
  readonly actions: number;
  /** Requests that the operator made in the round. */
  readonly requests: number;
  /** Phrases of what it keeps of any Deployment, rule or key. */
  readonly remembered: readonly string[];
  /** Timers that are armed, of the operator and of its cluster. */
  readonly timers: number;
  /** Listeners on all abort signals that live. */
  readonly listeners: number;
  /** Bytes in use after a garbage collection. */
  readonly heap: number;
}

const ROUND_MS = 30 * 60_000;
/** Within a round: until then people and faults have their way; then everything is taken away. */
const STORM_MS = 20 * 60_000;
const NAMESPACES = ['shop', 'pay'] as const;
/** Histories whose people act at the same time. */
const CROWDS = 4;
/** Requests of one kind hit by faults, all through the storm: the paths that seldom run are where things are left behind. */
const FAULTS: readonly FaultWindow['fault'][] = ['cutWatch', 'closedWatch', 'stalledWatch', 'expiredWatch', 'malformedWatch'];

/** One life of the operator, over so many rounds of half an hour each; a sample at the end of each. */
export async function endure(rounds: number, seed: number): Promise<readonly Sample[]> {
  const collectGarbage = exposeGarbageCollection();
  const signals = watchSignals();
  const clock = new SimulatedClock();
  const samples: Sample[] = [];
  const world = new World(clock, seed, rounds);
  try {
    for (let round = 0; round < rounds; round += 1) {
      const begun = world.counts();
      world.storm(round);
      await clock.runUntil(round * ROUND_MS + STORM_MS);
      world.takeAway();
      await clock.runUntil((round + 1) * ROUND_MS);
      const { actions, requests } = world.counts();
      world.forget();
      await collectGarbage();
      samples.push({
        atMs: clock.now(),
        actions: actions - begun.actions,
        requests: requests - begun.requests,
        remembered: world.remembered(),
        timers: clock.armed,
        listeners: signals.listeners(),
        heap: process.memoryUsage().heapUsed,
      });
    }
  } finally {
    world.end();
    clock.uninstall();
    signals.unwatch();
  }
  return samples;
}

/** The cluster, its people, and one operator without witnesses: what those note down would grow with every call. */
class World {
  readonly #cluster: EmbeddedCluster;
  readonly #people: People;
  readonly #pipeline: Pipeline;
  readonly #line: Line;
  readonly #seed: number;
  #state: State;
  #actions = 0;
  #requests = 0;

  constructor(clock: SimulatedClock, seed: number, rounds: number) {
    this.#seed = seed;
    const plan = planOf(seed, rounds);
    const weather = new Weather(plan, 'liveness', clock.now);
    const policy: Policy = { authorize: () => true };
    this.#cluster = new EmbeddedCluster({ now: clock.clusterTime, policy, pods: false });
    this.#people = new People(this.#cluster);
    this.#setUp();
    const scope = { binding: BINDING, namespaces: '*', limits: DEFAULT_LIMITS } as const;
    this.#state = initialState(scope);
    const network = {
      seed,
      cluster: this.#cluster,
      weather,
      stale: new StaleStates(this.#cluster, clock.clusterTime, policy),
      clusterTime: clock.clusterTime,
      trace: () => undefined,
      onBegun: () => undefined,
      onCarriedOut: () => {
        this.#requests += 1;
      },
    };
    this.#line = new Line(network, 'a1', () => undefined);
    this.#pipeline = startPipeline({
      scope,
      transport: this.#line.transport,
      now: clock.now,
      clock: Date.now,
      instance: 'a1',
      random: Draw.of(seed, 'operator a1').fraction,
      log: createLogger('ERROR', { write: () => undefined }),
      metrics: createMetrics({ processMetrics: false }),
      journal: this.#journal(new JournalRing(1_000, this.#state)),
      onDefect: (error) => {
        throw error;
      },
    });
  }

  /** What people do in many histories, some at once and one after the other, until the storm ends. */
  storm(round: number): void {
    for (let crowd = 0; crowd < CROWDS; crowd += 1) {
      const first = this.#seed + (round * CROWDS + crowd) * 1_000;
      for (const { at, action } of actionsOf(first)) setTimeout(() => this.#act(action), at);
    }
  }

  takeAway(): void {
    this.#act({ do: 'rules', draft: { kind: 'rules', rules: [] }, configMap: CONFIG_MAPS[0] });
    this.#act({ do: 'bind', configMap: CONFIG_MAPS[0] });
    // Behind it, so that no clone is made anew.
    setTimeout(() => {
      for (const namespace of NAMESPACES) this.#act({ do: 'deleteNamespace', namespace });
      // What people copied or forged beside the binding, whose namespace stays.
      for (const key of this.#cluster.state.objects.get('deployments.apps')?.keys() ?? [])
        if (key.startsWith(`${BINDING.namespace}/`))
          this.#act({
            do: 'delete',
            key: keyOf(BINDING.namespace, key.slice(BINDING.namespace.length + 1)),
            propagation: 'Background',
          });
    }, 60_000);
    setTimeout(() => {
      for (const namespace of NAMESPACES) this.#act({ do: 'makeNamespace', namespace });
    }, 120_000);
  }

  /** The cluster lets go of what it keeps for a time of its own: Events, and former versions. */
  forget(): void {
    const path = `/apis/events.k8s.io/v1/namespaces/${BINDING.namespace}/events`;
    this.#cluster.request({ user: 'cluster', userAgent: 'cluster', method: 'DELETE', path, query: {} });
    this.#cluster.compact();
  }

  remembered(): readonly string[] {
    return remembered(this.#state, this.#pipeline.view());
  }

  counts(): { readonly actions: number; readonly requests: number } {
    return { actions: this.#actions, requests: this.#requests };
  }

  end(): void {
    this.#line.cut();
    void this.#pipeline.stop();
    this.#cluster.stop();
  }

  #act(action: ClusterAction): void {
    this.#actions += 1;
    this.#people.carryOut(action);
  }

  #journal(ring: JournalRing): JournalSink {
    return {
      event: (event, at, after) => {
        this.#state = after;
        ring.event(event, at, after);
      },
      decided: (decision, at, time) => ring.decided(decision, at, time),
    };
  }

  #setUp(): void {
    const post = (path: string, body: ReturnType<typeof namespaceManifest>) => {
      const person = { user: 'person', userAgent: 'setup', contentType: 'application/json' } as const;
      this.#cluster.request({ ...person, method: 'POST', path, query: {}, body });
    };
    post('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', BINDING_CRD);
    for (const namespace of [BINDING.namespace, ...NAMESPACES]) post('/api/v1/namespaces', namespaceManifest(namespace));
  }
}

function planOf(seed: number, rounds: number): Plan {
  const storms = Array.from({ length: rounds }, (_, round) => ({ from: round * ROUND_MS, to: round * ROUND_MS + STORM_MS }));
  const faults = storms.flatMap((window): readonly FaultWindow[] => [
    ...FAULTS.map((fault) => ({ ...window, fault, on: 'watch' as const, rate: 0.15 })),
    { ...window, fault: 'tooMany', on: 'write', rate: 0.05 },
    { ...window, fault: 'lostAnswer', on: 'write', rate: 0.05 },
    { ...window, fault: 'lostRequest', on: 'list', rate: 0.1 },
  ]);
  return {
    ...drawPlan(seed),
    namespaces: NAMESPACES,
    operators: 1,
    actions: [],
    faults,
    revocations: [],
    stormEndsAt: Number.POSITIVE_INFINITY,
  };
}

function actionsOf(seed: number): readonly { readonly at: number; readonly action: ClusterAction }[] {
  const actions: { readonly at: number; readonly action: ClusterAction }[] = [];
  for (let [start, next] = [0, seed]; start < STORM_MS; next += 1) {
    const { actions: some, stormEndsAt } = drawPlan(next);
    for (const { at, action } of some) if (isOnCluster(action) && start + at < STORM_MS) actions.push({ at: start + at, action });
    start += stormEndsAt;
  }
  return actions;
}

function isOnCluster(action: TimedAction['action']): action is ClusterAction {
  return action.do !== 'jumpDate' && action.do !== 'restartOperator';
}

/** Garbage is collected only on demand of a function that this Node has by a flag. */
function exposeGarbageCollection(): () => Promise<void> {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  return async () => {
    // What finalizers and weak references let go of is garbage of the next round.
    for (let times = 0; times < 3; times += 1) {
      collect();
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
}

/** Counts listeners on abort signals: what adds one and never takes it away keeps everything behind it. */
function watchSignals(): { readonly listeners: () => number; readonly unwatch: () => void } {
  const seen = new Set<WeakRef<AbortSignal>>();
  const known = new WeakSet<AbortSignal>();
  const { addEventListener } = AbortSignal.prototype;
  AbortSignal.prototype.addEventListener = function (this: AbortSignal, ...args: Parameters<typeof addEventListener>) {
    if (!known.has(this)) {
      known.add(this);
      seen.add(new WeakRef(this));
    }
    addEventListener.apply(this, args);
  };
  return {
    listeners: () => {
      let count = 0;
      for (const reference of seen) {
        const signal = reference.deref();
        if (signal === undefined) seen.delete(reference);
        else count += getEventListeners(signal, 'abort').length;
      }
      return count;
    },
    unwatch: () => {
      AbortSignal.prototype.addEventListener = addEventListener;
    },
  };
}
