import { isJsonObject, type JsonObject, listAt, numberAt, objectAt, stringAt } from '../../json.ts';
import type { Place, Report } from './report.ts';
import { checkExpression, checkSelector } from './selector.ts';
import { dnsLabel, qualifiedName } from './text.ts';

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';

/** Where a pod wants to be, or must be. */
export function checkAffinity(report: Report, at: Place, affinity: JsonObject): void {
  const nodes = objectAt(affinity, 'nodeAffinity');
  const here = at.field('nodeAffinity');
  const required = nodes[REQUIRED];
  if (isJsonObject(required)) {
    const terms = listAt(required, 'nodeSelectorTerms').filter(isJsonObject);
    const place = here.field(REQUIRED).field('nodeSelectorTerms');
    if (terms.length === 0) report.required(place, 'must have at least one node selector term');
    for (const [index, term] of terms.entries()) checkNodes(report, place.item(index), term);
  }
  for (const [index, wish] of listAt(nodes, PREFERRED).filter(isJsonObject).entries()) {
    const place = here.field(PREFERRED).item(index);
    checkWeight(report, place, wish);
    checkNodes(report, place.field('preference'), objectAt(wish, 'preference'));
  }
  for (const kind of ['podAffinity', 'podAntiAffinity'] as const) {
    for (const [index, term] of listAt(affinity, kind, REQUIRED).filter(isJsonObject).entries())
      checkPods(report, at.field(kind).field(REQUIRED).item(index), term);
    for (const [index, wish] of listAt(affinity, kind, PREFERRED).filter(isJsonObject).entries()) {
      const place = at.field(kind).field(PREFERRED).item(index);
      checkWeight(report, place, wish);
      checkPods(report, place.field('podAffinityTerm'), objectAt(wish, 'podAffinityTerm'));
    }
  }
}

function checkWeight(report: Report, at: Place, wish: JsonObject): void {
  const weight = numberAt(wish, 'weight') ?? 0;
  if (weight <= 0 || weight > 100) report.invalid(at.field('weight'), weight, 'must be in the range 1-100');
}

function checkNodes(report: Report, at: Place, term: JsonObject): void {
  for (const [index, expression] of listAt(term, 'matchExpressions').entries())
    checkExpression(report, at.field('matchExpressions').item(index), expression, 'nodes');
}

function checkPods(report: Report, at: Place, term: JsonObject): void {
  checkSelector(report, at.field('labelSelector'), objectAt(term, 'labelSelector'));
  checkSelector(report, at.field('namespaceSelector'), objectAt(term, 'namespaceSelector'));
  for (const name of listAt(term, 'namespaces'))
    if (typeof name === 'string') report.invalidFor(at.field('namespace'), name, dnsLabel(name));
  const key = stringAt(term, 'topologyKey') ?? '';
  if (key === '') report.required(at.field('topologyKey'), 'can not be empty');
  report.invalidFor(at.field('topologyKey'), key, qualifiedName(key));
}
