import type { EmbeddedCluster } from '@ddprofiler-rc/cluster-sim';
import { objectAt } from '@ddprofiler-rc/core';
import { callOf } from './calls.ts';
import type { Invariant } from './invariants.ts';
import type { CarriedOut } from './network.ts';
import { BINDING } from './plan.ts';

export const LEASES = 'leases.coordination.k8s.io';
export const LEASE_KEY = `${BINDING.namespace}/ddprofiler-rc-${BINDING.name}`;

/** Written from the contract: a holder that was not heard of for so long may be followed by another. */
const LEASE_MS = 15_000;

export interface LeaseWardenParts {
  readonly cluster: EmbeddedCluster;
  readonly isElected: boolean;
  readonly now: () => number;
  readonly complain: (invariant: Invariant, message: string) => void;
}

/**
 * Stands beside the Lease as the cluster itself has it, and by the cluster's own clock, and looks at each write of an operator:
 *
 * | when | must be so |
 * | --- | --- |
 * | it begins | the operator holds the Lease, and the write's whole time-out ends before that expires |
 * | it is carried out, and its caller still waits | the operator holds the Lease, which has not expired |
 *
 * What arrives later than its caller waited is out of the operator's hands, as a packet on a real network is: the first row is about it.
 */
export class LeaseWarden {
  readonly #parts: LeaseWardenParts;
  #holder: unknown;
  #version: unknown;
  #renewedAt = Number.NEGATIVE_INFINITY;

  constructor(parts: LeaseWardenParts) {
    this.#parts = parts;
    parts.cluster.onChange(() => this.#look());
  }

  readonly onBegun = ({ by, request }: Pick<CarriedOut, 'by' | 'request'>): void => {
    this.#inspect(by, request, request.timeoutMs);
  };

  readonly onCarriedOut = ({ by, request, isAwaited }: CarriedOut): void => {
    if (isAwaited) this.#inspect(by, request, 0);
  };

  #inspect(by: string, request: CarriedOut['request'], lastsMs: number): void {
    const { isElected, now, complain } = this.#parts;
    if (!isElected || callOf(request) !== 'write') return;
    const left = this.#renewedAt + LEASE_MS - now();
    if (this.#holder === by && lastsMs <= left) return;
    const about =
      this.#holder === by
        ? `for ${lastsMs} ms, with ${left} ms left of its lease`
        : `while ${String(this.#holder)} holds the lease`;
    complain('12 no write without leave', `${by}: ${request.what}, ${about}`);
  }

  #look(): void {
    const { cluster, now } = this.#parts;
    const lease = cluster.state.objects.get(LEASES)?.get(LEASE_KEY);
    const { resourceVersion } = objectAt(lease, 'metadata');
    if (resourceVersion === this.#version) return;
    this.#version = resourceVersion;
    this.#holder = objectAt(lease, 'spec').holderIdentity;
    this.#renewedAt = now();
  }
}
