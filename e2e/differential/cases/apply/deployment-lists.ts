/** Server-side apply of Deployments, first part: Variables, containers and ports of Deployments. */
import type { Case } from '../../case.ts';
import { apply, get, strategic } from '../../steps.ts';
import { container, intent, partialPod } from './bodies.ts';

export const LISTS: readonly Case[] = [
  {
    name: 'an env variable given up goes, those of others stay',
    steps: [
      apply(
        'one',
        'deployments',
        'web',
        intent({
          containers: [
            container('app', {
              env: [
                { name: 'A', value: '1' },
                { name: 'B', value: '2' },
              ],
            }),
          ],
        }),
      ),
      apply('two', 'deployments', 'web', partialPod({ containers: [{ name: 'app', env: [{ name: 'C', value: '3' }] }] })),
      apply('one', 'deployments', 'web', intent({ containers: [container('app', { env: [{ name: 'B', value: '2' }] })] })),
      get('deployments', 'web'),
    ],
  },
  {
    name: 'an env variable with a value becomes one with a source',
    steps: [
      apply('one', 'deployments', 'web', intent({ containers: [container('app', { env: [{ name: 'A', value: '1' }] })] })),
      apply(
        'one',
        'deployments',
        'web',
        intent({
          containers: [container('app', { env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] })],
        }),
      ),
    ],
  },
  {
    name: 'one names the value and another the source of an env variable: invalid',
    steps: [
      apply('one', 'deployments', 'web', intent({ containers: [container('app', { env: [{ name: 'A', value: '1' }] })] })),
      apply(
        'two',
        'deployments',
        'web',
        partialPod({
          containers: [{ name: 'app', env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] }],
        }),
        { fails: 422 },
      ),
    ],
  },
  {
    name: 'an injected sidecar stays when the owner applies again',
    steps: [
      apply('one', 'deployments', 'web', intent({ containers: [container('app')] })),
      strategic(
        'deployments',
        'web',
        { spec: { template: { spec: { containers: [{ name: 'sidecar', image: 'envoy' }] } } } },
        { query: { fieldManager: 'injector' } },
      ),
      apply('one', 'deployments', 'web', intent({ containers: [container('app', { image: 'busybox:2' })] })),
      get('deployments', 'web'),
    ],
  },
  {
    name: 'a container that is applied no more goes',
    steps: [
      apply('one', 'deployments', 'web', intent({ containers: [container('app'), container('other')] })),
      apply('one', 'deployments', 'web', intent({ containers: [container('app')] })),
    ],
  },
  {
    name: 'containers in another order',
    steps: [
      apply('one', 'deployments', 'web', intent({ containers: [container('a'), container('b'), container('c')] })),
      apply('one', 'deployments', 'web', intent({ containers: [container('c'), container('a'), container('b')] })),
      get('deployments', 'web'),
    ],
  },
  {
    name: 'a container applied before others of its list',
    steps: [
      apply('one', 'deployments', 'web', intent({ containers: [container('a'), container('c')] })),
      apply('two', 'deployments', 'web', partialPod({ containers: [container('b'), { name: 'c' }] })),
      apply('one', 'deployments', 'web', intent({ containers: [container('z'), container('a'), container('c')] })),
    ],
  },
  {
    name: 'env in another order, between those of another manager',
    steps: [
      apply(
        'one',
        'deployments',
        'web',
        intent({
          containers: [
            container('app', {
              env: [
                { name: 'A', value: '1' },
                { name: 'B', value: '1' },
                { name: 'C', value: '1' },
              ],
            }),
          ],
        }),
      ),
      apply('two', 'deployments', 'web', partialPod({ containers: [{ name: 'app', env: [{ name: 'X', value: '1' }] }] })),
      apply(
        'one',
        'deployments',
        'web',
        intent({
          containers: [
            container('app', {
              env: [
                { name: 'C', value: '1' },
                { name: 'D', value: '1' },
                { name: 'A', value: '1' },
              ],
            }),
          ],
        }),
      ),
    ],
  },
  {
    name: 'initContainers change their order',
    steps: [
      apply(
        'one',
        'deployments',
        'web',
        intent({ containers: [container('app')], initContainers: [container('i'), container('j')] }),
      ),
      apply(
        'one',
        'deployments',
        'web',
        intent({ containers: [container('app')], initContainers: [container('j'), container('i')] }),
      ),
      get('deployments', 'web'),
    ],
  },
  {
    name: 'an env name twice in an intent',
    steps: [
      apply(
        'one',
        'deployments',
        'web',
        intent({
          containers: [
            container('app', {
              env: [
                { name: 'A', value: '1' },
                { name: 'A', value: '2' },
              ],
            }),
          ],
        }),
        { fails: 500 },
      ),
    ],
  },
  {
    name: 'a container name twice in an intent',
    steps: [apply('one', 'deployments', 'web', intent({ containers: [container('app'), container('app')] }), { fails: 500 })],
  },
  {
    name: 'a port twice in an intent',
    steps: [
      apply(
        'one',
        'deployments',
        'web',
        intent({ containers: [container('app', { ports: [{ containerPort: 80 }, { containerPort: 80, protocol: 'TCP' }] })] }),
        { fails: 500 },
      ),
    ],
  },
  {
    name: 'one port by two protocols is two ports',
    steps: [
      apply(
        'one',
        'deployments',
        'web',
        intent({
          containers: [
            container('app', {
              ports: [
                { containerPort: 53, protocol: 'TCP', name: 't' },
                { containerPort: 53, protocol: 'UDP', name: 'u' },
              ],
            }),
          ],
        }),
      ),
      apply(
        'one',
        'deployments',
        'web',
        intent({ containers: [container('app', { ports: [{ containerPort: 53, protocol: 'UDP', name: 'u' }] })] }),
      ),
    ],
  },
];
