import { builtIn } from '../kinds/built-in.ts';
import type { ResourceInfo } from '../kinds/index.ts';
import type { ResourceName } from '../state.ts';

/** What the real server's own code decides per resource, and no schema tells. */
interface Rules {
  /** A PUT of what is not there creates it. */
  readonly createsOnUpdate?: true;
  /** A PUT must name the resourceVersion that it replaces. */
  readonly needsVersion?: true;
  /** The answer to a DELETE is the object, even where it is gone. */
  readonly answersDeleted?: true;
  /** A DELETE leaves it running for its grace period. */
  readonly isGraceful?: true;
  /** Annotations count as content: they make a new generation. */
  readonly annotationsCount?: true;
  /** A write of the status leaves the labels alone; elsewhere they may change with it. */
  readonly statusKeepsLabels?: true;
  /** Where its objects lie in the real server's storage, which messages name. */
  readonly storage?: string;
}

const RULES: Readonly<Record<ResourceName, Rules>> = {
  pods: { answersDeleted: true, isGraceful: true },
  services: {
    createsOnUpdate: true,
    answersDeleted: true,
    storage: 'services/specs',
  },
  events: { createsOnUpdate: true },
  'events.events.k8s.io': { createsOnUpdate: true, storage: 'events' },
  'deployments.apps': { annotationsCount: true, statusKeepsLabels: true },
  'poddisruptionbudgets.policy': { needsVersion: true },
  'leases.coordination.k8s.io': { createsOnUpdate: true, needsVersion: true },
  'customresourcedefinitions.apiextensions.k8s.io': {
    needsVersion: true,
    storage: 'apiextensions.k8s.io/customresourcedefinitions',
  },
};

const NONE: Rules = {};
const builtInOnes: ReadonlySet<ResourceInfo> = new Set(builtIn);

/** Whether a CustomResourceDefinition makes it. */
export function isCustom(info: ResourceInfo): boolean {
  return !builtInOnes.has(info);
}

export function rulesOf(info: ResourceInfo): Rules {
  return RULES[info.name] ?? (isCustom(info) ? { needsVersion: true, storage: `${info.group}/${info.plural}` } : NONE);
}

/** `/registry/deployments/default/web` */
export function storageKey(info: ResourceInfo, namespace: string | undefined, name: string): string {
  return ['/registry', rulesOf(info).storage ?? info.plural, ...(namespace === undefined ? [] : [namespace]), name].join('/');
}
