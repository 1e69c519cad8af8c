import { isJsonObject, type JsonObject, listAt, numberAt, objectAt, stringAt } from '../../json.ts';
import { quantityValue } from '../quantity.ts';
import { Place, type Report } from './report.ts';

const SPEC = new Place('spec');
const MOST_WINDOW_S = 3_600;
const MOST_PERIOD_S = 1_800;

export function checkAutoscaler(report: Report, object: JsonObject): void {
  const spec = objectAt(object, 'spec');
  const least = numberAt(spec, 'minReplicas');
  const most = numberAt(spec, 'maxReplicas') ?? 0;
  const metrics = listAt(spec, 'metrics').filter(isJsonObject);
  if (least !== undefined && most < least)
    report.invalid(SPEC.field('maxReplicas'), most, 'must be greater than or equal to `minReplicas`');
  checkTarget(report, SPEC.field('scaleTargetRef'), objectAt(spec, 'scaleTargetRef'));
  report.notNegative(SPEC.field('minReplicas'), least);
  if (most === 0) report.required(SPEC.field('maxReplicas'));
  else if (most < 0) report.invalid(SPEC.field('maxReplicas'), most, 'must be greater than 0');
  for (const [index, metric] of metrics.entries()) checkMetric(report, SPEC.field('metrics').item(index), metric);
  if (least === 0 && !metrics.some(({ type }) => type === 'Object' || type === 'External'))
    report.forbidden(
      SPEC.field('metrics'),
      'must specify at least one Object or External metric to support scaling to zero replicas',
    );
  const behavior = objectAt(spec, 'behavior');
  for (const way of ['scaleUp', 'scaleDown'] as const)
    if (isJsonObject(behavior[way])) checkRules(report, SPEC.field('behavior').field(way), objectAt(behavior, way));
}

function checkTarget(report: Report, at: Place, target: JsonObject): void {
  for (const field of ['kind', 'name'] as const)
    report.formed(at.field(field), target[field], (text) => (text.includes('/') ? ["may not contain '/'"] : []));
  const apiVersion = stringAt(target, 'apiVersion') ?? '';
  if (!apiVersion.includes('/')) report.invalid(at.field('apiVersion'), apiVersion, 'apiVersion must specify API group');
}

/** Each kind of metric, the field that tells of it, and how its own name is called. */
const SOURCES: Readonly<Record<string, string>> = {
  ContainerResource: 'containerResource',
  External: 'external',
  Object: 'object',
  Pods: 'pods',
  Resource: 'resource',
};

function checkMetric(report: Report, at: Place, metric: JsonObject): void {
  const type = stringAt(metric, 'type') ?? '';
  if (type === '') report.required(at.field('type'), 'must specify a metric source type');
  const field = SOURCES[type];
  if (field === undefined) {
    report.unsupported(at.field('type'), type, Object.keys(SOURCES));
    return;
  }
  const source = metric[field];
  const here = at.field(field);
  if (!isJsonObject(source)) {
    report.required(here, 'must populate information for the given metric source');
    return;
  }
  if (field === 'resource' || field === 'containerResource') {
    report.present(here.field('name'), source.name, 'must specify a resource name');
    if (field === 'containerResource') report.present(here.field('container'), source.container, 'must specify a container');
  } else report.present(here.field('metric').field('name'), objectAt(source, 'metric').name, 'must specify a metric name');
  checkAim(report, here.field('target'), objectAt(source, 'target'), field);
}

const AIMS = ['Utilization', 'Value', 'AverageValue'];

function checkAim(report: Report, at: Place, target: JsonObject, source: string): void {
  const type = report.present(at.field('type'), target.type, 'must specify a metric target type') ?? '';
  if (!AIMS.includes(type)) report.invalid(at.field('type'), type, 'must be either Utilization, Value, or AverageValue');
  const { averageUtilization, averageValue, value } = target;
  if (typeof averageUtilization === 'number' && averageUtilization < 1)
    report.invalid(at.field('averageUtilization'), averageUtilization, 'must be greater than 0');
  for (const [name, amount] of Object.entries({ value, averageValue }))
    if (typeof amount === 'string' && quantityValue(amount) <= 0) report.invalid(at.field(name), amount, 'must be positive');
  if (source !== 'resource' && source !== 'containerResource') return;
  if (averageUtilization === undefined && averageValue === undefined)
    report.required(at.field('averageUtilization'), 'must set either a target raw value or a target utilization');
  else if (averageUtilization !== undefined && averageValue !== undefined)
    report.forbidden(at.field('averageValue'), 'may not set both a target raw value and a target utilization');
}

function checkRules(report: Report, at: Place, rules: JsonObject): void {
  const window = numberAt(rules, 'stabilizationWindowSeconds') ?? 0;
  const place = at.field('stabilizationWindowSeconds');
  if (window < 0) report.invalid(place, window, 'must be greater than or equal to zero');
  if (window > MOST_WINDOW_S) report.invalid(place, window, `must be less than or equal to ${MOST_WINDOW_S}`);
  report.oneOf(at.field('selectPolicy'), rules.selectPolicy, ['Disabled', 'Max', 'Min']);
  const policies = listAt(rules, 'policies').filter(isJsonObject);
  if (policies.length === 0) report.required(at.field('policies'), 'must specify at least one Policy');
  for (const [index, policy] of policies.entries()) {
    const here = at.field('policies').item(index);
    report.oneOf(here.field('type'), policy.type ?? '', ['Percent', 'Pods']);
    for (const field of ['value', 'periodSeconds'] as const) {
      const amount = numberAt(policy, field) ?? 0;
      if (amount <= 0) report.invalid(here.field(field), amount, 'must be greater than zero');
    }
    const period = numberAt(policy, 'periodSeconds') ?? 0;
    if (period > MOST_PERIOD_S)
      report.invalid(here.field('periodSeconds'), period, `must be less than or equal to ${MOST_PERIOD_S}`);
  }
}
