import {
  isEqual,
  isJsonObject,
  type Json,
  type JsonObject,
  listAt,
  numberAt,
  objectAt,
  sharing,
  stringAt,
  stringMapAt,
} from '../kube/json.ts';
import type { Key } from '../kube/keys.ts';
import { generationOf, type KubeObject, keyOfObject } from '../kube/kube-object.ts';
import type { Intent } from './intent.ts';
import { differenceInOwned, fieldsV1Of, membersOf, NOTHING_OWNED, type Owned, ownedIn } from './owned-fields.ts';

/** The field manager of every write that the operator makes. */
export const FIELD_MANAGER = 'ddprofiler-rc';

/** Holds a clone's replicas from when we give them up until its autoscaler first changes them: what nobody holds goes back to 1. */
export const HANDOVER_MANAGER = `${FIELD_MANAGER}-handover`;

/** What the core keeps of one Deployment, source or clone. `managedFields` and the status' conditions are let go. */
export interface Deployment {
  readonly key: Key;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation: number;
  readonly terminating: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Raw: who the cluster's garbage collector waits for. */
  readonly ownerReferences: readonly Json[];
  /** Raw, as the API server has it: fields that only a newer server knows are here too. */
  readonly spec: JsonObject;
  readonly status: {
    readonly observedGeneration: number;
    readonly replicas: number;
    readonly updatedReplicas: number;
    readonly readyReplicas: number;
  };
  /** What we own by server-side apply, as {@link ownedOf} reads it; `undefined` where we own nothing. */
  readonly owned: string | undefined;
  /** True where a manager beside {@link FIELD_MANAGER} holds `spec.replicas`: when we give them up they stay as they are. */
  readonly othersHoldReplicas: boolean;
  /** What admission made of our last apply, where that is not our intent; `undefined` where it is, or nothing of ours was applied. */
  readonly accepted: Accepted | undefined;
}

/**
 * The API server's answer to an apply of `intent`, which still differed from it. The very same drift later is not drift and is never
 * fought. Kept as it is, not as a signature of values: what is recorded of it must be free of secrets, and compare all the same.
 */
export interface Accepted {
  readonly intent: Intent;
  readonly answer: Deployment;
}

/** Narrows a raw Deployment to what the core keeps of it. */
export function readDeployment(object: KubeObject, accepted?: Accepted): Deployment {
  const status = objectAt(object.raw, 'status');
  const content = {
    labels: stringMapAt(object.raw, 'metadata', 'labels'),
    annotations: stringMapAt(object.raw, 'metadata', 'annotations'),
    ownerReferences: listAt(object.raw, 'metadata', 'ownerReferences'),
    spec: objectAt(object.raw, 'spec'),
  };
  const fields = ownFieldsIn(object);
  return {
    ...content,
    key: keyOfObject(object),
    namespace: object.namespace,
    name: object.name,
    uid: object.uid,
    resourceVersion: object.resourceVersion,
    generation: generationOf(object),
    terminating: object.terminating,
    status: {
      observedGeneration: numberAt(status, 'observedGeneration') ?? 0,
      replicas: numberAt(status, 'replicas') ?? 0,
      updatedReplicas: numberAt(status, 'updatedReplicas') ?? 0,
      readyReplicas: numberAt(status, 'readyReplicas') ?? 0,
    },
    owned: fields === undefined ? undefined : differenceInOwned(fields, contentOf(content)),
    othersHoldReplicas: holdersOfReplicas(object).some((manager) => manager !== FIELD_MANAGER),
    accepted,
  };
}

/** What can be owned of a Deployment; what is owned is told beside it. */
type Content = Pick<Deployment, 'labels' | 'annotations' | 'spec'> & { readonly ownerReferences?: readonly Json[] };

/** The members of a Deployment that are compared and owned, as the API server has them. */
export function contentOf({ labels, annotations, ownerReferences = [], spec }: Content): JsonObject {
  const metadata = { labels, annotations, ...(ownerReferences.length === 0 ? {} : { ownerReferences }) };
  return { metadata, spec };
}

/** What we own of it by server-side apply. */
export function ownedOf(deployment: Deployment): Owned {
  return deployment.owned === undefined ? NOTHING_OWNED : ownedIn(deployment.owned, contentOf(deployment));
}

