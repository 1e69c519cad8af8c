import { isJsonObject, type Json, type JsonObject, listAt, stringAt, stringMapAt } from '../json.ts';
import type { EnvVar, Rule } from '../rules/rule.ts';

/** https://kubernetes.io/docs/reference/labels-annotations-taints/#kubectl-kubernetes-io-default-container */
export const DEFAULT_CONTAINER_ANNOTATION = 'kubectl.kubernetes.io/default-container';

/**
 * The container of a pod template that a rule's `image` and `env` apply to: the one that the rule names, else the one that the
 * default-container annotation names, else the first.
 * @returns its name; `undefined` where the rule names one that the template lacks
 */
export function chosenContainer(rule: Rule, template: JsonObject): string | undefined {
  const names = listAt(template, 'spec', 'containers').map((container) =>
    isJsonObject(container) ? stringAt(container, 'name') : undefined,
  );
  if (rule.container !== undefined) return names.find((name) => name === rule.container);
  const annotated = stringMapAt(template, 'metadata', 'annotations')[DEFAULT_CONTAINER_ANNOTATION];
  return names.find((name) => name === annotated) ?? names[0];
}

/** The container as the rule wants it. */
export function changedContainer(container: JsonObject, rule: Rule): JsonObject {
  const { env: _, ...rest } = container;
  const env = changedEnv(listAt(container, 'env'), rule);
  return {
    ...rest,
    ...(rule.image === undefined ? {} : { image: rule.image }),
    ...(env.length === 0 ? {} : { env }),
  };
}

/**
 * A variable that the rule sets takes the place of the source's of that name, for later variables may refer to it
 * (`$(NAME)`); others go to the end.
 */
function changedEnv(env: readonly Json[], rule: Rule): readonly Json[] {
  const set = new Map(rule.env.map((variable) => [variable.name, envEntry(variable)]));
  const removed = new Set(rule.unsetEnv);
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
export function withValues(container: Json): Json {
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
