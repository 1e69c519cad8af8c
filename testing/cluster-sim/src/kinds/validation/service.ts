import { isJsonObject, type JsonObject, listAt, numberAt, objectAt, stringAt } from '../../json.ts';
import { checkPort } from './handler.ts';
import { checkLabels } from './metadata.ts';
import { Place, type Report } from './report.ts';
import { address, dnsLabel, subdomain } from './text.ts';

const SPEC = new Place('spec');
const MOST_AFFINITY_S = 86_400;

export function checkService(report: Report, object: JsonObject): void {
  const spec = objectAt(object, 'spec');
  const isHeadless = spec.clusterIP === 'None';
  const isExternal = spec.type === 'ExternalName';
  const ports = listAt(spec, 'ports').filter(isJsonObject);
  if (ports.length === 0 && !isHeadless && !isExternal) report.required(SPEC.field('ports'));
  if (isHeadless && (spec.type === 'NodePort' || spec.type === 'LoadBalancer'))
    report.invalid(SPEC.field('clusterIPs').item(0), 'None', `may not be set to 'None' for ${spec.type} services`);
  if (isExternal) report.formed(SPEC.field('externalName'), spec.externalName, (text) => subdomain(text.replace(/\.$/, '')));
  checkPorts(report, ports, spec);
  checkLabels(report, SPEC.field('selector'), objectAt(spec, 'selector'));
  report.oneOf(SPEC.field('sessionAffinity'), spec.sessionAffinity, ['ClientIP', 'None']);
  if (spec.sessionAffinity === 'ClientIP') {
    const seconds = numberAt(spec, 'sessionAffinityConfig', 'clientIP', 'timeoutSeconds') ?? 0;
    if (seconds <= 0 || seconds > MOST_AFFINITY_S)
      report.invalid(
        SPEC.field('sessionAffinityConfig').field('clientIP').field('timeoutSeconds'),
        seconds,
        `must be greater than 0 and less than ${MOST_AFFINITY_S}`,
      );
  }
  const { clusterIP } = spec;
  report.oneOf(SPEC.field('ipFamilyPolicy'), spec.ipFamilyPolicy, ['PreferDualStack', 'RequireDualStack', 'SingleStack']);
  if (typeof clusterIP === 'string' && clusterIP !== '' && !isHeadless)
    report.invalidFor(SPEC.field('clusterIPs').item(0), clusterIP, address(clusterIP));
  for (const [index, ip] of listAt(spec, 'externalIPs').entries())
    if (typeof ip === 'string') report.invalidFor(SPEC.field('externalIPs').item(index), ip, address(ip));
  report.oneOf(SPEC.field('type'), spec.type, ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']);
  checkUniquePorts(report, ports);
  const { externalTrafficPolicy } = spec;
  if (externalTrafficPolicy !== undefined && spec.type !== 'NodePort' && spec.type !== 'LoadBalancer')
    report.invalid(
      SPEC.field('externalTrafficPolicy'),
      externalTrafficPolicy,
      'may only be set for externally-accessible services',
    );
  report.oneOf(SPEC.field('internalTrafficPolicy'), spec.internalTrafficPolicy, ['Cluster', 'Local']);
}

/** The address that a Service was given is its for good. */
export function checkSameAddress(report: Report, object: JsonObject, former: JsonObject): void {
  const [spec, before] = [objectAt(object, 'spec'), objectAt(former, 'spec')];
  if (spec.type === 'ExternalName' || before.type === 'ExternalName') return;
  const { clusterIP = '' } = spec;
  if (clusterIP !== before.clusterIP) report.invalid(SPEC.field('clusterIPs').item(0), [clusterIP], 'may not change once set');
}

function checkPorts(report: Report, ports: readonly JsonObject[], spec: JsonObject): void {
  const names = new Set<string>();
  for (const [index, port] of ports.entries()) {
    const at = SPEC.field('ports').item(index);
    const name = stringAt(port, 'name') ?? '';
    if (name === '') {
      if (ports.length > 1) report.required(at.field('name'));
    } else {
      report.invalidFor(at.field('name'), name, dnsLabel(name));
      if (names.has(name)) report.duplicate(at.field('name'), name);
      names.add(name);
    }
    report.between(at.field('port'), port.port, 1, 65_535);
    report.oneOf(at.field('protocol'), port.protocol, ['SCTP', 'TCP', 'UDP']);
    checkPort(report, at.field('targetPort'), port.targetPort ?? 0);
  }
  if (spec.type !== 'ClusterIP') return;
  for (const [index, { nodePort }] of ports.entries())
    if (nodePort !== undefined)
      report.forbidden(SPEC.field('ports').item(index).field('nodePort'), "may not be used when `type` is 'ClusterIP'");
}

function checkUniquePorts(report: Report, ports: readonly JsonObject[]): void {
  const taken = new Set<string>();
  for (const [index, { protocol = '', port = 0 }] of ports.entries()) {
    const key = `${protocol} ${port}`;
    if (taken.has(key)) {
      const quoted = { Name: '', Protocol: protocol, AppProtocol: null, Port: port, TargetPort: 0, NodePort: 0 };
      report.duplicate(SPEC.field('ports').item(index), quoted);
    }
    taken.add(key);
  }
}
