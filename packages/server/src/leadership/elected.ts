import { leaseOf } from '@ddprofiler-rc/core';
import { type Pipeline, type PipelineParts, startPipeline } from '../pipeline/pipeline.ts';
import { Elector } from './elector.ts';
import { fenced } from './fence.ts';

/** Whether this operator writes, as far as it knows. */
export interface Leadership {
  readonly role: 'leader' | 'standby';
  /** The Lease that decides it. */
  readonly lease: string;
  /** Who leads; empty where nobody does. */
  readonly holder: string;
}

export interface ElectedPipeline extends Pipeline {
  leadership(): Leadership;
}

/**
 * The pipeline of one of several operators with the same binding. A standby runs all of it, so that its state is warm and what it says of clones
 * is as true as what the leader says; only its writes end at the fence.
 * @param identity of this one life of an operator: nobody else has it, before or after
 */
export function startElected(parts: PipelineParts, identity: string): ElectedPipeline {
  const lease = leaseOf(parts.scope.binding);
  const elector = new Elector({ ...parts, lease, identity, onLead: () => pipeline.lead() });
  const pipeline = startPipeline({ ...parts, transport: fenced(parts.transport, elector.writeTimeMs) });
  elector.start();
  return {
    ...pipeline,
    leadership: () => ({
      role: elector.leads ? 'leader' : 'standby',
      lease: `${lease.namespace}/${lease.name}`,
      holder: elector.holder,
    }),
    stop: async () => {
      // The Lease is given up when no write runs any more: from then on another may write.
      await pipeline.stop();
      await elector.stop();
    },
  };
}
