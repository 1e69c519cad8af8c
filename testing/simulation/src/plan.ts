import type { Json, Key } from '@ddprofiler-rc/core';

/** One rule as the user of a history writes it. */
export interface RuleDraft {
  readonly namespace: string;
  readonly source: string;
  readonly suffix: string;
  /** As written: a decimal number. */
  readonly scale: string;
  readonly image?: string;
  /** Name and value of each variable. */
  readonly env: readonly (readonly [name: string, value: string])[];
  readonly unset: readonly string[];
  readonly min?: number;
  readonly max?: number;
  readonly onSourceDeleted?: DraftPolicy;
  readonly onRuleRemoved?: DraftPolicy;
  readonly traffic?: 'isolated';
  /** What the container `proxy` gets: the sidecar that some sources have. */
  readonly proxy?: { readonly image: string; readonly env: readonly (readonly [name: string, value: string])[] };
  /** `follow_restarts: false`. */
  readonly ignoresRestarts?: true;
  readonly adopt?: true;
  readonly suspend?: true;
  /** `active_until`, in milliseconds since the history began. */
  readonly until?: number;
  /** Written with a scale factor that is none: an error of this rule, and of no other. */
  readonly isBroken?: true;
}

export type DraftPolicy = 'scale_to_zero' | 'delete' | 'keep';

/** What stands in the ConfigMap. */
export type RulesDraft =
  | { readonly kind: 'rules'; readonly rules: readonly RuleDraft[] }
  /** Nothing can be read from it. */
  | { readonly kind: 'hostile'; readonly text: string }
  /** These rules, written with a mistake that leaves open what is meant by some of them, or by all. */
  | { readonly kind: 'wrong'; readonly how: WrongText; readonly rules: readonly RuleDraft[] };

/** Mistakes that people make (wrong-text.ts). */
export const WRONG_TEXTS = [
  'configMap',
  'manifest',
  'deploymentsMissing',
  'namespaceMissing',
  'rulesAbove',
  'capitalNamespace',
  'unusableNamespace',
  'emptyNamespace',
  'wordAsNamespace',
  'capitalDeployments',
  'otherKind',
  'emptyDeployments',
  'listOfDeployments',
  'capitalSource',
  'unusableSource',
  'emptySource',
  'wordAsSource',
  'suffixMissing',
  'suffixTwice',
] as const;
export type WrongText = (typeof WRONG_TEXTS)[number];

/** What a source is made with. */
export interface SourceDraft {
  readonly replicas: number;
  readonly image: string;
  readonly env: Readonly<Record<string, string>>;
  /** Value of the label that selector and pods share. */
  readonly app: string;
  /** A second container, an init container, ports, resources: parts of a pod template that take part in no rule. */
  readonly extras: readonly Extra[];
}

export const EXTRAS = ['sidecar', 'init', 'ports', 'resources', 'volumes', 'command', 'doubledEnv'] as const;
export type Extra = (typeof EXTRAS)[number];

