import { type Json, type JsonObject, objectAt, stringAt, withValueAt } from '../../json.ts';
import { wantedReplicas } from '../replicas.ts';
import { boundsOf } from './bounds.ts';

const PREFIX = 'deployment.kubernetes.io/';
export const REVISION = `${PREFIX}revision`;
const HISTORY = `${PREFIX}revision-history`;
const DESIRED = `${PREFIX}desired-replicas`;
const MAXIMUM = `${PREFIX}max-replicas`;

/** A Deployment's annotations that its ReplicaSets do not take over. */
const OWN: readonly string[] = [
  'kubectl.kubernetes.io/last-applied-configuration',
  REVISION,
  HISTORY,
  DESIRED,
  MAXIMUM,
  'deprecated.deployment.rollback.to',
];

function annotation(object: JsonObject, name: string): string | undefined {
  return stringAt(objectAt(object, 'metadata', 'annotations'), name);
}

export function revisionOf(object: JsonObject): number {
  return Number(annotation(object, REVISION) ?? 0);
}

/** The counts of its Deployment as it was when the ReplicaSet was scaled last; undefined: not told. */
export function noted(set: JsonObject): { readonly desired: number | undefined; readonly maximum: number | undefined } {
  const [desired, maximum] = [annotation(set, DESIRED), annotation(set, MAXIMUM)].map((text) =>
    text === undefined ? undefined : Number(text),
  );
  return { desired, maximum };
}

export function withRevision(object: JsonObject, revision: string): JsonObject {
  return withValueAt(object, ['metadata', 'annotations', REVISION], revision);
}

/** The ReplicaSet with the present counts of its Deployment. */
export function withCounts(set: JsonObject, deployment: JsonObject): JsonObject {
  const desired = wantedReplicas(deployment);
  return withAnnotations(set, {
    [DESIRED]: String(desired),
    [MAXIMUM]: String(desired + boundsOf(deployment).surge),
  });
}

/** The newest ReplicaSet with its Deployment's annotations and its revision; those that it had before become its history. */
export function asNewest(set: JsonObject, deployment: JsonObject, revision: number, isThere: boolean): JsonObject {
  const inherited = Object.entries(objectAt(deployment, 'metadata', 'annotations')).filter(([name]) => !OWN.includes(name));
  const former = revisionOf(set);
  const isNewer = revision > former;
  const history = annotation(set, HISTORY);
  return withAnnotations(set, {
    ...Object.fromEntries(inherited),
    ...(isNewer ? { [REVISION]: String(revision) } : {}),
    ...(isNewer && isThere && former > 0 ? { [HISTORY]: history === undefined ? String(former) : `${history},${former}` } : {}),
  });
}

function withAnnotations(object: JsonObject, annotations: Readonly<Record<string, Json>>): JsonObject {
  const present = objectAt(object, 'metadata', 'annotations');
  const isNew = Object.entries(annotations).some(([name, value]) => present[name] !== value);
  return isNew ? withValueAt(object, ['metadata', 'annotations'], { ...present, ...annotations }) : object;
}
