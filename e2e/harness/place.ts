import type { Kubectl } from '@ddprofiler-rc/control-plane/kubectl';

/** A namespace, and a way to it. */
export interface Place {
  readonly namespace: string;
  readonly kubectl: Kubectl;
}

/** Applies any manifest in a namespace. */
export type Apply = (manifest: object) => Promise<void>;
