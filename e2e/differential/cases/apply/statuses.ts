/** Other kinds, statuses and dry runs. */
import type { Case } from '../../case.ts';
import { binding, changed, configMap, deployment, namespace } from '../../manifests.ts';
import { apply, create, DRY_RUN, get, replace } from '../../steps.ts';
import { cm, FORCE } from './bodies.ts';

export const MORE: readonly Case[] = [
  {
    name: 'a dry run of creation leaves nothing',
    steps: [apply('one', 'configmaps', 'cm', cm({ a: '1' }), { query: DRY_RUN }), get('configmaps', 'cm', { fails: 404 })],
  },
  {
    name: 'a dry run of a change leaves nothing',
    steps: [
      apply('one', 'configmaps', 'cm', cm({ a: '1' })),
      apply('one', 'configmaps', 'cm', cm({ b: '1' }), { query: DRY_RUN }),
      get('configmaps', 'cm'),
    ],
  },
  {
    name: 'a dry run tells a conflict',
    steps: [
      apply('one', 'configmaps', 'cm', cm({ a: '1' })),
      apply('two', 'configmaps', 'cm', cm({ a: '2' }), { query: DRY_RUN, fails: 409 }),
    ],
  },
  {
    name: 'a status by apply to the main resource is dropped',
    steps: [apply('one', 'deployments', 'web', deployment('web', { 'status.replicas': 7 })), get('deployments', 'web')],
  },
  {
    name: 'a status by apply to the status',
    steps: [
      create('ddprofcrds', binding()),
      apply('one', 'ddprofcrds', 'rules/status', {
        apiVersion: 'crds.grove/v1',
        kind: 'DDProfCrd',
        metadata: { name: 'rules' },
        status: { rules: 3, conditions: [{ type: 'Ready', status: 'True' }] },
      }),
      apply('one', 'ddprofcrds', 'rules/status', {
        apiVersion: 'crds.grove/v1',
        kind: 'DDProfCrd',
        metadata: { name: 'rules' },
        status: { rules: 4 },
      }),
      apply(
        'two',
        'ddprofcrds',
        'rules/status',
        { apiVersion: 'crds.grove/v1', kind: 'DDProfCrd', metadata: { name: 'rules' }, status: { rules: 5 } },
        { fails: 409 },
      ),
      get('ddprofcrds', 'rules'),
    ],
  },
  {
    name: 'a field of another in an apply to the status is a conflict all the same',
    steps: [
      create('ddprofcrds', binding()),
      apply(
        'one',
        'ddprofcrds',
        'rules/status',
        {
          apiVersion: 'crds.grove/v1',
          kind: 'DDProfCrd',
          metadata: { name: 'rules', labels: { x: 'y' } },
          cmName: 'other',
          status: { a: 1 },
        },
        { fails: 409 },
      ),
      apply(
        'one',
        'ddprofcrds',
        'rules/status',
        {
          apiVersion: 'crds.grove/v1',
          kind: 'DDProfCrd',
          metadata: { name: 'rules', labels: { x: 'y' } },
          cmName: 'other',
          status: { a: 1 },
        },
        { query: FORCE },
      ),
    ],
  },
  {
    name: 'a namespace, by two managers',
    steps: [
      apply('one', 'namespaces', '$NS-a', namespace('$NS-a', { 'metadata.labels': { team: 'a' } })),
      apply('two', 'namespaces', '$NS-a', namespace('$NS-a', { 'metadata.labels': { stage: 'b' } })),
      apply('one', 'namespaces', '$NS-a', namespace('$NS-a')),
    ],
  },
  {
    name: 'unknown fields of a custom object that keeps them',
    steps: [
      apply('one', 'ddprofcrds', 'rules', binding('rules', { extra: { list: [1, { a: 'b' }], map: { x: 1 } } })),
      apply('two', 'ddprofcrds', 'rules', {
        apiVersion: 'crds.grove/v1',
        kind: 'DDProfCrd',
        metadata: { name: 'rules' },
        extra: { map: { y: 1 } },
      }),
      apply('one', 'ddprofcrds', 'rules', binding('rules', { extra: { list: [2] } })),
    ],
  },
  {
    name: 'a field of a custom object given up',
    steps: [
      apply('one', 'ddprofcrds', 'rules', binding()),
      apply('one', 'ddprofcrds', 'rules', binding('rules', { cmNamespace: undefined })),
      get('ddprofcrds', 'rules'),
    ],
  },
  {
    name: 'after a PUT that says the same, the creator owns nothing more',
    steps: [
      apply('one', 'configmaps', 'cm', cm({ a: '1' }), { as: 'made' }),
      replace('configmaps', 'cm', cm({ a: '1' }), { query: { fieldManager: 'put' } }),
      replace('configmaps', 'cm', cm({ a: '1', b: '1' }), { query: { fieldManager: 'put' } }),
      apply('one', 'configmaps', 'cm', cm({})),
    ],
  },
  {
    name: 'binaryData',
    steps: [
      apply('one', 'configmaps', 'cm', changed(configMap('cm'), { binaryData: { b: 'AAEC' } })),
      apply('one', 'configmaps', 'cm', changed(configMap('cm'), { binaryData: { b: 'AAED', c: 'AA==' } })),
    ],
  },
];
