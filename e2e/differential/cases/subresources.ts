/** Status and scale. */
import type { JsonObject } from '@ddprofiler-rc/cluster-sim';
import type { Case } from '../case.ts';
import { autoscaler, binding, budget, deployment, replicaSet } from '../manifests.ts';
import { apply, create, DRY_RUN, get, json, merge, remove, replace, strategic } from '../steps.ts';

const scale = (replicas: number, metadata: JsonObject = {}): JsonObject => ({
  apiVersion: 'autoscaling/v1',
  kind: 'Scale',
  metadata: { name: 'web', namespace: '$NS', ...metadata },
  spec: { replicas },
});

const made = create('deployments', deployment('web', { 'spec.replicas': 1 }));

const scales: readonly Case[] = [
  { name: 'scale is read', steps: [made, get('deployments', 'web/scale')] },
  { name: 'scale is read of a ReplicaSet', steps: [create('replicasets', replicaSet()), get('replicasets', 'set/scale')] },
  {
    name: 'scale of what is not there',
    steps: [
      get('deployments', 'none/scale', { fails: 404 }),
      merge('deployments', 'none/scale', { spec: { replicas: 1 } }, { fails: 404 }),
    ],
  },
  { name: 'scale is replaced', steps: [made, replace('deployments', 'web/scale', scale(2)), get('deployments', 'web')] },
  {
    name: 'scale is patched by merge',
    steps: [made, merge('deployments', 'web/scale', { spec: { replicas: 2 } }), get('deployments', 'web')],
  },
  {
    name: 'scale is patched by JSON',
    steps: [made, json('deployments', 'web/scale', [{ op: 'replace', path: '/spec/replicas', value: 2 }])],
  },
  {
    name: 'scale in a dry run',
    steps: [made, replace('deployments', 'web/scale', scale(3), { query: DRY_RUN }), get('deployments', 'web')],
  },
  { name: 'scale to less than none', steps: [made, replace('deployments', 'web/scale', scale(-1), { fails: 422 })] },
  {
    name: 'scale of an old version',
    steps: [
      made,
      get('deployments', 'web/scale', { as: 'old' }),
      merge('deployments', 'web', { metadata: { labels: { x: 'y' } } }),
      replace('deployments', 'web/scale', '{{old}}', { fails: 409 }),
    ],
  },
  {
    name: 'scale of another object of the name',
    steps: [made, replace('deployments', 'web/scale', scale(1, { uid: 'another' }), { fails: 409 })],
  },
  { name: 'scale by another kind', steps: [made, replace('deployments', 'web/scale', deployment(), { fails: 400 })] },
  {
    name: 'scale by its manager is an owner',
    steps: [
      made,
      replace('deployments', 'web/scale', scale(2), { query: { fieldManager: 'scaler' } }),
      get('deployments', 'web'),
    ],
  },
  {
    name: 'scale by apply',
    steps: [made, apply('scaler', 'deployments', 'web/scale', scale(2), { query: { force: 'true' } }), get('deployments', 'web')],
  },
  { name: 'delete of a scale', steps: [made, remove('deployments', 'web/scale', undefined, { fails: 405 })] },
  { name: 'a ConfigMap has none', steps: [get('configmaps', 'cm/scale', { fails: 404 })] },
];

const ready = { conditions: [{ type: 'Ready', status: 'True' }], rules: 3 };

const statuses: readonly Case[] = [
  { name: 'status is read', steps: [create('ddprofcrds', binding()), get('ddprofcrds', 'rules/status')] },
  {
    name: 'status is patched, and nothing else',
    steps: [
      create('ddprofcrds', binding()),
      merge('ddprofcrds', 'rules/status', { status: ready, cmName: 'other', metadata: { labels: { a: 'b' } } }),
      get('ddprofcrds', 'rules'),
    ],
  },
  {
    name: 'status is replaced, and nothing else',
    steps: [
      create('ddprofcrds', binding(), { as: 'made' }),
      replace('ddprofcrds', 'rules/status', binding('rules', { status: ready, cmName: 'other' }), { fails: 422 }),
    ],
  },
  {
    name: 'status with its version is replaced',
    steps: [
      create('ddprofcrds', binding(), { as: 'made' }),
      replace(
        'ddprofcrds',
        'rules/status',
        binding('rules', { status: ready, 'metadata.resourceVersion': '{{made.metadata.resourceVersion}}' }),
      ),
      get('ddprofcrds', 'rules'),
    ],
  },
  {
    name: 'status of an old version',
    steps: [
      create('ddprofcrds', binding(), { as: 'made' }),
      merge('ddprofcrds', 'rules', { cmName: 'x' }),
      replace(
        'ddprofcrds',
        'rules/status',
        binding('rules', { status: ready, 'metadata.resourceVersion': '{{made.metadata.resourceVersion}}' }),
        { fails: 409 },
      ),
    ],
  },
  {
    name: 'a status in the object is dropped',
    steps: [
      create('ddprofcrds', binding('rules', { status: ready })),
      merge('ddprofcrds', 'rules', { status: ready }),
      get('ddprofcrds', 'rules'),
    ],
  },
  {
    name: 'status by apply',
    steps: [
      create('ddprofcrds', binding()),
      apply('one', 'ddprofcrds', 'rules/status', {
        apiVersion: 'crds.grove/v1',
        kind: 'DDProfCrd',
        metadata: { name: 'rules' },
        status: ready,
      }),
      get('ddprofcrds', 'rules'),
    ],
  },
  {
    name: 'status does not count as a generation',
    steps: [
      create('ddprofcrds', binding()),
      merge('ddprofcrds', 'rules/status', { status: { rules: 1 } }),
      merge('ddprofcrds', 'rules', { cmName: 'y' }),
      get('ddprofcrds', 'rules'),
    ],
  },
  {
    name: 'status by strategic patch is refused of a custom kind',
    steps: [create('ddprofcrds', binding()), strategic('ddprofcrds', 'rules/status', { status: ready }, { fails: 415 })],
  },
  {
    name: 'status of an autoscaler',
    steps: [
      create('horizontalpodautoscalers', autoscaler()),
      merge('horizontalpodautoscalers', 'hpa/status', { status: { currentReplicas: 2 } }, { query: DRY_RUN }),
    ],
  },
  { name: 'status of a budget', steps: [create('poddisruptionbudgets', budget()), get('poddisruptionbudgets', 'pdb/status')] },
  { name: 'a ConfigMap has no status', steps: [get('configmaps', 'cm/status', { fails: 404 })] },
];

export const SUBRESOURCES: readonly Case[] = [...scales.map((one) => ({ ...one, pods: true })), ...statuses];
