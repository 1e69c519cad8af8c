import { equalJson, isJsonArray, isJsonObject, type Json, type JsonObject, listAt, objectAt, stringAt } from '../../json.ts';
import { Place, type Report } from './report.ts';
import { checkStructure } from './structure.ts';
import { dnsName, type Form, subdomain } from './text.ts';

const SPEC = new Place('spec');
const NAMES = SPEC.field('names');
const COLUMN_TYPES = ['boolean', 'date', 'integer', 'number', 'string'];

/** It is named after what it defines. */
export function checkDefinitionName(report: Report, object: JsonObject): void {
  const { group, names } = objectAt(object, 'spec');
  const name = stringAt(object, 'metadata', 'name') ?? '';
  if (name !== `${stringAt(names, 'plural') ?? ''}.${group ?? ''}`)
    report.invalid(new Place('metadata').field('name'), name, 'must be spec.names.plural+"."+spec.group');
}

/** A CustomResourceDefinition: its names, its versions, and that their schemas are structural. */
export function checkDefinition(report: Report, object: JsonObject): void {
  const spec = objectAt(object, 'spec');
  const names = objectAt(spec, 'names');
  report.formed(SPEC.field('group'), spec.group, subdomain);
  const scope = report.present(SPEC.field('scope'), spec.scope);
  if (scope !== undefined) report.oneOf(SPEC.field('scope'), scope, ['Cluster', 'Namespaced']);
  const versions = listAt(spec, 'versions').filter(isJsonObject);
  for (const [index, version] of versions.entries())
    report.formed(SPEC.field('versions').item(index).field('name'), version.name, dnsName);
  if (new Set(versions.map((version) => version.name)).size < versions.length)
    report.invalid(SPEC.field('versions'), versions.map(quoted), 'must contain unique version names');
  if (versions.filter(({ storage }) => storage === true).length !== 1)
    report.invalid(SPEC.field('versions'), versions.map(quoted), 'must have exactly one version marked as storage version');
  checkNames(report, names);
  if (spec.preserveUnknownFields === true)
    report.invalid(
      SPEC.field('preserveUnknownFields'),
      true,
      'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead',
    );
  report.oneOf(SPEC.field('conversion').field('strategy'), objectAt(spec, 'conversion').strategy, ['None', 'Webhook']);
  for (const [index, version] of versions.entries()) checkVersion(report, index, version, versions.length);
  if (listAt(object, 'status', 'storedVersions').length === 0)
    report.invalid(new Place('status').field('storedVersions'), null, 'must have at least one stored version');
}

/** The fields of the server's own struct, which quotes them all; what all versions share is told elsewhere. */
function quoted({ name = '', served, storage, deprecated }: JsonObject): JsonObject {
  return {
    Name: name,
    Served: served === true,
    Storage: storage === true,
    Deprecated: deprecated === true,
    DeprecationWarning: null,
    Schema: null,
    Subresources: null,
    AdditionalPrinterColumns: null,
    SelectableFields: null,
  };
}

const mixedCase: Form = (text) =>
  dnsName(text.toLowerCase()).map((problem) => `may have mixed case, but should otherwise match: ${problem}`);

function checkNames(report: Report, names: JsonObject): void {
  report.formed(NAMES.field('plural'), names.plural, dnsName);
  report.formed(NAMES.field('singular'), names.singular, dnsName);
  report.formed(NAMES.field('kind'), names.kind, mixedCase);
  report.formed(NAMES.field('listKind'), names.listKind, mixedCase);
  checkAll(report, names, 'shortNames');
  if (names.kind !== undefined && names.kind !== '' && names.kind === names.listKind)
    report.invalid(NAMES.field('listKind'), names.listKind, 'kind and listKind may not be the same');
  checkAll(report, names, 'categories');
}

function checkAll(report: Report, names: JsonObject, list: 'shortNames' | 'categories'): void {
  for (const [index, name] of listAt(names, list).entries())
    if (typeof name === 'string') report.invalidFor(NAMES.field(list).item(index), name, dnsName(name));
}

/** What a single version says counts for all, and is told as if it stood in the spec itself. */
function checkVersion(report: Report, index: number, version: JsonObject, count: number): void {
  const own = SPEC.field('versions').item(index);
  const at = count === 1 ? SPEC : own;
  const schema = objectAt(version, 'schema').openAPIV3Schema;
  if (!isJsonObject(schema)) report.required(own.field('schema').field('openAPIV3Schema'));
  else checkStructure(report, at.field(count === 1 ? 'validation' : 'schema').field('openAPIV3Schema'), schema);
  const scale = objectAt(version, 'subresources').scale;
  if (isJsonObject(scale))
    for (const field of ['specReplicasPath', 'statusReplicasPath'])
      report.present(at.field('subresources').field('scale').field(field), scale[field]);
  for (const [place, column] of listAt(version, 'additionalPrinterColumns').filter(isJsonObject).entries())
    checkColumn(report, at.field('additionalPrinterColumns').item(place), column);
  for (const [place, field] of listAt(version, 'selectableFields').filter(isJsonObject).entries())
    report.present(at.field('selectableFields').item(place).field('jsonPath'), field.jsonPath);
}

function checkColumn(report: Report, at: Place, column: JsonObject): void {
  report.present(at.field('name'), column.name);
  const known = `must be one of ${COLUMN_TYPES.join(',')}`;
  const type = report.present(at.field('type'), column.type, known);
  if (type !== undefined && !COLUMN_TYPES.includes(type)) report.invalid(at.field('type'), type, known);
  const path = report.present(at.field('JSONPath'), column.jsonPath);
  if (path !== undefined && !path.startsWith('.'))
    report.invalid(at.field('JSONPath'), path, 'must be a simple json path starting with .');
}

/** Once established, its objects are stored by these. */
const FIXED: readonly (readonly string[])[] = [['group'], ['scope'], ['names', 'kind'], ['names', 'plural']];

export function checkSameDefinition(report: Report, object: JsonObject, former: JsonObject): void {
  const isEstablished = listAt(former, 'status', 'conditions').some(
    (condition) => stringAt(condition, 'type') === 'Established' && stringAt(condition, 'status') === 'True',
  );
  if (!isEstablished) return;
  for (const path of FIXED) {
    const [value, before] = [object, former].map((one) => path.reduce<Json>(member, one.spec ?? {}));
    if (value !== undefined && !equalJson(value, before))
      report.invalid(
        path.reduce((place, step) => place.field(step), SPEC),
        value,
        'field is immutable',
      );
  }
}

function member(value: Json, name: string): Json {
  return isJsonArray(value) ? null : (objectAt(value)[name] ?? null);
}
