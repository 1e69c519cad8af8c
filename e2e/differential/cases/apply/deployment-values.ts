/** Server-side apply of Deployments, third part: Replicas, quantities and atomic values of Deployments. */
import type { Case } from '../../case.ts';
import { changed, configMap, deployment, service } from '../../manifests.ts';
import { apply, create, get } from '../../steps.ts';
import { bare, container, intent, partialPod } from './bodies.ts';

export const VALUES: readonly Case[] = [
  {
    name: 'strategy: rolling update to recreate',
    steps: [
      apply(
        'one',
        'deployments',
        'web',
        intent(
          { containers: [container('app')] },
          { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: '10%' } } },
        ),
      ),
      apply('one', 'deployments', 'web', intent({ containers: [container('app')] }, { strategy: { type: 'Recreate' } })),
    ],
  },
  {
    name: 'strategy: recreate while rollingUpdate was a default',
    steps: [
      apply('one', 'deployments', 'web', intent({ containers: [container('app')] })),
      apply('one', 'deployments', 'web', intent({ containers: [container('app')] }, { strategy: { type: 'Recreate' } }), {
        fails: 422,
      }),
    ],
  },
  {
    name: 'an apply after a create takes nothing from the creator',
    steps: [
      create('deployments', deployment(), { query: { fieldManager: 'creator' } }),
      apply('one', 'deployments', 'web', deployment()),
      get('deployments', 'web'),
    ],
  },
  {
    name: 'an apply that changes only a label leaves the generation',
    steps: [
      apply('one', 'deployments', 'web', deployment()),
      apply('one', 'deployments', 'web', changed(deployment(), { 'metadata.labels.x': 'y' })),
    ],
  },
  {
    name: 'the selector cannot be changed by apply either',
    steps: [
      apply('one', 'deployments', 'web', deployment()),
      apply(
        'one',
        'deployments',
        'web',
        deployment('web', { 'spec.selector.matchLabels.more': 'x', 'spec.template.metadata.labels.more': 'x' }),
        { fails: 422 },
      ),
    ],
  },
  {
    name: 'affinity and topology spread constraints',
    steps: [
      apply(
        'one',
        'deployments',
        'web',
        intent({
          containers: [container('app')],
          affinity: {
            podAntiAffinity: {
              preferredDuringSchedulingIgnoredDuringExecution: [
                { weight: 5, podAffinityTerm: { topologyKey: 'zone', labelSelector: { matchLabels: { app: 'web' } } } },
              ],
            },
          },
          topologySpreadConstraints: [
            {
              maxSkew: 1,
              topologyKey: 'zone',
              whenUnsatisfiable: 'ScheduleAnyway',
              labelSelector: { matchLabels: { app: 'web' } },
            },
          ],
        }),
      ),
      apply(
        'two',
        'deployments',
        'web',
        partialPod({ topologySpreadConstraints: [{ maxSkew: 2, topologyKey: 'node', whenUnsatisfiable: 'DoNotSchedule' }] }),
      ),
      get('deployments', 'web'),
    ],
  },
  {
    name: 'owner references are merged by uid',
    steps: [
      create('configmaps', configMap('owner'), { as: 'owner' }),
      apply(
        'one',
        'configmaps',
        'cm',
        bare({ ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: '{{owner.metadata.uid}}' }] }),
      ),
      apply(
        'two',
        'configmaps',
        'cm',
        bare({
          ownerReferences: [
            { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: '{{owner.metadata.uid}}', blockOwnerDeletion: true },
          ],
        }),
        { fails: 409 },
      ),
      apply('one', 'configmaps', 'cm', bare()),
    ],
  },
  {
    name: 'service ports are merged by port and protocol',
    steps: [
      apply(
        'one',
        'services',
        'svc',
        service('svc', {
          'spec.ports': [
            { name: 'a', port: 80 },
            { name: 'b', port: 81, targetPort: 'x' },
          ],
        }),
      ),
      apply('two', 'services', 'svc', {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'svc' },
        spec: { ports: [{ name: 'c', port: 82, protocol: 'UDP' }] },
      }),
      apply('one', 'services', 'svc', service('svc', { 'spec.ports': [{ name: 'a', port: 80 }] })),
      get('services', 'svc'),
    ],
  },
];
