import { type Json, type JsonObject, listAt, objectAt, stringAt } from '../json.ts';

/** One requirement of a selector, as people write it. */
function requirement(expression: Json): string {
  const key = stringAt(expression, 'key') ?? '';
  const values = listAt(expression, 'values').map(String).toSorted().join(',');
  switch (stringAt(expression, 'operator')) {
    case 'In':
      return `${key} in (${values})`;
    case 'NotIn':
      return `${key} notin (${values})`;
    case 'DoesNotExist':
      return `!${key}`;
    default:
      return key;
  }
}

/** A LabelSelector in one line, by keys: `app=web,tier in (a,b),!old`. Empty for one that selects everything. */
export function selectorText(selector: JsonObject): string {
  const labels = Object.entries(objectAt(selector, 'matchLabels')).map(([key, value]) => ({
    key,
    text: `${key}=${String(value)}`,
  }));
  const expressions = listAt(selector, 'matchExpressions').map((expression) => ({
    key: stringAt(expression, 'key') ?? '',
    text: requirement(expression),
  }));
  return [...labels, ...expressions]
    .toSorted((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0))
    .map(({ text }) => text)
    .join(',');
}
