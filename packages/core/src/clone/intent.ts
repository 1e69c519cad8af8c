import { type Deployment, replicasOf } from '../deployment.ts';
import { type JsonObject, objectAt } from '../json.ts';
import type { Refusal } from '../refusal.ts';
import type { Rule } from '../rules/rule.ts';
import { chosenContainer } from './container.ts';
import { type BindingName, cloneNameOf, markAnnotations, markLabels } from './mark.ts';
import { copiedAnnotations, copiedLabels } from './metadata.ts';
import { cloneReplicas } from './replicas.ts';
import { cloneSelector } from './selector.ts';
import { cloneTemplate } from './template.ts';

/** What a clone must be, as the body of a server-side apply: everything that we want to own, and nothing else. */
export interface Intent {
  readonly apiVersion: 'apps/v1';
  readonly kind: 'Deployment';
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
  };
  readonly spec: JsonObject;
}

export type IntentResult =
  | { readonly kind: 'intent'; readonly intent: Intent; readonly replicas: number }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/**
 * Source + rule → what the clone must be.
 *
 * | part | from |
 * | --- | --- |
 * | spec | the source's, whatever its fields, but: |
 * | spec.replicas | replicas.ts |
 * | spec.selector | selector.ts |
 * | spec.template | template.ts, container.ts, list-keys.ts |
 * | labels, annotations | metadata.ts, then mark.ts |
 *
 * Law: depends on nothing but its arguments, and on neither the source's status nor its resourceVersion.
 */
export function intentOf(source: Deployment, rule: Rule, binding: BindingName): IntentResult {
  const name = cloneNameOf(rule);
  const template = objectAt(source.spec, 'template');
  const container = chosenContainer(rule, template);
  if (container === undefined) return { kind: 'refused', refusal: containerNotFound(rule) };
  const replicas = cloneReplicas(rule, replicasOf(source));
  const intent: Intent = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name,
      namespace: rule.namespace,
      labels: { ...copiedLabels(source.labels), ...markLabels(binding, name) },
      annotations: { ...copiedAnnotations(source.annotations), ...markAnnotations(rule, source.uid) },
    },
    spec: {
      ...source.spec,
      replicas,
      selector: cloneSelector(source, name),
      template: cloneTemplate(template, rule, name, container),
    },
  };
  return { kind: 'intent', intent, replicas };
}

function containerNotFound(rule: Rule): Refusal {
  const named = rule.container === undefined ? 'a container' : `the container "${rule.container}"`;
  return {
    reason: 'ContainerNotFound',
    message: `the rule changes ${named} that the source ${rule.namespace}/${rule.source} does not have; set the rule's container to one of the source's`,
  };
}
