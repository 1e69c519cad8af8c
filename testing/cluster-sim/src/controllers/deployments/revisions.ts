import { find } from '../../api/store.ts';
import { type JsonObject, numberAt, objectAt, withValueAt } from '../../json.ts';
import { type Client, DEPLOYMENTS, isTerminating, nameOf, namespaceOf, REPLICA_SETS, uidOf } from '../client.ts';
import { controllerOf, referenceTo } from '../ownership.ts';
import { asNewest, REVISION, revisionOf, withCounts, withRevision } from './annotations.ts';
import { conditionOf, conditionsOf, deadlineOf, type Finding, refreshed, withFinding } from './conditions.ts';
import { type Family, newestReplicas, reread } from './family.ts';
import { scaled } from './scaling.ts';
import { HASH_LABEL, templateHash } from './template-hash.ts';

/**
 * Gives the newest ReplicaSet the next revision, its Deployment's annotations and the present `minReadySeconds`, and the Deployment the
 * revision of the newest one. `mayCreate`: one is made where there is none.
 */
export function withRevisions(client: Client, family: Family, mayCreate: boolean): Family {
  const revision = Math.max(0, ...family.old.map(revisionOf)) + 1;
  if (family.newest !== undefined) return revised(client, family, family.newest, revision);
  return mayCreate ? created(client, family, revision) : family;
}

function revised(client: Client, family: Family, newest: JsonObject, revision: number): Family {
  const { deployment } = family;
  const annotated = asNewest(newest, deployment, revision, true);
  const seconds = numberAt(deployment, 'spec', 'minReadySeconds') ?? 0;
  const isWaiting = seconds === (numberAt(newest, 'spec', 'minReadySeconds') ?? 0);
  const wanted = isWaiting ? annotated : withValueAt(annotated, ['spec', 'minReadySeconds'], seconds);
  if (wanted !== newest) client.update(REPLICA_SETS, wanted);
  const found: Finding = {
    type: 'Progressing',
    status: 'True',
    reason: 'FoundNewReplicaSet',
    message: `Found new replica set "${nameOf(newest)}"`,
  };
  const isKnown = deadlineOf(deployment) === undefined || conditionOf(conditionsOf(deployment), 'Progressing') !== undefined;
  return told(client, family, wanted, isKnown ? undefined : found);
}

function created(client: Client, family: Family, revision: number): Family {
  const { deployment } = family;
  const collisions = numberAt(deployment, 'status', 'collisionCount') ?? 0;
  const draft = newSet(deployment, templateHash(objectAt(deployment, 'spec', 'template'), collisions));
  const replicas = newestReplicas(family, 0);
  const wanted = withValueAt(draft, ['spec', 'replicas'], replicas);
  const complete = withCounts(asNewest(wanted, deployment, revision, false), deployment);
  const reply = client.create(REPLICA_SETS, namespaceOf(deployment), complete);
  if (reply.kind === 'refused') return refused(client, family, draft, reply);
  if (replicas > 0) scaled(client, deployment, reply.object, 0);
  const message = `Created new replica set "${nameOf(reply.object)}"`;
  const finding: Finding = { type: 'Progressing', status: 'True', reason: 'NewReplicaSetCreated', message };
  return told(
    client,
    { ...family, newest: reply.object },
    reply.object,
    deadlineOf(deployment) === undefined ? undefined : finding,
  );
}

const TAKEN = 409;

/** A name that something else has is a collision of hashes: the next one is tried. */
function refused(client: Client, family: Family, draft: JsonObject, reply: { status: number; message: string }): Family {
  const { deployment } = family;
  const taken = find(client.state, REPLICA_SETS.name, namespaceOf(deployment), nameOf(draft));
  const status = objectAt(deployment, 'status');
  if (reply.status === TAKEN && taken !== undefined) {
    if (isTerminating(taken) && controllerOf(taken)?.uid === uidOf(deployment)) return family;
    client.updateStatus(
      DEPLOYMENTS,
      withValueAt(deployment, ['status', 'collisionCount'], (numberAt(status, 'collisionCount') ?? 0) + 1),
    );
    return reread(client, family);
  }
  if (deadlineOf(deployment) === undefined) return family;
  const message = `Failed to create new replica set "${nameOf(draft)}": ${reply.message}`;
  const finding: Finding = { type: 'Progressing', status: 'False', reason: 'ReplicaSetCreateError', message };
  const conditions = withFinding(conditionsOf(deployment), finding, client.now);
  client.updateStatus(DEPLOYMENTS, { ...deployment, status: { ...status, conditions } });
  return reread(client, family);
}

/** Writes the Deployment's revision, with news if there are any. */
function told(client: Client, family: Family, newest: JsonObject, finding: Finding | undefined): Family {
  const { deployment } = family;
  const revision = stringRevision(newest);
  const status = objectAt(deployment, 'status');
  const before = conditionsOf(deployment);
  const conditions = finding === undefined ? before : refreshed(before, finding, client.now);
  const isRevised = revision !== undefined && stringRevision(deployment) !== revision;
  if (isRevised || conditions !== before) {
    const named = isRevised ? withRevision(deployment, revision) : deployment;
    client.updateStatus(DEPLOYMENTS, conditions === before ? named : { ...named, status: { ...status, conditions } });
  }
  return reread(client, family);
}

function stringRevision(object: JsonObject): string | undefined {
  const value = objectAt(object, 'metadata', 'annotations')[REVISION];
  return typeof value === 'string' ? value : undefined;
}

function newSet(deployment: JsonObject, hash: string): JsonObject {
  const { template = {}, selector = {}, minReadySeconds } = objectAt(deployment, 'spec');
  const labels = { ...objectAt(template, 'metadata', 'labels'), [HASH_LABEL]: hash };
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${nameOf(deployment)}-${hash}`,
      namespace: namespaceOf(deployment),
      labels,
      ownerReferences: [referenceTo(deployment)],
    },
    spec: {
      ...(minReadySeconds === undefined ? {} : { minReadySeconds }),
      selector: withValueAt(selector, ['matchLabels', HASH_LABEL], hash),
      template: withValueAt(template, ['metadata', 'labels'], labels),
    },
  };
}