/** A raw object that {@link readDeployment} reads as `deployment`, `accepted` aside. */
export function writeDeployment(deployment: Deployment): JsonObject {
  const {
    namespace,
    name,
    uid,
    resourceVersion,
    generation,
    terminating,
    labels,
    annotations,
    ownerReferences,
    spec,
    status,
    owned,
    othersHoldReplicas,
  } = deployment;
  const managedFields = [
    ...(owned === undefined ? [] : [{ manager: FIELD_MANAGER, operation: 'Apply', fieldsV1: fieldsV1Of(ownedOf(deployment)) }]),
    ...(othersHoldReplicas ? [{ manager: 'others', operation: 'Update', fieldsV1: { 'f:spec': { 'f:replicas': {} } } }] : []),
  ];
  const metadata = { namespace, name, uid, resourceVersion, generation, labels, annotations, ownerReferences, managedFields };
  // The time itself tells nothing: what counts is that there is one.
  return { metadata: terminating ? { ...metadata, deletionTimestamp: '' } : metadata, spec, status };
}

/** `spec.replicas`; the API server's default, 1, where absent or no number of anything. */
export function replicasOf(deployment: Deployment): number {
  const replicas = numberAt(deployment.spec, 'replicas');
  return replicas !== undefined && Number.isSafeInteger(replicas) ? replicas : 1;
}

/** True when the controller has seen the present spec and every wanted pod is of it and ready. */
export function isRolledOut(deployment: Deployment): boolean {
  const wanted = replicasOf(deployment);
  const { observedGeneration, updatedReplicas, readyReplicas, replicas } = deployment.status;
  return (
    observedGeneration >= deployment.generation && updatedReplicas === wanted && readyReplicas === wanted && replicas === wanted
  );
}

/** `deployment`, as much of it as possible by parts of `like`: an older version, or for a clone its source. */
export function sharingWith(deployment: Deployment, like: Deployment): Deployment {
  const { labels, annotations, ownerReferences, spec, owned } = deployment;
  return {
    ...deployment,
    labels: sharingTexts(labels, like.labels),
    annotations: sharingTexts(annotations, like.annotations),
    ownerReferences: isEqual(ownerReferences, like.ownerReferences) ? like.ownerReferences : ownerReferences,
    spec: sharing(spec, like.spec),
    owned: owned === like.owned ? like.owned : owned,
  };
}

type Texts = Readonly<Record<string, string>>;

function sharingTexts(texts: Texts, like: Texts): Texts {
  const shared: Record<string, string> = { ...texts };
  let isSame = Object.keys(texts).length === Object.keys(like).length;
  for (const [name, text] of Object.entries(texts)) {
    const former = like[name];
    if (former === text) shared[name] = former;
    else isSame = false;
  }
  return isSame ? like : shared;
}

/** True where two versions differ in nothing that a decision looks at: the status, or fields that others own in the metadata's record. */
export function isSameForDecisions(a: Deployment | undefined, b: Deployment | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return (
    a.uid === b.uid &&
    a.terminating === b.terminating &&
    a.generation === b.generation &&
    a.owned === b.owned &&
    a.othersHoldReplicas === b.othersHoldReplicas &&
    isEqual(a.labels, b.labels) &&
    isEqual(a.annotations, b.annotations) &&
    isEqual(a.ownerReferences, b.ownerReferences)
  );
}

/** True where our applies hold `spec.replicas`. */
export function ownsReplicas(deployment: Deployment): boolean {
  const spec = membersOf(ownedOf(deployment)).get('f:spec');
  return spec !== undefined && membersOf(spec).has('f:replicas');
}

/** Managers of every kind that hold `spec.replicas`, those of the scale subresource included. */
function holdersOfReplicas(object: KubeObject): readonly (string | undefined)[] {
  return listAt(object.raw, 'metadata', 'managedFields')
    .filter((entry) => objectAt(entry, 'fieldsV1', 'f:spec')['f:replicas'] !== undefined)
    .map((entry) => stringAt(objectAt(entry), 'manager'));
}

function ownFieldsIn(object: KubeObject): JsonObject | undefined {
  for (const entry of listAt(object.raw, 'metadata', 'managedFields')) {
    if (!isJsonObject(entry)) continue;
    // A merge patch by the same manager has an entry of its own, with operation Update: that is not server-side apply's record.
    if (stringAt(entry, 'manager') !== FIELD_MANAGER || stringAt(entry, 'operation') !== 'Apply') continue;
    if (stringAt(entry, 'subresource') !== undefined) continue;
    return objectAt(entry, 'fieldsV1');
  }
  return undefined;
}
