import type { JsonObject } from '@ddprofiler-rc/core';
import { isJsonObject, listAt, objectAt, stringAt } from '../json.ts';
import { timestamp } from './store.ts';

/** A CustomResourceDefinition as it is once its names were found free, which here is at once. */
export function withEstablishedStatus(definition: JsonObject, now: number): JsonObject {
  const names = objectAt(definition, 'spec', 'names');
  const kind = stringAt(names, 'kind') ?? '';
  const acceptedNames = { ...names, listKind: names.listKind ?? `${kind}List`, singular: names.singular ?? kind.toLowerCase() };
  const since = { lastTransitionTime: timestamp(now), status: 'True' };
  const storedVersions = listAt(definition, 'spec', 'versions')
    .filter((version) => isJsonObject(version) && version.storage === true)
    .map((version) => objectAt(version).name ?? '');
  return {
    ...definition,
    spec: { ...objectAt(definition, 'spec'), names: acceptedNames },
    status: {
      conditions: [
        { ...since, message: 'no conflicts found', reason: 'NoConflicts', type: 'NamesAccepted' },
        { ...since, message: 'the initial names have been accepted', reason: 'InitialNamesAccepted', type: 'Established' },
      ],
      acceptedNames,
      storedVersions,
    },
  };
}
