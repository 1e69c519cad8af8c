import { isJsonObject, type Json, type JsonObject, listAt, stringAt, stringMapAt } from '../kube/json.ts';
import type { ContainerChange } from '../rules/container-fields.ts';
import type { EnvVar } from '../rules/env.ts';
import type { Rule } from '../rules/rule.ts';

/** https://kubernetes.io/docs/reference/labels-annotations-taints/#kubectl-kubernetes-io-default-container */
export const DEFAULT_CONTAINER_ANNOTATION = 'kubectl.kubernetes.io/default-container';

/** Lists of a pod template that hold containers which a rule may change; sidecars are init containers that stay. */
export const CONTAINER_LISTS = ['containers', 'initContainers'] as const;

/**
 * The container of a pod template that a rule's `image`, `env` and `unset_env` apply to: the one that the rule names, else the one that the
 * default-container annotation names, else the first.
 * @returns its name; `undefined` where the rule names one that the template lacks
 */
export function chosenContainer(rule: Rule, template: JsonObject): string | undefined {
  const names = namesIn(template, 'containers');
  if (rule.container !== undefined) return containerNames(template).find((name) => name === rule.container);
  const annotated = stringMapAt(template, 'metadata', 'annotations')[DEFAULT_CONTAINER_ANNOTATION];
  return names.find((name) => name === annotated) ?? names[0];
}

export function containerNames(template: JsonObject): readonly string[] {
  return CONTAINER_LISTS.flatMap((list) => namesIn(template, list));
}

function namesIn(template: JsonObject, list: string): readonly string[] {
  return listAt(template, 'spec', list)
    .map((container) => (isJsonObject(container) ? stringAt(container, 'name') : undefined))
    .filter((name) => name !== undefined);
}

/** The pod spec with every container as the rule wants it: the chosen one first, then what `containers` says of each. */
export function changedContainers(podSpec: JsonObject, rule: Rule, chosen: string): JsonObject {
  const changed = (container: Json): Json => withValues(changedByRule(container));
  const changedByRule = (container: Json): Json => {
    const name = isJsonObject(container) ? stringAt(container, 'name') : undefined;
    if (!isJsonObject(container) || name === undefined) return container;
    const first = name === chosen ? changedContainer(container, rule) : container;
    const change = Object.hasOwn(rule.containers, name) ? rule.containers[name] : undefined;
    return change === undefined ? first : changedContainer(first, change);
  };
  const lists = CONTAINER_LISTS.filter((list) => podSpec[list] !== undefined);
  return { ...podSpec, ...Object.fromEntries(lists.map((list) => [list, listAt(podSpec, list).map(changed)])) };
}

function changedContainer(container: JsonObject, change: ContainerChange): JsonObject {
  const { env: _, ...rest } = container;
  const env = changedEnv(listAt(container, 'env'), change);
  const { image, resources, command, args } = change;
  const replaced = { image, resources, command, args };
  const made: Record<string, Json> = { ...rest, ...(env.length === 0 ? {} : { env }) };
  for (const [field, value] of Object.entries(replaced)) {
    // An empty list means the image's own: the API server stores none.
    if (Array.isArray(value) && value.length === 0) delete made[field];
    else if (value !== undefined) made[field] = value;
  }
  return made;
}

/**
 * A variable that the rule sets takes the place of the source's of that name, for later variables may refer to it
 * (`$(NAME)`); others go to the end.
 */
function changedEnv(env: readonly Json[], change: Pick<ContainerChange, 'env' | 'unsetEnv'>): readonly Json[] {
  const set = new Map(change.env.map((variable) => [variable.name, envEntry(variable)]));
  const removed = new Set(change.unsetEnv);
  const placed = new Set<string>();
  const result: Json[] = [];
  for (const entry of env) {
    const name = isJsonObject(entry) ? stringAt(entry, 'name') : undefined;
    if (name === undefined || removed.has(name)) continue;
    // Also for a second entry of that name: duplicates collapse later, and the last one would win over the rule.
    result.push(set.get(name) ?? entry);
    placed.add(name);
  }
  return [...result, ...[...set].filter(([name]) => !placed.has(name)).map(([, entry]) => entry)];
}

function envEntry(variable: EnvVar): JsonObject {
  if ('valueFrom' in variable) return { name: variable.name, valueFrom: withDefaults(variable.valueFrom) };
  return { name: variable.name, value: variable.value };
}

/**
 * The container with a value for each variable, the empty one too. The API server does not store an empty value, but who applies one owns it:
 * a value that somebody else writes there is put back.
 */
function withValues(container: Json): Json {
  if (!isJsonObject(container) || container.env === undefined) return container;
  const env = listAt(container, 'env').map((entry) => {
    const lacksValue = isJsonObject(entry) && entry.value === undefined && entry.valueFrom === undefined;
    return lacksValue ? { ...entry, value: '' } : entry;
  });
  return { ...container, env };
}

/** What the API server fills in, which an atomic value must be compared with. Source: `k8s.io/kubernetes/pkg/apis/core/v1/defaults.go`. */
function withDefaults(valueFrom: JsonObject): JsonObject {
  const { fieldRef, resourceFieldRef } = valueFrom;
  return {
    ...valueFrom,
    ...(isJsonObject(fieldRef) ? { fieldRef: { apiVersion: 'v1', ...fieldRef } } : {}),
    ...(isJsonObject(resourceFieldRef) ? { resourceFieldRef: { divisor: '0', ...resourceFieldRef } } : {}),
  };
}
