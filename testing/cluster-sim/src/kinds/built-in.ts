import type { JsonObject } from '@ddprofiler-rc/core';
import { stringAt } from '../json.ts';
import { schemaOf } from '../schema/index.ts';
import { ADMIT } from './admission.ts';
import { CELLS } from './cells.ts';
import { COMPLETE } from './defaults/index.ts';
import { BUILT_IN, type KindFacts } from './facts.ts';
import type { ResourceInfo } from './resource-info.ts';
import { causesAgainst } from './validation/index.ts';

const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

const asItIs = (object: JsonObject): JsonObject => object;

function built(facts: KindFacts): ResourceInfo {
  return {
    name: facts.group === '' ? facts.plural : `${facts.plural}.${facts.group}`,
    group: facts.group,
    version: facts.version,
    kind: facts.kind,
    listKind: `${facts.kind}List`,
    plural: facts.plural,
    singular: facts.kind.toLowerCase(),
    shortNames: facts.shortNames ?? [],
    categories: facts.categories ?? [],
    namespaced: facts.clusterScoped === undefined,
    verbs: facts.noDeleteCollection === undefined ? VERBS : VERBS.filter((verb) => verb !== 'deletecollection'),
    subresources: facts.subresources ?? [],
    hasGeneration: facts.hasGeneration === true,
    schema: schemaOf({ group: facts.group, version: facts.version, kind: facts.kind }),
    default: COMPLETE[facts.kind] ?? asItIs,
    admit: ADMIT[facts.kind] ?? asItIs,
    validate: (object, former, subresource) => causesAgainst(facts.kind, object, former, subresource),
    columns: facts.columns,
    cells: CELLS[facts.kind] ?? ((object) => [stringAt(object, 'metadata', 'name') ?? '']),
  };
}

/** The resources that are there without any CustomResourceDefinition. */
export const builtIn: readonly ResourceInfo[] = BUILT_IN.map(built);
