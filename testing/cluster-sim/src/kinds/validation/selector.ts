import { type Json, type JsonObject, listAt, objectAt, stringAt } from '../../json.ts';
import { checkLabels } from './metadata.ts';
import type { Place, Report } from './report.ts';
import { labelValue, qualifiedName } from './text.ts';

/** A LabelSelector. Gives whether it is right. */
export function checkSelector(report: Report, at: Place, selector: JsonObject): boolean {
  const before = report.causes.length;
  checkLabels(report, at.field('matchLabels'), objectAt(selector, 'matchLabels'));
  for (const [index, expression] of listAt(selector, 'matchExpressions').entries())
    checkExpression(report, at.field('matchExpressions').item(index), expression, 'labels');
  return report.causes.length === before;
}

type Of = 'labels' | 'nodes';

/** One requirement: of labels, or of the nodes that a pod may be on, which may be told by numbers as well. */
export function checkExpression(report: Report, at: Place, expression: Json, of: Of): void {
  const values = listAt(expression, 'values');
  const operator = stringAt(expression, 'operator') ?? '';
  switch (operator) {
    case 'In':
    case 'NotIn':
      if (values.length === 0) report.required(at.field('values'), "must be specified when `operator` is 'In' or 'NotIn'");
      break;
    case 'Exists':
    case 'DoesNotExist':
      if (values.length > 0)
        report.forbidden(at.field('values'), "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
      break;
    default:
      if (of === 'nodes' && (operator === 'Gt' || operator === 'Lt')) {
        if (values.length !== 1)
          report.required(at.field('values'), "must be specified single value when `operator` is 'Lt' or 'Gt'");
      } else report.invalid(at.field('operator'), operator, 'not a valid selector operator');
  }
  const key = stringAt(expression, 'key') ?? '';
  report.invalidFor(at.field('key'), key, qualifiedName(key));
  if (of === 'nodes') return;
  for (const [index, value] of values.entries())
    if (typeof value === 'string') report.invalidFor(at.field('values').item(index), value, labelValue(value));
}
