import { allResources } from '../kinds/index.ts';
import type { ClusterState } from '../state.ts';
import type { Discovered } from './discovered.ts';
import { REVIEWS } from './reviews.ts';

export interface ApiVersion {
  readonly version: string;
  /** By name, as discovery lists them. */
  readonly resources: readonly Discovered[];
}

export interface ApiGroup {
  /** Empty for the core group. */
  readonly name: string;
  /** The preferred one first. */
  readonly versions: readonly ApiVersion[];
}

/** `v2` before `v1` before `v2beta1` before `v1alpha1`, as Kubernetes prefers them; other names last. */
function rank(version: string): readonly [stability: number, major: number, minor: number] {
  const parts = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version);
  if (parts === null) return [3, 0, 0];
  const [, major, stage, minor] = parts;
  return [stage === undefined ? 0 : stage === 'beta' ? 1 : 2, -Number(major), -Number(minor ?? 0)];
}

function byPreference(one: ApiVersion, other: ApiVersion): number {
  const [a, b] = [rank(one.version), rank(other.version)];
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2] || (one.version < other.version ? -1 : 1);
}

const byPlural = (one: Discovered, other: Discovered): number => (one.plural < other.plural ? -1 : 1);

/** All groups that are served, in the order in which their first resource is known; the core group among them. */
export function apiGroups(state: ClusterState): readonly ApiGroup[] {
  const groups = new Map<string, Map<string, Discovered[]>>();
  for (const resource of [...allResources(state), ...REVIEWS]) {
    const versions = groups.get(resource.group) ?? new Map<string, Discovered[]>();
    groups.set(resource.group, versions.set(resource.version, [...(versions.get(resource.version) ?? []), resource]));
  }
  return [...groups].map(([name, versions]) => ({
    name,
    versions: [...versions]
      .map(([version, resources]) => ({ version, resources: resources.toSorted(byPlural) }))
      .toSorted(byPreference),
  }));
}

/** `apps/v1`, or `v1` for the core group. */
export const groupVersion = (group: string, version: string): string => (group === '' ? version : `${group}/${version}`);

export interface SubresourceKind {
  readonly name: 'status' | 'scale';
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** The subresources by name, and the kind that each of them speaks. */
export function subresourceKinds({ group, version, kind, subresources }: Discovered): readonly SubresourceKind[] {
  return [
    ...(subresources.includes('scale') ? [{ name: 'scale', group: 'autoscaling', version: 'v1', kind: 'Scale' } as const] : []),
    ...(subresources.includes('status') ? [{ name: 'status', group, version, kind } as const] : []),
  ];
}

export const SUBRESOURCE_VERBS: readonly string[] = ['get', 'patch', 'update'];
