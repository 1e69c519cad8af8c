import type { Json } from '@ddprofiler-rc/core';
import type { ClusterState } from '../state.ts';
import { apiGroups } from './api-groups.ts';
import { aggregated, coreVersions, groupDocument, groupList, resourceList } from './documents.ts';
import { openApiDocument } from './openapi.ts';

export { reviewed } from './reviews.ts';
export { VERSION } from './version.ts';

export interface DiscoveryDocument {
  readonly body: Json;
  /** In the aggregated form, which has a media type of its own. */
  readonly aggregated: boolean;
}

/** What the path of a discovery document asks about: all of `/api` or of `/apis`, a group, or one of its versions. */
interface Place {
  readonly root: 'api' | 'apis';
  readonly group: string | undefined;
  readonly version: string | undefined;
}

function placeOf(path: string): Place | undefined {
  const [root, ...steps] = path.split('/').filter((step) => step !== '');
  const [first, second] = steps;
  if (root === 'api' && steps.length <= 1) return { root, group: first === undefined ? undefined : '', version: first };
  if (root === 'apis' && steps.length <= 2) return { root, group: first, version: second };
  return undefined;
}

/** The discovery document at `path`; undefined where there is none. `all`: the client asked for the aggregated form. */
export function discoveryDocument(state: ClusterState, path: string, all: boolean): DiscoveryDocument | undefined {
  const place = placeOf(path);
  if (place === undefined) {
    const document = openApiDocument(state, path);
    return document && { body: document, aggregated: false };
  }
  const groups = apiGroups(state);
  if (place.group === undefined) {
    if (all) return { body: aggregated(groups.filter(({ name }) => (name === '') === (place.root === 'api'))), aggregated: true };
    return { body: place.root === 'api' ? coreVersions(groups) : groupList(groups), aggregated: false };
  }
  const group = groups.find(({ name }) => name === place.group);
  if (group === undefined) return undefined;
  if (place.version === undefined) return { body: groupDocument(group), aggregated: false };
  const version = group.versions.find((one) => one.version === place.version);
  return version && { body: resourceList(group.name, version), aggregated: false };
}
