import type { ClusterState } from '../state.ts';
import { builtIn } from './built-in.ts';
import { customResources } from './custom/index.ts';
import type { ResourceInfo } from './resource-info.ts';

export type { Cause, Column, ResourceInfo } from './resource-info.ts';

const DEFINITIONS = 'customresourcedefinitions.apiextensions.k8s.io';

const builtInByPath = new Map(builtIn.map((info) => [`${info.group}/${info.version}/${info.plural}`, info]));

function customOnes(state: ClusterState): ResourceInfo[] {
  return [...(state.objects.get(DEFINITIONS)?.values() ?? [])].flatMap((definition) => customResources(definition));
}

/** What is served at `/apis/<group>/<version>/…/<plural>` (`/api/v1/…` for the core group, which is `''`). */
export function resourceOf(state: ClusterState, group: string, version: string, plural: string): ResourceInfo | undefined {
  const found = builtInByPath.get(`${group}/${version}/${plural}`);
  if (found !== undefined) return found;
  const definition = state.objects.get(DEFINITIONS)?.get(`/${plural}.${group}`);
  return definition && customResources(definition).find((info) => info.version === version);
}

/** All resources of all served versions: those built in first, then those of stored CustomResourceDefinitions. */
export function allResources(state: ClusterState): readonly ResourceInfo[] {
  return [...builtIn, ...customOnes(state)];
}
