import { type Json, type JsonObject, listAt, objectAt, stringAt } from '../json.ts';

/** Whether a LabelSelector takes an object with these labels; one without requirements takes nothing, for controllers. */
export function selects(selector: JsonObject, labels: JsonObject): boolean {
  const wanted = Object.entries(objectAt(selector, 'matchLabels'));
  const expressions = listAt(selector, 'matchExpressions');
  if (wanted.length === 0 && expressions.length === 0) return false;
  return wanted.every(([key, value]) => labels[key] === value) && expressions.every((expression) => fits(expression, labels));
}

function fits(expression: Json, labels: JsonObject): boolean {
  const label = labels[stringAt(expression, 'key') ?? ''];
  switch (stringAt(expression, 'operator')) {
    case 'In':
      return label !== undefined && listAt(expression, 'values').includes(label);
    case 'NotIn':
      return label === undefined || !listAt(expression, 'values').includes(label);
    case 'Exists':
      return label !== undefined;
    case 'DoesNotExist':
      return label === undefined;
    default:
      return false;
  }
}
