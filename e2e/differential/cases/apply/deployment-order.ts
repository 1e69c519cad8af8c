/** Server-side apply of Deployments, second part: Strategies, sidecars and order in Deployments. */
import type { Case } from '../../case.ts';
import { deployment } from '../../manifests.ts';
import { apply, create, DRY_RUN, get } from '../../steps.ts';
import { bare, container, FORCE, intent, partial, partialPod } from './bodies.ts';

export const ORDER: readonly Case[] = [
  {
    name: 'an item without its key',
    steps: [
      apply('one', 'deployments', 'web', intent({ containers: [container('app', { env: [{ value: '1' }] })] }), { fails: 422 }),
    ],
  },
  {
    name: 'an env name that the live object has twice',
    steps: [
      create(
        'deployments',
        deployment('web', {
          'spec.template.spec.containers.0.env': [
            { name: 'A', value: '1' },
            { name: 'B', value: '1' },
            { name: 'A', value: '2' },
          ],
        }),
      ),
      apply('one', 'deployments', 'web', partialPod({ containers: [{ name: 'app', env: [{ name: 'C', value: '1' }] }] })),
      get('deployments', 'web'),
    ],
  },
  {
    name: 'an env name that the live object has twice is applied',
    steps: [
      create(
        'deployments',
        deployment('web', {
          'spec.template.spec.containers.0.env': [
            { name: 'A', value: '1' },
            { name: 'B', value: '1' },
            { name: 'A', value: '2' },
          ],
        }),
      ),
      apply('one', 'deployments', 'web', partialPod({ containers: [{ name: 'app', env: [{ name: 'A', value: '3' }] }] }), {
        query: FORCE,
      }),
    ],
  },
  {
    name: 'replicas given up go back to their default',
    steps: [
      apply('one', 'deployments', 'web', intent({ containers: [container('app')] }, { replicas: 0, paused: true })),
      apply(
        'one',
        'deployments',
        'web',
        partial({
          paused: true,
          selector: { matchLabels: { app: 'web' } },
          template: { metadata: { labels: { app: 'web' } }, spec: { containers: [container('app')] } },
        }),
        { query: DRY_RUN },
      ),
    ],
  },
  {
    name: 'replicas handed over before they are given up stay',
    steps: [
      apply('one', 'deployments', 'web', intent({ containers: [container('app')] })),
      apply('handover', 'deployments', 'web', partial({ replicas: 0 })),
      apply(
        'one',
        'deployments',
        'web',
        partial({
          selector: { matchLabels: { app: 'web' } },
          template: { metadata: { labels: { app: 'web' } }, spec: { containers: [container('app')] } },
        }),
      ),
      get('deployments', 'web'),
    ],
  },
  {
    name: 'an intent that lacks what is required, of an object that is not there',
    steps: [apply('one', 'deployments', 'web', partial({ replicas: 0 }), { fails: 422 })],
  },
  {
    name: 'giving up what is required',
    steps: [
      apply('one', 'deployments', 'web', intent({ containers: [container('app')] })),
      apply('one', 'deployments', 'web', partial({ replicas: 0 }), { fails: 422 }),
    ],
  },
  {
    name: 'giving up the image alone',
    steps: [
      apply('one', 'deployments', 'web', intent({ containers: [container('app')] })),
      apply('one', 'deployments', 'web', intent({ containers: [{ name: 'app' }] }), { fails: 422 }),
    ],
  },
  {
    name: 'a quantity in another spelling',
    steps: [
      apply(
        'one',
        'deployments',
        'web',
        intent({
          containers: [container('app', { resources: { limits: { cpu: '1000m', memory: '1024Mi' }, requests: { cpu: 0.5 } } })],
        }),
      ),
      apply(
        'one',
        'deployments',
        'web',
        intent({
          containers: [container('app', { resources: { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '500m' } } })],
        }),
      ),
      apply('two', 'deployments', 'web', partialPod({ containers: [{ name: 'app', resources: { limits: { cpu: '1000m' } } }] }), {
        fails: 409,
      }),
      get('deployments', 'web'),
    ],
  },
  {
    name: 'an env value that is empty',
    steps: [
      apply('one', 'deployments', 'web', intent({ containers: [container('app', { env: [{ name: 'A', value: '' }] })] })),
      apply('one', 'deployments', 'web', intent({ containers: [container('app', { env: [{ name: 'A' }] })] })),
    ],
  },
  {
    name: 'atomic lists: command, args',
    steps: [
      apply('one', 'deployments', 'web', intent({ containers: [container('app', { command: ['sh', '-c'], args: ['a', 'b'] })] })),
      apply('two', 'deployments', 'web', partialPod({ containers: [{ name: 'app', args: ['c'] }] }), { fails: 409 }),
      apply('two', 'deployments', 'web', partialPod({ containers: [{ name: 'app', args: ['c'] }] }), { query: FORCE }),
      apply('one', 'deployments', 'web', intent({ containers: [container('app', { command: ['sh'] })] })),
    ],
  },
  {
    name: 'atomic maps: nodeSelector, matchLabels',
    steps: [
      apply('one', 'deployments', 'web', intent({ containers: [container('app')], nodeSelector: { a: '1' } })),
      apply('two', 'deployments', 'web', partialPod({ nodeSelector: { b: '1' } }), { fails: 409 }),
      apply('one', 'deployments', 'web', intent({ containers: [container('app')], nodeSelector: { c: '1' } })),
    ],
  },
  {
    name: 'sets: tolerations are atomic, finalizers a set',
    steps: [
      apply(
        'one',
        'deployments',
        'web',
        intent({ containers: [container('app')], tolerations: [{ key: 'a', operator: 'Exists' }] }),
      ),
      apply('one', 'configmaps', 'cm', bare({ finalizers: ['x.y/one'] })),
      apply('two', 'configmaps', 'cm', bare({ finalizers: ['x.y/two', 'x.y/one'] })),
      apply('one', 'configmaps', 'cm', bare()),
      apply('two', 'configmaps', 'cm', bare()),
    ],
  },
  {
    name: 'volumes and their mounts',
    steps: [
      apply(
        'one',
        'deployments',
        'web',
        intent({
          containers: [
            container('app', {
              volumeMounts: [
                { name: 'v', mountPath: '/v' },
                { name: 'w', mountPath: '/w', readOnly: true },
              ],
            }),
          ],
          volumes: [
            { name: 'v', emptyDir: {} },
            { name: 'w', configMap: { name: 'w' } },
          ],
        }),
      ),
      apply(
        'one',
        'deployments',
        'web',
        intent({
          containers: [container('app', { volumeMounts: [{ name: 'v', mountPath: '/v' }] })],
          volumes: [{ name: 'v', configMap: { name: 'v' } }],
        }),
      ),
    ],
  },
  {
    name: 'a volume of one kind for another manager’s of another kind: invalid',
    steps: [
      apply('one', 'deployments', 'web', intent({ containers: [container('app')], volumes: [{ name: 'v', emptyDir: {} }] })),
      apply('two', 'deployments', 'web', partialPod({ volumes: [{ name: 'v', configMap: { name: 'v' } }] }), { fails: 422 }),
    ],
  },
];
