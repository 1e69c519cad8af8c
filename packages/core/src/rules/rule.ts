import type { JsonObject } from '../kube/json.ts';
import type { Key } from '../kube/keys.ts';
import type { EnvVar } from './env.ts';
import type { Moment } from './moment.ts';
import type { Problem } from './problem.ts';
import type { ScaleFactor } from './scale-factor.ts';

/** What becomes of a clone whose source is gone, or whose rule is gone. */
export const POLICIES = ['scale_to_zero', 'delete', 'keep'] as const;
export type Policy = (typeof POLICIES)[number];

/** `shared`: the clone's pods get the traffic of the source's Services. `isolated`: no Service, autoscaler or budget of the source matches them. */
export const TRAFFIC = ['shared', 'isolated'] as const;
export type Traffic = (typeof TRAFFIC)[number];

/** What a rule changes in one container. */
export interface ContainerChange {
  /** The source's where absent. */
  readonly image?: string;
  /** Replaces variables of the same name, `valueFrom` included; in the order of the rules text, each name once. */
  readonly env: readonly EnvVar[];
  /** Names removed from the clone. */
  readonly unsetEnv: readonly string[];
  /** Replaces the container's whole; as Kubernetes' `ResourceRequirements` has it. */
  readonly resources?: JsonObject;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
}

/** One entry of the rules text, complete with its defaults: how one clone follows one source. */
export interface Rule {
  /** Namespace of source and clone. */
  readonly namespace: string;
  /** Name of the source Deployment. */
  readonly source: string;
  /** The clone is `<source>-<nameSuffix>`. */
  readonly nameSuffix: string;
  readonly scaleFactor: ScaleFactor;
  /** Image of the chosen container; the source's where absent. */
  readonly image?: string;
  /** Replaces variables of the same name, `valueFrom` included; in the order of the rules text, each name once. */
  readonly env: readonly EnvVar[];
  /** Names removed from the clone. */
  readonly unsetEnv: readonly string[];
  /** The container that `image` and `env` apply to; where absent, the default-container annotation's, else the first. */
  readonly container?: string;
  /** Changes of further containers by their names; init and sidecar containers included. */
  readonly containers: Readonly<Record<string, ContainerChange>>;
  readonly minReplicas: number;
  readonly maxReplicas?: number;
  readonly traffic: Traffic;
  /** Keys of the source's pod labels that the clone's pods keep, where traffic is isolated. */
  readonly keepLabels: readonly string[];
  readonly onSourceDeleted: Policy;
  readonly onRuleRemoved: Policy;
  /** `kubectl rollout restart` of the source restarts the clone. */
  readonly followRestarts: boolean;
  /** Takes over a Deployment of the clone's name that the operator did not make. */
  readonly adopt: boolean;
  /** The clone is left as it is. */
  readonly suspend: boolean;
  /** From then on the clone is treated as if its rule were removed. */
  readonly activeUntil?: Moment;
}

/** All rules read from one ConfigMap key. */
export interface RuleSet {
  /** Valid rules by the key of their clone. */
  readonly rules: ReadonlyMap<Key, Rule>;
  /** In the order of the text. Any error leaves open which other rules were meant: one that is missing is then unknown, not none. */
  readonly problems: readonly Problem[];
}

/** What one rules text says. A text that cannot be read as a whole says nothing: the last good rules stay in force. */
export type RulesReading =
  | { readonly kind: 'read'; readonly ruleSet: RuleSet }
  /** The text holds nothing but white space and comments. `{}` is not blank: it is a rule set with no rules. */
  | { readonly kind: 'blank' }
  | { readonly kind: 'unreadable'; readonly problems: readonly Problem[] };
