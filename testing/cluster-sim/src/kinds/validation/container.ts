import { isJsonObject, type JsonObject, listAt, numberAt, objectAt, stringAt } from '../../json.ts';
import { checkVariables } from './environment.ts';
import { checkHandler, checkProbe, type ProbeName } from './handler.ts';
import type { Place, Report } from './report.ts';
import { checkResources } from './resources.ts';
import { checkContainerSecurity } from './security.ts';
import { backless, dnsLabel, innerPath, portName } from './text.ts';

/** What of its pod a container's fields speak of. */
export interface PodFacts {
  readonly volumes: readonly string[];
  readonly claims: readonly string[];
  readonly graceSeconds: number;
  readonly usesHostNetwork: boolean;
  /** A pod itself, not a template. */
  readonly isPod: boolean;
}

const PROBES: readonly ProbeName[] = ['livenessProbe', 'readinessProbe', 'startupProbe'];
const HOOKS = ['postStart', 'preStop'] as const;

/** All containers of a pod spec; those that start it must be named otherwise than the others. */
export function checkContainers(report: Report, at: Place, spec: JsonObject, facts: PodFacts): void {
  const containers = listAt(spec, 'containers').filter(isJsonObject);
  if (containers.length === 0) report.required(at.field('containers'));
  const names = new Set<string>();
  for (const [index, container] of containers.entries()) {
    const here = at.field('containers').item(index);
    checkContainer(report, here, container, facts);
    checkUnique(report, here, container, names);
    checkLife(report, here, container, facts);
  }
  checkHostPorts(report, at.field('containers'), containers);
  for (const [index, container] of listAt(spec, 'initContainers').filter(isJsonObject).entries()) {
    const here = at.field('initContainers').item(index);
    checkContainer(report, here, container, facts);
    checkUnique(report, here, container, names);
    report.oneOf(here.field('restartPolicy'), container.restartPolicy, ['Always', 'Never', 'OnFailure']);
    if (container.restartPolicy === 'Always') checkLife(report, here, container, facts);
    else checkShortLife(report, here, container);
    checkHostPorts(report, at.field('initContainers').item(index), [container], false);
  }
}

function checkUnique(report: Report, at: Place, { name }: JsonObject, names: Set<string>): void {
  if (typeof name !== 'string' || name === '') return;
  if (names.has(name)) report.duplicate(at.field('name'), name);
  names.add(name);
}

function checkLife(report: Report, at: Place, container: JsonObject, { graceSeconds }: PodFacts): void {
  for (const hook of HOOKS) {
    const handler = objectAt(container, 'lifecycle')[hook];
    if (isJsonObject(handler)) checkHandler(report, at.field('lifecycle').field(hook), handler, graceSeconds);
  }
  for (const name of PROBES) {
    const probe = container[name];
    if (isJsonObject(probe)) checkProbe(report, at.field(name), name, probe, graceSeconds);
  }
}

/** One that ends before the others begin has nobody to ask it how it is. */
function checkShortLife(report: Report, at: Place, container: JsonObject): void {
  for (const name of ['lifecycle', ...PROBES])
    if (container[name] !== undefined)
      report.forbidden(at.field(name), 'may not be set for init containers without restartPolicy=Always');
}

function checkContainer(report: Report, at: Place, container: JsonObject, facts: PodFacts): void {
  report.formed(at.field('name'), container.name, dnsLabel);
  const image = report.present(at.field('image'), container.image);
  if (facts.isPod && image !== undefined && image !== image.trim())
    report.invalid(at.field('image'), image, 'must not have leading or trailing whitespace');
  report.oneOf(at.field('terminationMessagePolicy'), container.terminationMessagePolicy, ['File', 'FallbackToLogsOnError']);
  checkPorts(report, at.field('ports'), container, facts);
  checkVariables(report, at, container);
  const devices = listAt(container, 'volumeDevices').filter(isJsonObject);
  checkMounts(report, at.field('volumeMounts'), container, facts);
  for (const [index, { name = '' }] of devices.entries())
    if (!facts.volumes.includes(String(name))) report.notFound(at.field('volumeDevices').item(index).field('name'), name);
  report.oneOf(at.field('imagePullPolicy'), container.imagePullPolicy, ['Always', 'IfNotPresent', 'Never']);
  checkResources(report, at.field('resources'), objectAt(container, 'resources'), facts.claims);
  for (const policy of listAt(container, 'resizePolicy'))
    if ((stringAt(policy, 'resourceName') ?? '') === '') report.required(at.field('resizePolicy'));
  checkContainerSecurity(report, at.field('securityContext'), objectAt(container, 'securityContext'));
}

