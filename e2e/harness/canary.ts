/**
 * "It did nothing" without waiting for a time: a canary is a source whose clone follows within moments. What happened in its
 * namespace before the canary changed reached the operator before that change did, so when the canary's clone followed, all of
 * it was decided on. Twice, since a key that was just touched is held for a moment (the debounce), while the canary's is not.
 */

import { at, textAt } from '@ddprofiler-rc/control-plane/json';
import { waitFor } from '@ddprofiler-rc/control-plane/wait';
import { type Api, deploymentPath, MERGE } from '../chaos/api.ts';
import { envOf, type World } from './world.ts';

/** To be put under `deployments:` of the rules. */
export const CANARY_RULE = 'canary: { scale_factor: "1", name_suffix: follows }';
const CANARY = 'canary';
const CANARY_CLONE = 'canary-follows';

let turns = 0;

/** Returns when the operator has decided on everything that happened in the namespace before the call. */
export async function everythingWasDecided(world: World): Promise<void> {
  for (let round = 0; round < 2; round += 1) {
    turns += 1;
    const turn = String(turns);
    // No replicas: it costs the cluster nothing, and its status is quiet.
    await world.source(CANARY, { replicas: 0, env: { TURN: turn } });
    await world.eventually(
      CANARY_CLONE,
      (clone) => envOf(clone).TURN === turn || `turn ${turn} has not come to the canary's clone`,
    );
  }
}

/** The same without kubectl, for who asks often: one who may get and patch Deployments. The turn is an annotation. */
export async function everythingWasDecidedFor(api: Api, { namespace }: World): Promise<void> {
  for (let round = 0; round < 2; round += 1) {
    turns += 1;
    const annotations = { turn: String(turns) };
    await api.ask('PATCH', deploymentPath(namespace, CANARY), { body: { metadata: { annotations } }, contentType: MERGE });
    const probe = async () => {
      const { body } = await api.ask('GET', deploymentPath(namespace, CANARY_CLONE));
      return at(body, 'metadata', 'annotations').turn === annotations.turn || textAt(body, 'message');
    };
    await waitFor("the canary's clone to follow", probe, { pollMs: 10 });
  }
}
