import type { Key } from '@ddprofiler-rc/core';
import type { ApiRequest } from '@ddprofiler-rc/k8s-adapter';
import { callOf } from './calls.ts';
import { Draw } from './draw.ts';
import type { Fault, FaultWindow, Mode, Plan } from './plan.ts';

/** Which fault hits which call: the windows of the plan, as time goes on. */
export class Weather {
  readonly #plan: Plan;
  readonly #mode: Mode;
  readonly #now: () => number;
  /** A window draws from a stream of its own: a plan that lost another window meets the same faults in this one. */
  readonly #windows: readonly { readonly window: FaultWindow; readonly draw: Draw }[];

  constructor(plan: Plan, mode: Mode, now: () => number) {
    this.#plan = plan;
    this.#mode = mode;
    this.#now = now;
    this.#windows = plan.faults.map((window) => ({ window, draw: Draw.of(plan.seed, JSON.stringify(window)) }));
  }

  /** The fault that this call meets, if any. */
  faultOf(request: ApiRequest): Fault | undefined {
    const call = callOf(request);
    if (call === 'write' && this.#isPoisoned(request)) return 'internal';
    const hit = this.#windows.filter(({ window, draw }) => window.on === call && this.#isIn(window) && draw.chance(window.rate));
    return hit[0]?.window.fault;
  }

  /** Whether the operator's identity lost the permission to do this. */
  isRevoked(verb: string, resource: string): boolean {
    return this.#plan.revocations.some(
      (revocation) => revocation.verb === verb && revocation.resource === resource && this.#isIn(revocation),
    );
  }

  /** In safety mode the weather of the storm comes again and again. */
  #isIn({ from, to }: { readonly from: number; readonly to: number }): boolean {
    const { stormEndsAt } = this.#plan;
    const now = this.#mode === 'safety' ? this.#now() % stormEndsAt : this.#now();
    return from <= now && now < to;
  }

  #isPoisoned({ path }: ApiRequest): boolean {
    return this.#plan.poisoned !== undefined && path.endsWith(pathOf(this.#plan.poisoned));
  }
}

function pathOf(key: Key): string {
  const [namespace = '', name = ''] = key.split('/');
  return `/namespaces/${namespace}/deployments/${name}`;
}
