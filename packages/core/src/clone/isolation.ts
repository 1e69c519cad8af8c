import { isJsonArray, isJsonObject, type Json, type JsonObject, listAt, objectAt, stringAt, stringMapAt } from '../kube/json.ts';

/**
 * In a clone whose traffic is isolated, what placed the source's pods beside or apart from each other places the clone's pods so. Terms that
 * are about other pods, or pods of other namespaces, stay as they are.
 *
 * | where | terms |
 * | --- | --- |
 * | `affinity.podAffinity`, `.podAntiAffinity` | required, and preferred with a weight |
 * | `topologySpreadConstraints` | each |
 */
export function isolatedPlacement(podSpec: JsonObject, source: Pods, cloneLabels: Labels): JsonObject {
  const rewrite = (term: Json): Json => rewritten(term, source, cloneLabels);
  const { affinity, topologySpreadConstraints } = podSpec;
  return {
    ...podSpec,
    ...(isJsonObject(affinity) ? { affinity: rewrittenAffinity(affinity, rewrite) } : {}),
    ...(isJsonArray(topologySpreadConstraints) ? { topologySpreadConstraints: topologySpreadConstraints.map(rewrite) } : {}),
  };
}

type Labels = Readonly<Record<string, string>>;

/** The pods of one Deployment. */
interface Pods {
  readonly namespace: string;
  readonly labels: Labels;
}

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

function rewritten(term: Json, source: Pods, cloneLabels: Labels): Json {
  if (!isJsonObject(term) || !isJsonObject(term.labelSelector) || !selects(term.labelSelector, source.labels)) return term;
  // It is about pods that have another value there.
  const isOfOthers = listAt(term, 'mismatchLabelKeys').some(
    (key) => typeof key === 'string' && Object.hasOwn(source.labels, key),
  );
  if (isOfOthers || !reaches(term, source.namespace)) return term;
  return { ...term, labelSelector: { matchLabels: cloneLabels } };
}

/** https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-metadata-name */
const NAMESPACE_LABEL = 'kubernetes.io/metadata.name';

/** Whether a term may be about pods of this namespace: where it says nothing of namespaces, it is about its own pod's. */
function reaches(term: JsonObject, namespace: string): boolean {
  const listed = listAt(term, 'namespaces');
  const { namespaceSelector } = term;
  if (!isJsonObject(namespaceSelector)) return listed.length === 0 || listed.includes(namespace);
  return listed.includes(namespace) || maySelect(namespaceSelector, namespace);
}

/** Of a namespace's labels only its name is known. */
function maySelect(selector: JsonObject, namespace: string): boolean {
  const { [NAMESPACE_LABEL]: name } = stringMapAt(selector, 'matchLabels');
  const known = listAt(selector, 'matchExpressions').filter((one) => isJsonObject(one) && one.key === NAMESPACE_LABEL);
  const matchLabels: JsonObject = name === undefined ? {} : { [NAMESPACE_LABEL]: name };
  return selects({ matchLabels, matchExpressions: known }, { [NAMESPACE_LABEL]: namespace });
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
