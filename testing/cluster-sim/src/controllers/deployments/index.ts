import { equalJson, type JsonObject, numberAt, objectAt, stringAt, withValueAt } from '../../json.ts';
import { type Client, DEPLOYMENTS, isTerminating, REPLICA_SETS } from '../client.ts';
import { claimed } from '../ownership.ts';
import { type Conditions, conditionOf, conditionsOf, deadlineOf, type Finding, withFinding } from './conditions.ts';
import { type Family, familyOf, reread } from './family.ts';
import { withRevisions } from './revisions.ts';
import { cleanUp, recreate, roll } from './rollout.ts';
import { isScaled, scaleFamily } from './scaling.ts';
import { tellCounts } from './status.ts';

/**
 * One step of each Deployment towards what it asks for; the next step is made when its ReplicaSets have followed.
 *
 * | the Deployment | then |
 * | --- | --- |
 * | goes | only its status follows |
 * | is paused, or was scaled | its ReplicaSets are scaled, and nothing is rolled out |
 * | rolls | the newest ReplicaSet grows while the old ones shrink |
 * | is recreated | old pods end, then new ones begin |
 */
export function syncDeployments(client: Client): void {
  for (const deployment of client.list(DEPLOYMENTS)) syncDeployment(client, deployment);
}

function syncDeployment(client: Client, deployment: JsonObject): void {
  if (equalJson(objectAt(deployment, 'spec', 'selector'), {})) {
    observe(client, deployment);
    return;
  }
  const family = familyOf(deployment, claimed(client, deployment, REPLICA_SETS));
  if (isTerminating(deployment)) {
    tellCounts(client, family);
    return;
  }
  const awake = pausedOrResumed(client, family);
  const isPaused = objectAt(awake.deployment, 'spec').paused === true;
  if (isPaused || isScaled(awake)) follow(client, awake, isPaused);
  else if (stringAt(awake.deployment, 'spec', 'strategy', 'type') === 'Recreate') recreate(client, awake);
  else roll(client, awake);
}

/** A Deployment that selects everything is left alone. */
function observe(client: Client, deployment: JsonObject): void {
  const generation = numberAt(deployment, 'metadata', 'generation') ?? 0;
  if ((numberAt(deployment, 'status', 'observedGeneration') ?? 0) < generation)
    client.updateStatus(DEPLOYMENTS, withValueAt(deployment, ['status', 'observedGeneration'], generation));
}

function follow(client: Client, family: Family, isPaused: boolean): void {
  const revised = withRevisions(client, family, false);
  scaleFamily(client, revised);
  if (isPaused) cleanUp(client, revised);
  tellCounts(client, reread(client, revised));
}

const PAUSED = 'DeploymentPaused';

/** Notes that it was paused or resumed, so that the time in between does not count against its deadline. */
function pausedOrResumed(client: Client, family: Family): Family {
  const { deployment } = family;
  if (deadlineOf(deployment) === undefined) return family;
  const before = conditionsOf(deployment);
  const reason = conditionOf(before, 'Progressing')?.reason;
  if (reason === 'ProgressDeadlineExceeded') return family;
  const isPaused = objectAt(deployment, 'spec').paused === true;
  if (isPaused === (reason === PAUSED)) return family;
  const after = withFinding(before, isPaused ? found(PAUSED, 'paused') : found('DeploymentResumed', 'resumed'), client.now);
  return told(client, family, after);
}

function found(reason: string, how: string): Finding {
  return { type: 'Progressing', status: 'Unknown', reason, message: `Deployment is ${how}` };
}

function told(client: Client, family: Family, conditions: Conditions): Family {
  const { deployment } = family;
  client.updateStatus(DEPLOYMENTS, { ...deployment, status: { ...objectAt(deployment, 'status'), conditions } });
  return reread(client, family);
}