/** What somebody does to the cluster, or to the operator. Data, so that a plan can be printed, made smaller and run again. */
export type Action =
  | { readonly do: 'makeSource'; readonly key: Key; readonly source: SourceDraft }
  | { readonly do: 'scale'; readonly key: Key; readonly replicas: number }
  | { readonly do: 'setImage'; readonly key: Key; readonly image: string }
  | { readonly do: 'setEnv'; readonly key: Key; readonly name: string; readonly value: string }
  | { readonly do: 'unsetEnv'; readonly key: Key; readonly name: string }
  | { readonly do: 'rolloutRestart'; readonly key: Key }
  | { readonly do: 'pause'; readonly key: Key; readonly paused: boolean }
  | { readonly do: 'annotate'; readonly key: Key; readonly name: string; readonly value: string }
  /** Many changes in a row, faster than anything could follow. */
  | { readonly do: 'churn'; readonly key: Key; readonly times: number; readonly everyMs: number }
  | { readonly do: 'delete'; readonly key: Key; readonly propagation: 'Background' | 'Foreground' | 'Orphan' }
  /** Deleted and made anew at once, so that a watch that was away sees one name and two UIDs. */
  | { readonly do: 'recreate'; readonly key: Key; readonly source: SourceDraft }
  | { readonly do: 'rules'; readonly draft: RulesDraft; readonly configMap: string }
  | { readonly do: 'deleteConfigMap'; readonly configMap: string }
  | { readonly do: 'bind'; readonly configMap: string }
  | { readonly do: 'unbind' }
  /** Somebody changes a clone: a field that is the operator's, or one that is not. */
  | { readonly do: 'editClone'; readonly key: Key; readonly what: CloneEdit }
  /** An autoscaler of this Deployment comes, or goes. */
  | { readonly do: 'autoscaler'; readonly target: Key; readonly exists: boolean }
  /** What an autoscaler does. */
  | { readonly do: 'autoscale'; readonly key: Key; readonly replicas: number }
  /** A disruption budget of this source's pods comes, or goes. */
  | { readonly do: 'budget'; readonly source: Key; readonly exists: boolean }
  /** The binding points to a ConfigMap in a namespace that is not the binding's. */
  | { readonly do: 'bindElsewhere'; readonly namespace: string }
  /** A Deployment that is nobody's clone, under the name that a clone would have. */
  | { readonly do: 'squat'; readonly key: Key; readonly source: SourceDraft }
  /** The operator's labels on a Deployment that it did not make, and annotations that it once obeyed; or off again. */
  | { readonly do: 'forgeMark'; readonly key: Key; readonly exists: boolean }
  /** Many Deployments with the operator's labels, at once. */
  | { readonly do: 'forgeMany'; readonly namespace: string; readonly count: number }
  /** The manifest of a Deployment, as it is or as it was last seen, is applied in another namespace, or where it was. */
  | { readonly do: 'copy'; readonly key: Key; readonly namespace: string }
  /** One label of the mark is taken off, or gets the value that it had again. */
  | { readonly do: 'editMark'; readonly key: Key; readonly label: MarkLabel; readonly what: 'strip' | 'restore' }
  | { readonly do: 'editMemory'; readonly what: MemoryEdit }
  | { readonly do: 'deleteNamespace'; readonly namespace: string }
  | { readonly do: 'makeNamespace'; readonly namespace: string }
  | { readonly do: 'compact' }
  | { readonly do: 'jumpDate'; readonly byMs: number }
  /** `kill`: as SIGKILL does. `stop`: as SIGTERM does. Another is started some time after. */
  | {
      readonly do: 'restartOperator';
      readonly how: 'kill' | 'stop';
      readonly downMs: number;
      /** Where absent, or nobody leads: the one that has run for longest. */
      readonly whom?: 'leader';
    };

export const CLONE_EDITS = ['replicas', 'image', 'env', 'ownAnnotation', 'foreignAnnotation', 'foreignEnv'] as const;
export type CloneEdit = (typeof CLONE_EDITS)[number];

export const MARK_LABELS = ['app.kubernetes.io/managed-by', 'ddprofiler-rc.grove/binding', 'ddprofiler-rc.grove/clone'] as const;
export type MarkLabel = (typeof MARK_LABELS)[number];

/**
 * | edit | what becomes of the memory |
 * | --- | --- |
 * | delete | gone |
 * | empty | there, without data |
 * | cut | the first line of each text is missing |
 * | forge | a removal that nobody asked for, with the former hash |
 * | note | something of the person's own beside it: nothing that the operator reads |
 */
export const MEMORY_EDITS = ['delete', 'empty', 'cut', 'forge', 'note'] as const;
export type MemoryEdit = (typeof MEMORY_EDITS)[number];

export interface TimedAction {
  /** In simulated milliseconds since the beginning. */
  readonly at: number;
  readonly action: Action;
}

/**
 * What can go wrong with one exchange.
 *
 * | fault | of | what happens |
 * | --- | --- | --- |
 * | refused | any | no connection; nothing arrives |
 * | lostRequest | any | nothing arrives, and no answer comes: time-out |
 * | lostAnswer | any | carried out, but the connection breaks before the answer |
 * | slow | any | takes up to 20 s |
 * | conflict, gone, invalid, tooMany, internal, unavailable, unauthorized | any | that status; nothing is carried out |
 * | staleList | list | answered from the state of some seconds ago |
 * | inexactList | audit | answered from the state of some seconds ago, whatever moment was asked for |
 * | lateWatch | watch | what it tells comes up to 20 s late |
 * | cutWatch | watch | ends with an error, within a line too |
 * | closedWatch | watch | ends in order, soon |
 * | stalledWatch | watch | stays open and tells nothing any more |
 * | malformedWatch | watch | a line that is no event |
 * | expiredWatch | watch | an ERROR line with 410 |
 * | compressedWatch | watch | what happened while it was away comes as one event per name |
 * | noBookmarks, manyBookmarks | watch | none ever; each one twice |
 * | lostLines | watch | of the first half minute some lines never come: no server may do that |
 * | crashBefore, crashAfter | any | the operator dies before, or after, the call is carried out |
 */
