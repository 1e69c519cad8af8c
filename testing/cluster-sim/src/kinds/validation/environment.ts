import { isJsonObject, type JsonObject, listAt, objectAt, stringAt } from '../../json.ts';
import type { Place, Report } from './report.ts';
import { configKey, qualifiedName, subdomain, variableName } from './text.ts';

const SOURCES = ['fieldRef', 'resourceFieldRef', 'configMapKeyRef', 'secretKeyRef', 'fileKeyRef'] as const;

/** Fields of a pod that a variable may be made of; a file may be made of fewer, and of all labels and annotations at once. */
const VARIABLE_FIELDS = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];
export const FILE_FIELDS: readonly string[] = [
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
];
const KNOWN_FIELDS = new Set([...VARIABLE_FIELDS, ...FILE_FIELDS]);

const RESOURCES = ['limits', 'requests'].flatMap((kind) =>
  ['cpu', 'ephemeral-storage', 'memory'].map((name) => `${kind}.${name}`),
);
const DIVISORS: Readonly<Record<string, readonly string[]>> = {
  cpu: ['0', '1m', '1'],
  memory: ['0', '1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei'],
  'ephemeral-storage': ['0', '1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei'],
};

/** The environment of a container. */
export function checkVariables(report: Report, at: Place, container: JsonObject): void {
  for (const [index, variable] of listAt(container, 'env').filter(isJsonObject).entries()) {
    const here = at.field('env').item(index);
    report.formed(here.field('name'), variable.name, variableName);
    const { valueFrom, value = '' } = variable;
    if (isJsonObject(valueFrom)) checkSource(report, here.field('valueFrom'), valueFrom, value !== '');
  }
  for (const [index, source] of listAt(container, 'envFrom').filter(isJsonObject).entries())
    checkWhole(report, at.field('envFrom'), index, source);
}

function checkSource(report: Report, at: Place, source: JsonObject, hasValue: boolean): void {
  const present = SOURCES.filter((name) => isJsonObject(source[name]));
  for (const name of present) {
    const reference = objectAt(source, name);
    switch (name) {
      case 'fieldRef':
        checkField(report, at.field(name), reference, VARIABLE_FIELDS);
        break;
      case 'resourceFieldRef':
        checkResourceField(report, at.field(name), reference);
        break;
      case 'configMapKeyRef':
      case 'secretKeyRef':
        checkKey(report, at.field(name), reference);
        break;
      case 'fileKeyRef':
        break;
    }
  }
  if (present.length === 0)
    report.invalid(
      at,
      '',
      'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`',
    );
  else if (hasValue) report.invalid(at, '', 'may not be specified when `value` is not empty');
  else if (present.length > 1) report.invalid(at, '', 'may not have more than one field specified at a time');
}

const SUBSCRIPT = /^(metadata\.(?:labels|annotations))\['(.*)'\]$/;

export function checkField(report: Report, at: Place, reference: JsonObject, supported: readonly string[]): void {
  report.present(at.field('apiVersion'), reference.apiVersion);
  const path = report.present(at.field('fieldPath'), reference.fieldPath);
  if (path === undefined) return;
  const [, map, key] = SUBSCRIPT.exec(path) ?? [];
  if (map !== undefined && key !== undefined)
    report.invalidFor(at.field('fieldPath'), path, qualifiedName(map === 'metadata.annotations' ? key.toLowerCase() : key));
  else if (!KNOWN_FIELDS.has(path))
    report.invalid(at.field('fieldPath'), path, `error converting fieldPath: field label not supported: ${path}`);
  else report.oneOf(at.field('fieldPath'), path, supported);
}

export function checkResourceField(report: Report, at: Place, reference: JsonObject): void {
  const resource = report.present(at.field('resource'), reference.resource);
  if (resource === undefined || resource.includes('hugepages-') || !report.oneOf(at.field('resource'), resource, RESOURCES))
    return;
  const [, kind = ''] = resource.split('.');
  const divisor = stringAt(reference, 'divisor') ?? '0';
  if (DIVISORS[kind]?.includes(divisor) !== false) return;
  const known = kind === 'cpu' ? '1m and 1' : '1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei';
  report.invalid(at.field('divisor'), resource, `only divisor's values ${known} are supported with the ${kind} resource`);
}

function checkKey(report: Report, at: Place, reference: JsonObject): void {
  const name = stringAt(reference, 'name') ?? '';
  report.invalidFor(at.field('name'), name, subdomain(name));
  report.formed(at.field('key'), reference.key, configKey);
}

const WHOLES = ['configMapRef', 'secretRef'] as const;

function checkWhole(report: Report, at: Place, index: number, source: JsonObject): void {
  const here = at.item(index);
  const prefix = stringAt(source, 'prefix') ?? '';
  if (prefix !== '') report.invalidFor(here.field('prefix'), prefix, variableName(prefix));
  const present = WHOLES.filter((name) => isJsonObject(source[name]));
  for (const name of present) report.formed(here.field(name).field('name'), objectAt(source, name).name, subdomain);
  // Both are told of the list, without the number.
  if (present.length === 0) report.invalid(at, '', 'must specify one of: `configMapRef` or `secretRef`');
  else if (present.length > 1) report.invalid(at, '', 'may not have more than one field specified at a time');
}
