import type { Key } from '../../kube/keys.ts';

/**
 * What the administrator allows, and no rule can widen. Part of the scope: it never changes while the operator runs.
 *
 * | limit | where it holds |
 * | --- | --- |
 * | `rulesNamespaces` | evolve/rules.ts: a ConfigMap elsewhere is not even read |
 * | `massDeletion` | mass-deletion.ts |
 * | all others | guardrails.ts |
 */
export interface Limits {
  /** Namespaces, beside the binding's own, from which rules may be read. */
  readonly rulesNamespaces: readonly string[];
  /** Patterns of repositories (images.ts) that a rule's images must be of; absent: any. */
  readonly images?: readonly string[];
  /** What a rule's image must have beside its repository: a digest is a tag too. */
  readonly imageReference: ImageReference;
  /** Most replicas of one clone; absent: any number. */
  readonly maxReplicas?: number;
  /** Most clones of this binding; absent: any number. */
  readonly maxClones?: number;
  readonly massDeletion: {
    /** More than this share of our clones (0 to 1) … */
    readonly share: number;
    /** … and more than so many are not deleted at once. */
    readonly floor: number;
  };
  /** The operator's own Deployment, which is never a source; absent: it is not told. */
  readonly operatorDeployment?: Key;
  /** A rule with shared traffic is refused where an autoscaler of the source would count the clone's pods. */
  readonly refusesHpaCount: boolean;
}

export const IMAGE_REFERENCES = ['any', 'tag', 'digest'] as const;
export type ImageReference = (typeof IMAGE_REFERENCES)[number];

/** What holds where the administrator says nothing. */
export const DEFAULT_LIMITS: Limits = {
  rulesNamespaces: [],
  imageReference: 'any',
  massDeletion: { share: 0.5, floor: 3 },
  refusesHpaCount: false,
};
