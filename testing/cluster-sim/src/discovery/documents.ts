import type { Json, JsonObject } from '@ddprofiler-rc/core';
import { type ApiGroup, type ApiVersion, groupVersion, SUBRESOURCE_VERBS, subresourceKinds } from './api-groups.ts';
import type { Discovered } from './discovered.ts';

/**
 * The discovery documents of one state.
 *
 *   /api, /apis             which versions and groups there are
 *   /apis/<group>           one group
 *   /api/v1, /apis/<g>/<v>  the resources of one version
 *   aggregated              all that at once: `/api` has the core group, `/apis` the others
 */

const unlessEmpty = (name: string, values: readonly string[]): JsonObject => (values.length === 0 ? {} : { [name]: values });

export function coreVersions(groups: readonly ApiGroup[]): JsonObject {
  const versions = groups.filter(({ name }) => name === '').flatMap((group) => group.versions.map(({ version }) => version));
  return { kind: 'APIVersions', versions, serverAddressByClientCIDRs: [] };
}

function groupEntry({ name, versions }: ApiGroup): JsonObject {
  const entries = versions.map(({ version }) => ({ groupVersion: groupVersion(name, version), version }));
  const [preferredVersion] = entries;
  return { name, versions: entries, ...(preferredVersion === undefined ? {} : { preferredVersion }) };
}

export function groupList(groups: readonly ApiGroup[]): JsonObject {
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.filter(({ name }) => name !== '').map(groupEntry) };
}

export function groupDocument(group: ApiGroup): JsonObject {
  return { kind: 'APIGroup', apiVersion: 'v1', ...groupEntry(group) };
}

function resourceEntries(resource: Discovered): JsonObject[] {
  const { plural, singular, namespaced, kind, verbs, shortNames, categories } = resource;
  const own = {
    name: plural,
    singularName: singular,
    namespaced,
    kind,
    verbs,
    ...unlessEmpty('shortNames', shortNames),
    ...unlessEmpty('categories', categories),
  };
  const subresources = subresourceKinds(resource).map((sub) => ({
    name: `${plural}/${sub.name}`,
    singularName: '',
    namespaced,
    ...(sub.group === resource.group ? {} : { group: sub.group, version: sub.version }),
    kind: sub.kind,
    verbs: SUBRESOURCE_VERBS,
  }));
  return [own, ...subresources];
}

export function resourceList(group: string, { version, resources }: ApiVersion): JsonObject {
  return {
    kind: 'APIResourceList',
    // The core group's list has always been without.
    ...(group === '' ? {} : { apiVersion: 'v1' }),
    groupVersion: groupVersion(group, version),
    resources: resources.flatMap(resourceEntries),
  };
}

function aggregatedResource(resource: Discovered): Json {
  const responseKind = ({ group, version, kind }: { group: string; version: string; kind: string }): JsonObject => ({
    group,
    version,
    kind,
  });
  const subresources = subresourceKinds(resource).map((sub) => ({
    subresource: sub.name,
    responseKind: responseKind(sub),
    verbs: SUBRESOURCE_VERBS,
  }));
  return {
    resource: resource.plural,
    responseKind: responseKind(resource),
    scope: resource.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: resource.singular,
    verbs: resource.verbs,
    ...unlessEmpty('shortNames', resource.shortNames),
    ...unlessEmpty('categories', resource.categories),
    ...(subresources.length === 0 ? {} : { subresources }),
  };
}

/** Every group and all of its resources, so that a client learns what there is in two requests. */
export function aggregated(groups: readonly ApiGroup[]): JsonObject {
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: groups.map(({ name, versions }) => ({
      metadata: name === '' ? {} : { name },
      versions: versions.map(({ version, resources }) => ({
        version,
        resources: resources.map(aggregatedResource),
        freshness: 'Current',
      })),
    })),
  };
}
