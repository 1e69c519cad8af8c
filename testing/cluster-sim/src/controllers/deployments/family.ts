import { type JsonObject, objectAt } from '../../json.ts';
import { byAge, type Client, DEPLOYMENTS, REPLICA_SETS } from '../client.ts';
import { sum, wantedReplicas } from '../replicas.ts';
import { boundsOf } from './bounds.ts';
import { isSameTemplate } from './template-hash.ts';

/** A Deployment and its ReplicaSets: the one of its present template, if there is one, and those of former templates, oldest first. */
export interface Family {
  readonly deployment: JsonObject;
  readonly newest: JsonObject | undefined;
  readonly old: readonly JsonObject[];
}

export function membersOf({ newest, old }: Family): readonly JsonObject[] {
  return newest === undefined ? old : [...old, newest];
}

/** Of two with the present template, the older one is the newest: so nothing is rolled out anew. */
export function familyOf(deployment: JsonObject, sets: readonly JsonObject[]): Family {
  const sorted = sets.toSorted(byAge);
  const template = objectAt(deployment, 'spec', 'template');
  const newest = sorted.find((set) => isSameTemplate(objectAt(set, 'spec', 'template'), template));
  return { deployment, newest, old: sorted.filter((set) => set !== newest) };
}

/** The same family as it stands by now, of which no member was created since. */
export function reread(client: Client, { deployment, newest, old }: Family): Family {
  const present = (set: JsonObject) => client.present(REPLICA_SETS, set);
  return {
    deployment: client.present(DEPLOYMENTS, deployment) ?? deployment,
    newest: newest && present(newest),
    old: old.map(present).filter((set) => set !== undefined),
  };
}

/** What the newest one may be scaled to, from `present`: at once to all, or to what the surge leaves. */
export function newestReplicas(family: Family, present: number): number {
  const { deployment } = family;
  const wanted = wantedReplicas(deployment);
  if (objectAt(deployment, 'spec', 'strategy').type === 'Recreate') return wanted;
  const most = wanted + boundsOf(deployment).surge;
  const all = sum(membersOf(family).map(wantedReplicas));
  return all >= most ? present : present + Math.min(most - all, wanted - present);
}
