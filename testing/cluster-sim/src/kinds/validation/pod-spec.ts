import { isJsonObject, type JsonObject, listAt, numberAt, objectAt, stringAt } from '../../json.ts';
import { checkAffinity } from './affinity.ts';
import { checkContainers } from './container.ts';
import { checkLabels } from './metadata.ts';
import type { Place, Report } from './report.ts';
import { checkQuantity } from './resources.ts';
import { checkPodSecurity } from './security.ts';
import { checkSelector } from './selector.ts';
import { address, dnsLabel, type Form, labelValue, qualifiedName, searchDomain, subdomain } from './text.ts';
import { checkVolumes } from './volumes.ts';

const MOST = 2 ** 31 - 1;
const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

/** A pod's spec, in the order in which the server looks at it. `isPod`: of a pod itself, not of a template. */
export function checkPodSpec(report: Report, at: Place, spec: JsonObject, isPod: boolean): void {
  const volumes = checkVolumes(report, at.field('volumes'), spec);
  const graceSeconds = numberAt(spec, 'terminationGracePeriodSeconds') ?? 0;
  const claims = listAt(spec, 'resourceClaims').map((claim) => stringAt(claim, 'name') ?? '');
  const usesHostNetwork = spec.hostNetwork === true;
  checkContainers(report, at, spec, { volumes, claims, graceSeconds, usesHostNetwork, isPod });
  report.oneOf(at.field('restartPolicy'), spec.restartPolicy, ['Always', 'OnFailure', 'Never']);
  report.oneOf(at.field('dnsPolicy'), spec.dnsPolicy, ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None']);
  checkLabels(report, at.field('nodeSelector'), objectAt(spec, 'nodeSelector'));
  checkPodSecurity(report, at.field('securityContext'), spec);
  if (spec.shareProcessNamespace === true && spec.hostPID === true)
    report.invalid(at.field('shareProcessNamespace'), true, 'ShareProcessNamespace and HostPID cannot both be enabled');
  if (spec.hostUsers === false)
    for (const field of ['hostNetwork', 'hostPID', 'hostIPC'])
      if (spec[field] === true) report.forbidden(at.field(field), 'when `hostUsers` is false');
  checkAffinity(report, at.field('affinity'), objectAt(spec, 'affinity'));
  checkResolver(report, at.field('dnsConfig'), spec);
  for (const [index, gate] of listAt(spec, 'readinessGates').entries()) {
    const type = stringAt(gate, 'conditionType') ?? '';
    report.invalidFor(at.field('readinessGates').item(index).field('conditionType'), type, qualifiedName(type));
  }
  checkGates(report, at.field('schedulingGates'), spec);
  checkSpread(report, at.field('topologySpreadConstraints'), spec);
  for (const [field, form] of NAMES) checkName(report, at, spec, field, form);
  if (spec.activeDeadlineSeconds !== undefined)
    report.between(at.field('activeDeadlineSeconds'), spec.activeDeadlineSeconds, 1, MOST);
  for (const [field, form] of LATER_NAMES) checkName(report, at, spec, field, form);
  checkTolerations(report, at.field('tolerations'), spec);
  checkHosts(report, at.field('hostAliases'), spec);
  for (const [field, form] of LAST_NAMES) checkName(report, at, spec, field, form);
  report.oneOf(at.field('preemptionPolicy'), spec.preemptionPolicy, ['PreemptLowerPriority', 'Never']);
  const overhead = objectAt(spec, 'overhead');
  for (const name in overhead)
    checkQuantity(report, at.field('overhead').field('limits').item(name), name, String(overhead[name]));
  if (isJsonObject(spec.os)) {
    const name = report.present(at.field('os').field('name'), spec.os.name);
    if (name !== undefined) report.oneOf(at.field('os'), name, ['linux', 'windows']);
  }
}

type Named = readonly (readonly [field: string, form: Form])[];
const NAMES: Named = [
  ['serviceAccountName', subdomain],
  ['nodeName', subdomain],
];
const LATER_NAMES: Named = [
  ['hostname', dnsLabel],
  ['subdomain', dnsLabel],
];
const LAST_NAMES: Named = [
  ['priorityClassName', subdomain],
  ['runtimeClassName', subdomain],
];

function checkName(report: Report, at: Place, spec: JsonObject, field: string, form: Form): void {
  const name = stringAt(spec, field) ?? '';
  if (name !== '') report.invalidFor(at.field(field), name, form(name));
}

function checkResolver(report: Report, at: Place, spec: JsonObject): void {
  const config = objectAt(spec, 'dnsConfig');
  const servers = listAt(config, 'nameservers');
  if (spec.dnsPolicy === 'None') {
    if (!isJsonObject(spec.dnsConfig)) report.required(at, 'must provide `dnsConfig` when `dnsPolicy` is None');
    else if (servers.length === 0)
      report.required(at.field('nameservers'), 'must provide at least one DNS nameserver when `dnsPolicy` is None');
  }
  for (const [index, server] of servers.entries())
    if (typeof server === 'string') report.invalidFor(at.field('nameservers').item(index), server, address(server));
  for (const [index, domain] of listAt(config, 'searches').entries())
    if (typeof domain === 'string' && domain !== '.')
      report.invalidFor(at.field('searches').item(index), domain, searchDomain(domain.replace(/\.$/, '')));
  for (const [index, option] of listAt(config, 'options').entries())
    if ((stringAt(option, 'name') ?? '') === '') report.required(at.field('options').item(index), 'must not be empty');
}

function checkGates(report: Report, at: Place, spec: JsonObject): void {
  const names = new Set<string>();
  for (const [index, gate] of listAt(spec, 'schedulingGates').entries()) {
    const name = stringAt(gate, 'name') ?? '';
    report.invalidFor(at.item(index), name, qualifiedName(name));
    if (names.has(name)) report.duplicate(at.item(index), name);
    names.add(name);
  }
}

function checkSpread(report: Report, at: Place, spec: JsonObject): void {
  const constraints = listAt(spec, 'topologySpreadConstraints').filter(isJsonObject);
  for (const [index, constraint] of constraints.entries()) {
    const here = at.item(index);
    const { topologyKey = '', whenUnsatisfiable = '' } = constraint;
    const skew = numberAt(constraint, 'maxSkew') ?? 0;
    if (skew <= 0) report.invalid(here.field('maxSkew'), skew, 'must be greater than zero');
    if (topologyKey === '') report.required(here.field('topologyKey'), 'can not be empty');
    report.oneOf(here.field('whenUnsatisfiable'), whenUnsatisfiable, ['DoNotSchedule', 'ScheduleAnyway']);
    const isSame = (other: JsonObject) => other.topologyKey === topologyKey && other.whenUnsatisfiable === whenUnsatisfiable;
    if (constraints.slice(index + 1).some(isSame))
      report.duplicate(here.field('{topologyKey, whenUnsatisfiable}'), `{${topologyKey}, ${whenUnsatisfiable}}`);
    checkSelector(report, here.field('labelSelector'), objectAt(constraint, 'labelSelector'));
  }
}

function checkTolerations(report: Report, at: Place, spec: JsonObject): void {
  for (const [index, toleration] of listAt(spec, 'tolerations').filter(isJsonObject).entries()) {
    const here = at.item(index);
    const { key = '', operator = '', value = '', effect = '' } = toleration;
    if (typeof key === 'string' && key !== '') report.invalidFor(here.field('key'), key, qualifiedName(key));
    if (key === '' && operator !== 'Exists')
      report.invalid(
        here.field('operator'),
        operator,
        'operator must be Exists when `key` is empty, which means "match all values and all keys"',
      );
    if (toleration.tolerationSeconds !== undefined && effect !== 'NoExecute')
      report.invalid(here.field('effect'), effect, "effect must be 'NoExecute' when `tolerationSeconds` is set");
    if (operator === 'Exists') {
      if (value !== '') report.invalid(here.field('operator'), value, "value must be empty when `operator` is 'Exists'");
    } else if (operator === '' || operator === 'Equal') {
      if (typeof value === 'string') report.invalidFor(here.field('operator'), value, labelValue(value));
    } else report.unsupported(here.field('operator'), operator, ['Equal', 'Exists']);
    if (effect !== '') report.oneOf(here.field('effect'), effect, EFFECTS);
  }
}

function checkHosts(report: Report, at: Place, spec: JsonObject): void {
  for (const [index, alias] of listAt(spec, 'hostAliases').entries()) {
    const ip = stringAt(alias, 'ip') ?? '';
    report.invalidFor(at.item(index).field('ip'), ip, address(ip));
    for (const [place, name] of listAt(alias, 'hostnames').entries())
      if (typeof name === 'string') report.invalidFor(at.item(index).field('hostnames').item(place), name, subdomain(name));
  }
}
