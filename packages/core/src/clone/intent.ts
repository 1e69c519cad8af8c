import { objectAt } from '../kube/json.ts';
import type { BindingName } from '../objects/binding.ts';
import { type Deployment, replicasOf } from '../objects/deployment.ts';
import type { Intent } from '../objects/intent.ts';
import type { Refusal } from '../refusal.ts';
import { cloneNameOf, type Rule } from '../rules/rule.ts';
import { chosenContainer, containerNames } from './container.ts';
import { cloneReplicas } from './replicas.ts';
import { type Draft, STEPS } from './steps.ts';

export type IntentResult =
  | { readonly kind: 'intent'; readonly intent: Intent; readonly replicas: number }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/**
 * Source + rule → what the clone must be: the source, changed by each step of steps.ts in turn.
 *
 * Law: depends on nothing but its arguments, and on neither the source's status nor its resourceVersion.
 * @param ownsReplicas false where an autoscaler of the clone decides how many there are
 */
export function intentOf(source: Deployment, rule: Rule, binding: BindingName, ownsReplicas = true): IntentResult {
  const name = cloneNameOf(rule);
  const template = objectAt(source.spec, 'template');
  const container = chosenContainer(rule, template);
  if (container === undefined) return refused(rule, rule.container);
  const known = containerNames(template);
  const unknown = Object.keys(rule.containers).find((one) => !known.includes(one));
  if (unknown !== undefined) return refused(rule, unknown);
  const replicas = cloneReplicas(rule, replicasOf(source));
  const making = { source, rule, binding, name, container, replicas: ownsReplicas ? replicas : undefined };
  const start: Draft = { labels: {}, annotations: {}, ownerReferences: [], spec: source.spec };
  const { labels, annotations, ownerReferences, spec } = STEPS.reduce((draft, { make }) => make(draft, making), start);
  const metadata = { name, namespace: rule.namespace, labels, annotations };
  const owned = ownerReferences.length === 0 ? metadata : { ...metadata, ownerReferences };
  return { kind: 'intent', intent: { apiVersion: 'apps/v1', kind: 'Deployment', metadata: owned, spec }, replicas };
}

function refused(rule: Rule, container: string | undefined): IntentResult {
  const named = container === undefined ? 'a container' : `the container "${container}"`;
  const source = `${rule.namespace}/${rule.source}`;
  const message = `the rule changes ${named} that the source ${source} does not have; name one of the source's containers`;
  return { kind: 'refused', refusal: { reason: 'ContainerNotFound', message } };
}
