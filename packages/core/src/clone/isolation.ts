import { isJsonArray, isJsonObject, type Json, type JsonObject, listAt, objectAt, stringAt, stringMapAt } from '../json.ts';

/**
 * In a clone whose traffic is isolated, what placed the source's pods beside or apart from each other places the clone's pods so. Terms that
 * are about other pods stay as they are.
 *
 * | where | terms |
 * | --- | --- |
 * | `affinity.podAffinity`, `.podAntiAffinity` | required, and preferred with a weight |
 * | `topologySpreadConstraints` | each |
 */
export function isolatedPlacement(podSpec: JsonObject, sourceLabels: Labels, cloneLabels: Labels): JsonObject {
  const rewrite = (term: Json): Json => rewritten(term, sourceLabels, cloneLabels);
  const { affinity, topologySpreadConstraints } = podSpec;
  return {
    ...podSpec,
    ...(isJsonObject(affinity) ? { affinity: rewrittenAffinity(affinity, rewrite) } : {}),
    ...(isJsonArray(topologySpreadConstraints) ? { topologySpreadConstraints: topologySpreadConstraints.map(rewrite) } : {}),
  };
}

type Labels = Readonly<Record<string, string>>;

const KINDS = ['podAffinity', 'podAntiAffinity'] as const;
const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';

function rewrittenAffinity(affinity: JsonObject, rewrite: (term: Json) => Json): JsonObject {
  const changed: Record<string, Json> = { ...affinity };
  for (const kind of KINDS) {
    const rules = affinity[kind];
    if (!isJsonObject(rules)) continue;
    const required = rules[REQUIRED];
    const preferred = rules[PREFERRED];
    changed[kind] = {
      ...rules,
      ...(isJsonArray(required) ? { [REQUIRED]: required.map(rewrite) } : {}),
      ...(isJsonArray(preferred) ? { [PREFERRED]: preferred.map((item) => weighted(item, rewrite)) } : {}),
    };
  }
  return changed;
}

function weighted(item: Json, rewrite: (term: Json) => Json): Json {
  return isJsonObject(item) ? { ...item, podAffinityTerm: rewrite(item.podAffinityTerm ?? null) } : item;
}

function rewritten(term: Json, sourceLabels: Labels, cloneLabels: Labels): Json {
  if (!isJsonObject(term) || !isJsonObject(term.labelSelector) || !selects(term.labelSelector, sourceLabels)) return term;
  return { ...term, labelSelector: { matchLabels: cloneLabels } };
}

/**
 * Whether a label selector selects an object with these labels.
 * Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#resources-that-support-set-based-requirements
 */
export function selects(selector: JsonObject, labels: Labels): boolean {
  const wanted = Object.entries(stringMapAt(selector, 'matchLabels'));
  return (
    wanted.every(([key, value]) => labels[key] === value) &&
    listAt(selector, 'matchExpressions').every((expression) => isJsonObject(expression) && meets(expression, labels))
  );
}

function meets(expression: JsonObject, labels: Labels): boolean {
  const value = labels[stringAt(expression, 'key') ?? ''];
  const values = listAt(expression, 'values');
  switch (stringAt(expression, 'operator')) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return false;
  }
}

/** The labels of a template's pods. */
export function podLabels(template: JsonObject): Labels {
  return stringMapAt(objectAt(template, 'metadata'), 'labels');
}
