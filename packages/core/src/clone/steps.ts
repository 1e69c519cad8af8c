import { type JsonObject, objectAt } from '../kube/json.ts';
import type { BindingName } from '../objects/binding.ts';
import type { Deployment } from '../objects/deployment.ts';
import { collapseMembers } from '../objects/list-keys.ts';
import type { Rule } from '../rules/rule.ts';
import { changedContainers } from './container.ts';
import { isolatedPlacement, podLabels } from './isolation.ts';
import { CLONE_LABEL, cloneLabelValue, markAnnotations, markLabels } from './mark.ts';
import { copiedAnnotations, copiedLabels } from './metadata.ts';

/** What a clone is made of, while it is made. */
export interface Draft {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly ownerReferences: readonly JsonObject[];
  readonly spec: JsonObject;
}

/** What every step may look at. */
interface Making {
  readonly source: Deployment;
  readonly rule: Rule;
  readonly binding: BindingName;
  /** Of the clone. */
  readonly name: string;
  /** The container that `image`, `env` and `unset_env` are for. */
  readonly container: string;
  /** Absent where an autoscaler decides. */
  readonly replicas: number | undefined;
}

/** One way in which a clone is not its source. */
export interface Step {
  readonly name: string;
  /** One line. */
  readonly why: string;
  readonly make: (draft: Draft, making: Making) => Draft;
}

/** Set by the Deployment controller on the pods of each ReplicaSet; never part of a template that a person wrote. */
const TEMPLATE_HASH_LABEL = 'pod-template-hash';

/** What `kubectl rollout restart` writes. */
const RESTARTED_ANNOTATION = 'kubectl.kubernetes.io/restartedAt';

/** From source to clone, in this order. What no step names is the source's, fields of newer API servers included. */
export const STEPS: readonly Step[] = [
  {
    name: 'metadata',
    why: 'a tool that found its own marks on the clone would take it for its own, and delete it',
    make: (draft, { source }) => ({
      ...draft,
      labels: copiedLabels(source.labels),
      annotations: copiedAnnotations(source.annotations),
    }),
  },
  {
    name: 'mark',
    why: 'by it, and by nothing else, the operator knows its own clones',
    make: (draft, { rule, source, binding, name }) => ({
      ...draft,
      labels: { ...draft.labels, ...markLabels(binding, name) },
      annotations: { ...draft.annotations, ...markAnnotations(rule, source.uid) },
    }),
  },
  {
    name: 'owner',
    why: 'the cluster removes the clone with its source, also while the operator is down',
    make: (draft, { rule, source }) =>
      rule.onSourceDeleted === 'delete'
        ? { ...draft, ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: source.name, uid: source.uid }] }
        : draft,
  },
  {
    name: 'replicas',
    why: 'a fraction of the source’s; an autoscaler of the clone has its own say',
    make: (draft, { replicas }) => {
      const { replicas: _, ...spec } = draft.spec;
      return { ...draft, spec: replicas === undefined ? spec : { ...spec, replicas } };
    },
  },
  {
    name: 'selector',
    why: 'the clone’s pods are told from the source’s; isolated, by the clone’s label alone',
    make: (draft, { rule, name }) => {
      const selector = rule.traffic === 'isolated' ? {} : objectAt(draft.spec, 'selector');
      const matchLabels = { ...objectAt(selector, 'matchLabels'), ...cloneLabel(name) };
      return { ...draft, spec: { ...draft.spec, selector: { ...selector, matchLabels } } };
    },
  },
  {
    name: 'placement',
    why: 'isolated, what keeps the source’s pods apart or together must count the clone’s instead',
    make: (draft, { rule, source, name }) =>
      rule.traffic === 'isolated'
        ? withPodSpec(draft, (podSpec) => {
            const labels = podLabels(objectAt(source.spec, 'template'));
            return isolatedPlacement(podSpec, { namespace: source.namespace, labels }, cloneLabel(name));
          })
        : draft,
  },
  {
    name: 'pod labels',
    why: 'shared, the source’s Services find the clone’s pods too; isolated, none does',
    make: (draft, { rule, name }) =>
      withPodMetadata(draft, (metadata) => {
        const { [TEMPLATE_HASH_LABEL]: _, ...labels } = objectAt(metadata, 'labels');
        const kept = Object.entries(labels).filter(([key]) => rule.traffic === 'shared' || rule.keepLabels.includes(key));
        return { ...metadata, labels: { ...Object.fromEntries(kept), ...cloneLabel(name) } };
      }),
  },
  {
    name: 'restarts',
    why: 'a restart of the source need not restart the clone',
    make: (draft, { rule }) =>
      rule.followRestarts
        ? draft
        : withPodMetadata(draft, (metadata) => {
            const { [RESTARTED_ANNOTATION]: _, ...annotations } = objectAt(metadata, 'annotations');
            const { annotations: __, ...others } = metadata;
            // The API server stores no empty mapping.
            return Object.keys(annotations).length === 0 ? others : { ...metadata, annotations };
          }),
  },
  {
    name: 'containers',
    why: 'image, environment, resources, command and arguments, as the rule says',
    make: (draft, { rule, container }) => withPodSpec(draft, (podSpec) => changedContainers(podSpec, rule, container)),
  },
  {
    name: 'keys',
    why: 'a source may hold one key twice, and server-side apply refuses that: the last one wins',
    make: (draft) => ({ ...draft, spec: { ...draft.spec, template: collapseMembers(objectAt(draft.spec, 'template')) } }),
  },
];

function cloneLabel(name: string): Readonly<Record<string, string>> {
  return { [CLONE_LABEL]: cloneLabelValue(name) };
}

function withPodMetadata(draft: Draft, change: (metadata: JsonObject) => JsonObject): Draft {
  const template = objectAt(draft.spec, 'template');
  return withTemplate(draft, { ...template, metadata: change(objectAt(template, 'metadata')) });
}

function withPodSpec(draft: Draft, change: (podSpec: JsonObject) => JsonObject): Draft {
  const template = objectAt(draft.spec, 'template');
  return withTemplate(draft, { ...template, spec: change(objectAt(template, 'spec')) });
}

function withTemplate(draft: Draft, template: JsonObject): Draft {
  return { ...draft, spec: { ...draft.spec, template } };
}
