import type { Json, JsonObject } from '@ddprofiler-rc/core';
import { isJsonObject, listAt, objectAt, stringAt } from '../../json.ts';
import { schemaOfCrd } from '../../schema/index.ts';
import { printerColumns } from '../printer-columns.ts';
import type { Column, ResourceInfo } from '../resource-info.ts';
import { completeCustom } from './defaults.ts';
import { causesAgainstCustom } from './validation.ts';

const VERBS = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];

const NAME: Column = { name: 'Name', type: 'string', format: 'name', description: '', priority: 0 };

function strings(values: readonly Json[]): string[] {
  return values.filter((value) => typeof value === 'string');
}

function ofVersion(definition: JsonObject, version: JsonObject): ResourceInfo {
  const spec = objectAt(definition, 'spec');
  const names = objectAt(spec, 'names');
  const group = stringAt(spec, 'group') ?? '';
  const plural = stringAt(names, 'plural') ?? '';
  const kind = stringAt(names, 'kind') ?? '';
  const published = objectAt(version, 'subresources');
  const openApi = objectAt(version, 'schema', 'openAPIV3Schema');
  const printed = printerColumns(version);
  return {
    name: `${plural}.${group}`,
    group,
    version: stringAt(version, 'name') ?? '',
    kind,
    listKind: stringAt(names, 'listKind') ?? `${kind}List`,
    plural,
    singular: stringAt(names, 'singular') ?? kind.toLowerCase(),
    shortNames: strings(listAt(names, 'shortNames')),
    categories: strings(listAt(names, 'categories')),
    namespaced: spec.scope !== 'Cluster',
    verbs: VERBS,
    subresources: [
      ...(isJsonObject(published.status) ? (['status'] as const) : []),
      ...(isJsonObject(published.scale) ? (['scale'] as const) : []),
    ],
    hasGeneration: true,
    schema: schemaOfCrd(openApi, isJsonObject(published.status)),
    default: (object) => completeCustom(openApi, object),
    admit: (object: JsonObject): JsonObject => object,
    validate: (object, _former, part) => causesAgainstCustom(openApi, object, part === 'status' ? part : undefined),
    columns: [NAME, ...printed.map(({ column }) => column)],
    cells: (object, now): Json[] => [stringAt(object, 'metadata', 'name') ?? '', ...printed.map(({ cell }) => cell(object, now))],
  };
}

const known = new WeakMap<JsonObject, readonly ResourceInfo[]>();

/** The resources that one CustomResourceDefinition makes: one per served version. Remembered by the object, which never changes. */
export function customResources(definition: JsonObject): readonly ResourceInfo[] {
  const remembered = known.get(definition);
  if (remembered !== undefined) return remembered;
  const made = listAt(definition, 'spec', 'versions')
    .filter(isJsonObject)
    .filter((version) => version.served === true)
    .map((version) => ofVersion(definition, version));
  known.set(definition, made);
  return made;
}
