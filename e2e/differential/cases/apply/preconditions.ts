/** What an apply may ask for beforehand, and what is refused. */
import type { Case } from '../../case.ts';
import { changed, deployment } from '../../manifests.ts';
import { apply, create, merge, remove } from '../../steps.ts';
import { bare, cm, FORCE } from './bodies.ts';

export const PRECONDITIONS: readonly Case[] = [
  {
    name: 'with the right uid',
    steps: [
      create('configmaps', cm({ a: '1' }), { as: 'made' }),
      apply('one', 'configmaps', 'cm', cm({ b: '1' }, { uid: '{{made.metadata.uid}}' })),
    ],
  },
  {
    name: 'with a wrong uid',
    steps: [
      create('configmaps', cm({ a: '1' })),
      apply('one', 'configmaps', 'cm', cm({ b: '1' }, { uid: '00000000-0000-0000-0000-000000000000' }), { fails: 422 }),
    ],
  },
  {
    name: 'with a uid, of an object that is not there',
    steps: [apply('one', 'configmaps', 'cm', cm({ b: '1' }, { uid: '00000000-0000-0000-0000-000000000000' }), { fails: 409 })],
  },
  {
    name: 'with the right resourceVersion',
    steps: [
      create('configmaps', cm({ a: '1' }), { as: 'made' }),
      apply('one', 'configmaps', 'cm', cm({ b: '1' }, { resourceVersion: '{{made.metadata.resourceVersion}}' })),
    ],
  },
  {
    name: 'with an old resourceVersion',
    steps: [
      create('configmaps', cm({ a: '1' }), { as: 'made' }),
      merge('configmaps', 'cm', { data: { c: '1' } }),
      apply('one', 'configmaps', 'cm', cm({ b: '1' }, { resourceVersion: '{{made.metadata.resourceVersion}}' }), { fails: 409 }),
    ],
  },
  {
    name: 'with a resourceVersion, of an object that is not there',
    steps: [apply('one', 'configmaps', 'cm', cm({ b: '1' }, { resourceVersion: '1' }))],
  },
  {
    name: 'the full intent of a Deployment with uid, by force, when it was made anew',
    steps: [
      apply('one', 'deployments', 'web', deployment(), { as: 'made' }),
      remove('deployments', 'web'),
      apply('one', 'deployments', 'web', deployment('web', { 'metadata.uid': '{{made.metadata.uid}}' }), {
        query: FORCE,
        fails: 409,
      }),
      create('deployments', deployment()),
      apply('one', 'deployments', 'web', deployment('web', { 'metadata.uid': '{{made.metadata.uid}}' }), {
        query: FORCE,
        fails: 422,
      }),
    ],
  },
];

export const REFUSED: readonly Case[] = [
  {
    name: 'without a field manager',
    steps: [apply('', 'configmaps', 'cm', cm({}), { query: { fieldManager: '' }, fails: 422 })],
  },
  { name: 'with a field manager that is too long', steps: [apply('x'.repeat(129), 'configmaps', 'cm', cm({}), { fails: 422 })] },
  { name: 'with another name in the body', steps: [apply('one', 'configmaps', 'other', cm({}), { fails: 400 })] },
  {
    name: 'with another namespace in the body',
    steps: [apply('one', 'configmaps', 'cm', bare({ namespace: 'default' }), { fails: 400 })],
  },
  {
    name: 'without a name in the body',
    steps: [apply('one', 'configmaps', 'cm', { apiVersion: 'v1', kind: 'ConfigMap', data: { a: '1' } }, { fails: 400 })],
  },
  {
    name: 'without apiVersion',
    steps: [apply('one', 'configmaps', 'cm', { kind: 'ConfigMap', metadata: { name: 'cm' } }, { fails: 400 })],
  },
  {
    name: 'without kind',
    steps: [apply('one', 'configmaps', 'cm', { apiVersion: 'v1', metadata: { name: 'cm' } }, { fails: 400 })],
  },
  {
    name: 'with another kind',
    steps: [apply('one', 'configmaps', 'cm', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'cm' } }, { fails: 400 })],
  },
  {
    name: 'with another version',
    steps: [apply('one', 'deployments', 'web', changed(deployment(), { apiVersion: 'apps/v1beta1' }), { fails: 400 })],
  },
  {
    name: 'a text where a number belongs',
    steps: [apply('one', 'deployments', 'web', deployment('web', { 'spec.replicas': 'many' }), { fails: 500 })],
  },
  {
    name: 'a list where an object belongs',
    steps: [
      apply(
        'one',
        'configmaps',
        'cm',
        { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'cm' }, data: ['a'] },
        { fails: 500 },
      ),
    ],
  },
  { name: 'a list as the whole', steps: [apply('one', 'configmaps', 'cm', ['a'], { fails: 400 })] },
  {
    name: 'a field that nobody knows',
    steps: [apply('one', 'deployments', 'web', deployment('web', { 'spec.replica': 1 }), { fails: 500 })],
  },
  {
    name: 'a field that nobody knows, deep in a list',
    steps: [
      apply('one', 'deployments', 'web', deployment('web', { 'spec.template.spec.containers.0.imagee': 'x' }), { fails: 500 }),
    ],
  },
  {
    name: 'a label that is no label',
    steps: [apply('one', 'configmaps', 'cm', bare({ labels: { ok: 'not ok!' } }), { fails: 422 })],
  },
  {
    name: 'force by something else than apply',
    steps: [create('configmaps', cm({})), merge('configmaps', 'cm', { data: { a: '2' } }, { query: FORCE, fails: 422 })],
  },
  {
    name: 'a namespace that is not there',
    steps: [apply('one', 'namespaces', '$NS-none/configmaps/cm', bare({ namespace: '$NS-none' }), { fails: 404 })],
  },
];