export const FAULTS = {
  any: [
    'refused',
    'lostRequest',
    'lostAnswer',
    'slow',
    'conflict',
    'gone',
    'invalid',
    'tooMany',
    'internal',
    'unavailable',
    'unauthorized',
    'crashBefore',
    'crashAfter',
  ],
  list: ['staleList'],
  audit: ['inexactList'],
  watch: [
    'lateWatch',
    'cutWatch',
    'closedWatch',
    'stalledWatch',
    'malformedWatch',
    'expiredWatch',
    'compressedWatch',
    'noBookmarks',
    'manyBookmarks',
  ],
  broken: ['lostLines'],
} as const;
export type Fault = (typeof FAULTS)[keyof typeof FAULTS][number];

/**
 * `get`: looks for one Deployment. `audit`: a list beside a watch. `lease`: what a candidate asks of its Lease, but for the watch of it.
 */
export type Call = 'get' | 'list' | 'audit' | 'watch' | 'write' | 'lease';

/** A time in which a fault hits some of the calls. */
export interface FaultWindow {
  readonly fault: Fault;
  readonly on: Call;
  readonly from: number;
  readonly to: number;
  /** Share of the calls that it hits. */
  readonly rate: number;
}

/** A time in which the operator's identity may not do one thing. */
export interface Revocation {
  readonly verb: 'get' | 'list' | 'watch' | 'patch' | 'delete';
  readonly resource: 'deployments.apps' | 'configmaps' | 'ddprofcrds.crds.grove';
  readonly from: number;
  readonly to: number;
}

/** What a mutating webhook makes of every Deployment that is written. */
export const WEBHOOKS = ['sidecar', 'env', 'imagePullPolicy', 'annotation'] as const;
export type Webhook = (typeof WEBHOOKS)[number];

/** Everything that a history hangs on. The same plan gives the same history, to the last byte. */
export interface Plan {
  readonly seed: number;
  readonly namespaces: readonly string[];
  readonly scope: '*' | readonly string[];
  readonly operators: 1 | 2 | 3;
  /** Whether they elect a leader; where they do not, each does everything. */
  readonly elected: boolean;
  readonly actions: readonly TimedAction[];
  readonly faults: readonly FaultWindow[];
  readonly revocations: readonly Revocation[];
  readonly webhook: Webhook | 'strip' | undefined;
  /** What the administrator allows, where it is less than everything. */
  readonly limits: PlanLimits;
  /** The shortest and the longest time between two audits, in milliseconds; as the operator has it where absent. */
  readonly audits?: { readonly least: number; readonly most: number };
  /** A clone whose every write is refused, to the end. */
  readonly poisoned: Key | undefined;
  /** When actions and faults end, in simulated milliseconds. */
  readonly stormEndsAt: number;
}

interface PlanLimits {
  /** The one repository that rules' images may be of, as a short name. */
  readonly image?: string;
  readonly maxReplicas?: number;
  readonly maxClones?: number;
}

/** `safety`: faults never stop, and nothing forbidden may happen. `liveness`: they stop, and everything must come right. */
export const MODES = ['safety', 'liveness'] as const;
export type Mode = (typeof MODES)[number];

export const BINDING = { namespace: 'ops', name: 'rc' } as const;
export const CONFIG_MAPS = ['rules', 'rules-b'] as const;
export const RULES_KEY = 'rules.yaml';

/** For traces and for the smallest plan that fails: one line per part. */
export function describePlan(plan: Plan): string {
  const { actions, faults, revocations, ...rest } = plan;
  const line = (value: unknown): string => JSON.stringify(value);
  return [
    line(rest),
    ...actions.map((action) => `  action ${line(action)}`),
    ...faults.map((fault) => `  fault ${line(fault)}`),
    ...revocations.map((revocation) => `  revoked ${line(revocation)}`),
  ].join('\n');
}

export type Manifest = { readonly [key: string]: Json };
