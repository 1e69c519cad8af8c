import { expect, test } from 'vitest';
import { fold } from '../../test/given.ts';
import type { Event } from '../events.ts';
import { evolve } from '../evolve.ts';
import { fullEvent, slimEvent } from './slim-event.ts';

const managedFields = [{ manager: 'a-person', fieldsV1: { 'f:spec': { 'f:maxReplicas': {} } } }];

function metadataOf(name: string): { readonly [field: string]: string } {
  return { namespace: 'shop', name, uid: name, resourceVersion: '20' };
}

test.each([
  ['autoscalers', { scaleTargetRef: { kind: 'Deployment', name: 'web' }, maxReplicas: 9 }, { autoscalers: 1, budgets: 0 }],
  ['autoscalers', { scaleTargetRef: { kind: 'StatefulSet', name: 'web' }, maxReplicas: 9 }, { autoscalers: 0, budgets: 0 }],
  ['budgets', { selector: { matchLabels: { app: 'web' } }, maxUnavailable: 1 }, { autoscalers: 0, budgets: 1 }],
] as const)('of %s with %j what the state has of them is kept', (kind, spec, known) => {
  const object = { metadata: { ...metadataOf('one'), managedFields }, spec, status: { currentReplicas: 3 } };
  const before = fold([]);
  for (const event of [
    { type: 'listed', stream: `${kind}/*`, resourceVersion: '30', objects: [object] },
    { type: 'audited', stream: `${kind}/*`, resourceVersion: '30', objects: [object] },
    { type: 'seen', stream: `${kind}/*`, object },
  ] as const satisfies readonly Event[]) {
    const after = evolve(before, event);
    const slim = slimEvent(event, after);
    expect(JSON.stringify(slim)).not.toMatch(/managedFields|status|max/);
    expect(evolve(before, fullEvent(slim, after))).toEqual(after);
    if (event.type === 'listed') expect({ autoscalers: after.autoscalers.size, budgets: after.budgets.size }).toEqual(known);
  }
});
