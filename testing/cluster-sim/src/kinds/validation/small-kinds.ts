import { equalJson, isJsonObject, type JsonObject, numberAt, objectAt, stringAt } from '../../json.ts';
import { Place, type Report } from './report.ts';
import { checkSelector } from './selector.ts';
import { configKey, qualifiedName } from './text.ts';
import { checkNotAll, checkShare } from './workload.ts';

/** Kinds with little to say against. */

const SPEC = new Place('spec');
const MOST_DATA = 1024 * 1024;

export function checkBudget(report: Report, object: JsonObject): void {
  const spec = objectAt(object, 'spec');
  const { minAvailable, maxUnavailable, selector, unhealthyPodEvictionPolicy } = spec;
  if (minAvailable !== undefined && maxUnavailable !== undefined) {
    const quoted = {
      MinAvailable: minAvailable,
      Selector: selector ?? null,
      MaxUnavailable: maxUnavailable,
      UnhealthyPodEvictionPolicy: unhealthyPodEvictionPolicy ?? null,
    };
    report.invalid(SPEC, quoted, 'minAvailable and maxUnavailable cannot be both set');
  }
  for (const [name, share] of Object.entries({ minAvailable, maxUnavailable })) {
    if (share === undefined) continue;
    checkShare(report, SPEC.field(name), share);
    checkNotAll(report, SPEC.field(name), share);
  }
  checkSelector(report, SPEC.field('selector'), isJsonObject(selector) ? selector : {});
  report.oneOf(SPEC.field('unhealthyPodEvictionPolicy'), unhealthyPodEvictionPolicy, ['AlwaysAllow', 'IfHealthyBudget']);
}

export function checkLease(report: Report, object: JsonObject): void {
  const spec = objectAt(object, 'spec');
  const seconds = numberAt(spec, 'leaseDurationSeconds');
  if (seconds !== undefined && seconds <= 0)
    report.invalid(SPEC.field('leaseDurationSeconds'), seconds, 'must be greater than 0');
  report.notNegative(SPEC.field('leaseTransitions'), spec.leaseTransitions);
}

export function checkConfigMap(report: Report, object: JsonObject): void {
  const data = objectAt(object, 'data');
  const binary = objectAt(object, 'binaryData');
  let size = 0;
  for (const key in data) {
    const at = new Place('data').item(key);
    report.invalidFor(at, key, configKey(key));
    if (binary[key] !== undefined) report.invalid(at, key, 'duplicate of key present in binaryData');
    size += new TextEncoder().encode(String(data[key])).length;
  }
  for (const key in binary) {
    report.invalidFor(new Place('binaryData').item(key), key, configKey(key));
    size += Math.floor((String(binary[key]).replace(/=+$/, '').length * 3) / 4);
  }
  if (size > MOST_DATA) report.tooLong(new Place('[]'), MOST_DATA);
}

/** One that says of itself that it does not change does not. */
export function checkSameConfigMap(report: Report, object: JsonObject, former: JsonObject): void {
  if (former.immutable !== true) return;
  const why = 'field is immutable when `immutable` is set';
  if (object.immutable !== true) report.forbidden(new Place('immutable'), why);
  for (const part of ['data', 'binaryData'])
    if (!equalJson(object[part] ?? {}, former[part] ?? {})) report.forbidden(new Place(part), why);
}

const NAMED = ['reportingInstance', 'action', 'reason'] as const;

/** Events of the new form, with an `eventTime`, must say who and why. */
export function checkEvent(report: Report, object: JsonObject): void {
  if (typeof object.eventTime === 'string') {
    checkNewEvent(report, object);
    return;
  }
  const home = stringAt(object, 'metadata', 'namespace') ?? '';
  const about = stringAt(object, 'involvedObject', 'namespace') ?? '';
  const isRight = about === '' ? home === 'default' : about === home;
  if (!isRight) report.invalid(new Place('involvedObject').field('namespace'), about, 'does not match event.namespace');
}

function checkNewEvent(report: Report, object: JsonObject): void {
  const component = stringAt(object, 'reportingComponent') ?? '';
  if (component === '') report.required(new Place('reportingComponent'));
  report.invalidFor(new Place('reportingComponent'), component, qualifiedName(component));
  for (const field of NAMED) report.present(new Place(field), object[field]);
}