function checkPorts(report: Report, at: Place, container: JsonObject, { usesHostNetwork }: PodFacts): void {
  const names = new Set<string>();
  for (const [index, port] of listAt(container, 'ports').filter(isJsonObject).entries()) {
    const here = at.item(index);
    const name = stringAt(port, 'name') ?? '';
    if (name !== '') {
      const problems = portName(name);
      report.invalidFor(here.field('name'), name, problems);
      if (problems.length === 0 && names.has(name)) report.duplicate(here.field('name'), name);
      names.add(name);
    }
    const number = numberAt(port, 'containerPort') ?? 0;
    if (number === 0) report.required(here.field('containerPort'));
    else report.between(here.field('containerPort'), number, 1, 65_535);
    const hostPort = numberAt(port, 'hostPort') ?? 0;
    if (hostPort !== 0) report.between(here.field('hostPort'), hostPort, 1, 65_535);
    report.oneOf(here.field('protocol'), port.protocol, ['SCTP', 'TCP', 'UDP']);
    if (usesHostNetwork && hostPort !== 0 && hostPort !== number)
      report.invalid(here.field('hostPort'), hostPort, 'must match `containerPort` when `hostNetwork` is true');
  }
}

/** A port of a node is one container's. */
function checkHostPorts(report: Report, at: Place, containers: readonly JsonObject[], areListed = true): void {
  const taken = new Set<string>();
  for (const [index, container] of containers.entries()) {
    for (const [place, port] of listAt(container, 'ports').filter(isJsonObject).entries()) {
      if (typeof port.hostPort !== 'number' || port.hostPort === 0) continue;
      const text = `${port.protocol ?? ''}/${port.hostIP ?? ''}/${port.hostPort}`;
      const owner = areListed ? at.item(index) : at;
      if (taken.has(text)) report.duplicate(owner.field('ports').item(place).field('hostPort'), text);
      taken.add(text);
    }
  }
}

function checkMounts(report: Report, at: Place, container: JsonObject, { volumes }: PodFacts): void {
  const paths = new Set<string>();
  for (const [index, mount] of listAt(container, 'volumeMounts').filter(isJsonObject).entries()) {
    const here = at.item(index);
    const name = stringAt(mount, 'name') ?? '';
    if (name === '') report.required(here.field('name'));
    if (!volumes.includes(name)) report.notFound(here.field('name'), name);
    const path = stringAt(mount, 'mountPath') ?? '';
    if (path === '') report.required(here.field('mountPath'));
    if (paths.has(path)) report.invalid(here.field('mountPath'), path, 'must be unique');
    paths.add(path);
    const { subPath = '', subPathExpr = '', mountPropagation } = mount;
    // These two are told without the mount's number.
    if (typeof subPath === 'string' && subPath !== '') report.invalidFor(at.field('subPath'), subPath, innerPath(subPath));
    if (subPath !== '' && subPathExpr !== '')
      report.invalid(here.field('subPathExpr'), subPathExpr, 'subPathExpr and subPath are mutually exclusive');
    else if (typeof subPathExpr === 'string') report.invalidFor(at.field('subPathExpr'), subPathExpr, backless(subPathExpr));
    report.oneOf(at.field('mountPropagation'), mountPropagation, ['Bidirectional', 'HostToContainer', 'None']);
  }
}
