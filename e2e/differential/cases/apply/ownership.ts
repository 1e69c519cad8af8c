/** Who owns what, what conflicts, what goes. */
import type { Case } from '../../case.ts';
import { apply, create, get, merge } from '../../steps.ts';
import { bare, cm, FORCE } from './bodies.ts';

export const OWNERSHIP: readonly Case[] = [
  {
    name: 'a value that another manager applied is a conflict, and nothing is written',
    steps: [
      apply('one', 'configmaps', 'cm', cm({ a: '1' })),
      apply('two', 'configmaps', 'cm', cm({ a: '2' }), { fails: 409 }),
      get('configmaps', 'cm'),
    ],
  },
  {
    name: 'several conflicts with several managers are told together',
    steps: [
      apply('one', 'configmaps', 'cm', cm({ a: '1', b: '1' })),
      apply('two', 'configmaps', 'cm', cm({ c: '1', d: '1' })),
      apply('three', 'configmaps', 'cm', cm({ a: '2', b: '2', c: '2', d: '2' }), { fails: 409 }),
    ],
  },
  {
    name: 'two conflicts with one manager',
    steps: [
      apply('one', 'configmaps', 'cm', cm({ a: '1', b: '1' })),
      apply('two', 'configmaps', 'cm', cm({ a: '2', b: '2' }), { fails: 409 }),
    ],
  },
  {
    name: 'force takes the field over',
    steps: [
      apply('one', 'configmaps', 'cm', cm({ a: '1', b: '1' })),
      apply('two', 'configmaps', 'cm', cm({ a: '2' }), { query: FORCE }),
      get('configmaps', 'cm'),
    ],
  },
  {
    name: 'force takes all the fields of a manager, and its entry goes',
    steps: [apply('one', 'configmaps', 'cm', cm({ a: '1' })), apply('two', 'configmaps', 'cm', cm({ a: '2' }), { query: FORCE })],
  },
  {
    name: 'the same value is owned together',
    steps: [
      apply('one', 'configmaps', 'cm', cm({ a: '1' })),
      apply('two', 'configmaps', 'cm', cm({ a: '1' })),
      apply('one', 'configmaps', 'cm', cm({})),
      get('configmaps', 'cm'),
      apply('two', 'configmaps', 'cm', cm({})),
    ],
  },
  {
    name: 'a field owned alone and applied no more goes',
    steps: [
      apply('one', 'configmaps', 'cm', cm({ a: '1', b: '2' })),
      apply('one', 'configmaps', 'cm', cm({ a: '1' })),
      get('configmaps', 'cm'),
    ],
  },
  {
    name: 'a manager that applies nothing any more loses its entry',
    steps: [
      apply('one', 'configmaps', 'cm', cm({ a: '1' })),
      apply('two', 'configmaps', 'cm', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'cm' }, data: { b: '1' } }),
      apply('two', 'configmaps', 'cm', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'cm' } }),
    ],
  },
  {
    name: 'conflicts with one who updated, named by his time',
    steps: [
      create('configmaps', cm({ a: '1' }), { query: { fieldManager: 'creator' } }),
      apply('one', 'configmaps', 'cm', cm({ a: '2' }), { fails: 409 }),
      apply('one', 'configmaps', 'cm', cm({ a: '1' })),
      apply('one', 'configmaps', 'cm', cm({ a: '2' }), { query: FORCE }),
    ],
  },
  {
    name: 'an update takes a field from who applied it, and his next apply conflicts',
    steps: [
      apply('one', 'configmaps', 'cm', cm({ a: '1' })),
      merge('configmaps', 'cm', { data: { a: '2' } }, { query: { fieldManager: 'hand' } }),
      apply('one', 'configmaps', 'cm', cm({ a: '1' }), { fails: 409 }),
      apply('one', 'configmaps', 'cm', cm({ a: '2' })),
    ],
  },
  {
    name: 'one name that updates and applies is two managers',
    steps: [
      create('configmaps', cm({ a: '1' }), { query: { fieldManager: 'one' } }),
      apply('one', 'configmaps', 'cm', cm({ a: '2' }), { fails: 409 }),
      apply('one', 'configmaps', 'cm', cm({ b: '1' })),
      get('configmaps', 'cm'),
    ],
  },
  {
    name: 'a field that was removed by an update comes back with the next apply',
    steps: [
      apply('one', 'configmaps', 'cm', cm({ a: '1', b: '1' })),
      merge('configmaps', 'cm', { data: { a: null } }, { query: { fieldManager: 'hand' } }),
      get('configmaps', 'cm'),
      apply('one', 'configmaps', 'cm', cm({ a: '1', b: '1' })),
    ],
  },
  {
    name: 'labels and annotations of two managers',
    steps: [
      apply('one', 'configmaps', 'cm', bare({ labels: { a: '1', shared: 'x' }, annotations: { 'x.y/z': '1' } })),
      apply('two', 'configmaps', 'cm', bare({ labels: { b: '1', shared: 'x' }, annotations: { 'x.y/w': '1' } })),
      apply('one', 'configmaps', 'cm', bare({ labels: { a: '2' } })),
      get('configmaps', 'cm'),
    ],
  },
  {
    name: 'an empty value is applied as it is',
    steps: [apply('one', 'configmaps', 'cm', cm({ a: '' }, { labels: { empty: '' } })), get('configmaps', 'cm')],
  },
  {
    name: 'null is as good as absent',
    steps: [
      apply('one', 'configmaps', 'cm', {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'cm', labels: null },
        data: { a: null, b: '1' },
      }),
    ],
  },
  {
    name: 'managedFields cleared by a patch, then applied again',
    steps: [
      apply('one', 'configmaps', 'cm', cm({ a: '1' })),
      merge('configmaps', 'cm', { metadata: { managedFields: [{}] } }),
      apply('two', 'configmaps', 'cm', cm({ a: '2' }), { fails: 409 }),
      apply('two', 'configmaps', 'cm', cm({ a: '2' }), { query: FORCE }),
    ],
  },
  {
    name: 'managedFields in an intent are refused',
    steps: [
      apply('one', 'configmaps', 'cm', cm({ a: '1' }, { managedFields: [{ manager: 'x', operation: 'Apply' }] }), { fails: 400 }),
    ],
  },
];
