import { DEFAULT_LIMITS, type Key, type Limits } from '@ddprofiler-rc/core';
import { startElected } from '@ddprofiler-rc/server/elected';
import { createLogger } from '@ddprofiler-rc/server/log';
import { createMetrics } from '@ddprofiler-rc/server/metrics';
import { type Pipeline, type PipelineParts, type PipelineView, startPipeline } from '@ddprofiler-rc/server/pipeline';
import type { QueueObserver } from '@ddprofiler-rc/server/queue-observer';
import { Draw } from './draw.ts';
import { Line, type NetworkParts } from './network.ts';
import { BINDING, type Plan } from './plan.ts';
import { remembered } from './remembered.ts';
import type { MemoryLog } from './stored-memory.ts';
import type { Meanings } from './truth.ts';
import { Witness, type WitnessParts } from './witness.ts';

export interface OperatorParts {
  readonly plan: Plan;
  readonly meanings: Meanings;
  readonly memory: MemoryLog;
  readonly network: NetworkParts;
  readonly now: () => number;
  readonly complain: WitnessParts['complain'];
  /** It died by itself, in the middle of a call. */
  readonly onCrash: () => void;
}

/**
 * One operator in a history: the real pipeline, queue, adapter and core, on the simulated clock, with a simulated line to the cluster.
 * Everything that it does is watched by its {@link Witness}.
 */
export class SimulatedOperator {
  readonly name: string;
  readonly witness: Witness;
  readonly #pipeline: Pipeline;
  readonly #leads: () => boolean;
  readonly #line: Line;

  /** Starts at once. @param name another for each life, `a1`, `a2`: one life, one stream of chance */
  constructor(name: string, parts: OperatorParts) {
    const { plan, meanings, memory, network, now, complain } = parts;
    this.name = name;
    const scope = { binding: BINDING, namespaces: plan.scope, limits: limitsOf(plan) };
    const metrics = createMetrics({ processMetrics: false });
    const missed = (objects: number) => {
      network.trace(`${name}: an audit found ${objects} missed`);
      const isBroken = plan.faults.some(({ fault }) => fault === 'lostLines');
      if (!isBroken) complain('nothing is missed', `${name}: an audit found ${objects} objects other than the watch had told`);
    };
    this.witness = new Witness(name, { scope, meanings, memory, now, complain });
    this.#line = new Line(network, name, () => {
      this.kill();
      parts.onCrash();
    });
    const pipelineParts: PipelineParts = {
      scope,
      transport: this.witness.watched(this.#line.transport),
      now: plan.elected ? skewed(now, Draw.of(plan.seed, `clock ${name}`).fraction()) : now,
      clock: Date.now,
      instance: name,
      random: Draw.of(plan.seed, `operator ${name}`).fraction,
      // Errors are told of what people must mend, and of defects; only the latter are no part of any history.
      log: createLogger('ERROR', { write: (line) => DEFECT.test(line) && complain('defect', line) }),
      metrics: {
        ...metrics,
        workqueue: { ...metrics.workqueue, observer: both(metrics.workqueue.observer, this.witness.queueObserver) },
        clones: { ...metrics.clones, missed },
      },
      journal: this.witness.journal,
      ...(plan.audits === undefined ? {} : { audits: plan.audits }),
      onDefect: (error) => complain('defect', error instanceof Error ? (error.stack ?? error.message) : String(error)),
    };
    const elected = plan.elected ? startElected(pipelineParts, name) : undefined;
    this.#pipeline = elected ?? startPipeline(pipelineParts);
    this.#leads = () => elected?.leadership().role !== 'standby';
  }

  /** Without election each does. */
  get leads(): boolean {
    return this.#leads();
  }

  get view(): PipelineView {
    return this.#pipeline.view();
  }

  /** A clone whose rule will end has a timer in the queue until then. */
  get waitsForTimes(): boolean {
    return this.witness.waitsForTimes;
  }

  /** Keys that it was told of and has not decided on since. */
  get unanswered(): readonly Key[] {
    return this.witness.unanswered;
  }

  /** What it still keeps of any clone, one phrase each. */
  get remembers(): readonly string[] {
    return remembered(this.witness.state, this.view).map((what) => `${this.name} keeps ${what}`);
  }

  /** As SIGKILL does: nothing of it goes on. */
  kill(): void {
    this.#line.cut();
    this.witness.end();
    void this.#pipeline.stop();
  }

  /** As SIGTERM does: what runs may end, nothing new begins. */
  async stop(): Promise<void> {
    this.witness.stopping();
    await this.#pipeline.stop();
    this.#line.cut();
    this.witness.end();
  }
}

function limitsOf({ limits: { image, maxReplicas, maxClones } }: Plan): Limits {
  return {
    ...DEFAULT_LIMITS,
    ...(image === undefined ? {} : { images: [image] }),
    ...(maxReplicas === undefined ? {} : { maxReplicas }),
    ...(maxClones === undefined ? {} : { maxClones }),
  };
}

/** Of a machine whose clock runs up to 2 % too slow or too fast. @param fraction uniform in [0, 1) */
function skewed(now: () => number, fraction: number): () => number {
  const rate = 0.98 + 0.04 * fraction;
  return () => now() * rate;
}

const DEFECT = /a defect of the operator/;

function both(one: QueueObserver, other: QueueObserver<Key>): QueueObserver<Key> {
  return {
    ...one,
    started: (key, waited) => {
      one.started?.(key, waited);
      other.started?.(key, waited);
    },
    finished: (key, took) => {
      one.finished?.(key, took);
      other.finished?.(key, took);
    },
  };
}
