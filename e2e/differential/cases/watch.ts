/** What a watch tells, and when it is refused. */
import type { Case } from '../case.ts';
import { binding, deployment, lease } from '../manifests.ts';
import { create, list, merge, remove, watch } from '../steps.ts';

const one = (name: string, labels = {}) => create('leases', lease(name, { 'metadata.labels': labels }));
const LAST = { type: 'ADDED', name: 'zz' };
const end = one('zz');

const told: readonly Case[] = [
  {
    name: 'from a version: what came after it',
    steps: [
      one('a'),
      list('leases', {}, { as: 'all' }),
      watch('leases', { resourceVersion: '{{all.metadata.resourceVersion}}' }, LAST),
      one('b'),
      merge('leases', 'a', { spec: { leaseTransitions: 7 } }),
      remove('leases', 'b'),
      end,
    ],
  },
  {
    name: 'from 0: what is there, and what comes',
    steps: [
      one('a'),
      one('b'),
      watch('leases', { resourceVersion: '0' }, LAST),
      merge('leases', 'a', { spec: { leaseTransitions: 7 } }),
      end,
    ],
  },
  { name: 'from nowhere: the same', steps: [one('a'), watch('leases', {}, LAST), remove('leases', 'a'), end] },
  {
    name: 'initial events end with a bookmark',
    steps: [
      one('a'),
      one('b'),
      watch('leases', { sendInitialEvents: 'true', resourceVersionMatch: 'NotOlderThan', allowWatchBookmarks: 'true' }, LAST),
      end,
    ],
  },
  {
    name: 'no initial events',
    steps: [
      one('a'),
      list('leases', {}, { as: 'all' }),
      watch(
        'leases',
        { sendInitialEvents: 'false', resourceVersionMatch: 'NotOlderThan', resourceVersion: '{{all.metadata.resourceVersion}}' },
        LAST,
      ),
      one('b'),
      end,
    ],
  },
  {
    name: 'labels that come and go make objects appear and vanish',
    steps: [
      one('a', { app: 'web' }),
      one('b'),
      list('leases', {}, { as: 'all' }),
      watch('leases', { labelSelector: 'app=web', resourceVersion: '{{all.metadata.resourceVersion}}' }, LAST),
      merge('leases', 'b', { metadata: { labels: { app: 'web' } } }),
      merge('leases', 'a', { metadata: { labels: { app: null } } }),
      merge('leases', 'b', { spec: { leaseTransitions: 7 } }),
      remove('leases', 'a'),
      remove('leases', 'b'),
      one('zz', { app: 'web' }),
    ],
  },
  {
    name: 'one object by its name',
    steps: [
      watch('leases', { fieldSelector: 'metadata.name=zz', resourceVersion: '0' }, { type: 'DELETED', name: 'zz' }),
      one('a'),
      one('zz'),
      merge('leases', 'zz', { spec: { leaseTransitions: 7 } }),
      remove('leases', 'zz'),
    ],
  },
  {
    name: 'a finalizer: deletion is a change first',
    steps: [
      watch('leases', { fieldSelector: 'metadata.name=held', resourceVersion: '0' }, { type: 'DELETED', name: 'held' }),
      create('leases', lease('held', { 'metadata.finalizers': ['example.com/hold'] })),
      remove('leases', 'held'),
      merge('leases', 'held', { metadata: { finalizers: null } }),
    ],
  },
  {
    name: 'bindings, status included',
    steps: [
      watch('ddprofcrds', { resourceVersion: '0' }, { type: 'DELETED' }),
      create('ddprofcrds', binding()),
      merge('ddprofcrds', 'rules/status', { status: { rules: 1 } }),
      merge('ddprofcrds', 'rules', { cmName: 'x' }),
      remove('ddprofcrds', 'rules'),
    ],
  },
  {
    name: 'made anew under its name',
    steps: [
      watch('leases', { fieldSelector: 'metadata.name=a', resourceVersion: '0' }, { type: 'MODIFIED', name: 'a' }),
      one('a'),
      remove('leases', 'a'),
      one('a'),
      merge('leases', 'a', { spec: { leaseTransitions: 7 } }),
    ],
  },
  {
    name: 'as a table',
    steps: [
      one('a'),
      {
        ...watch('leases', { resourceVersion: '0' }, { type: 'DELETED' }),
        accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json',
      },
      merge('leases', 'a', { spec: { leaseTransitions: 7 } }),
      remove('leases', 'a'),
    ],
  },
  {
    name: 'a write that changes nothing is not told',
    steps: [
      one('a'),
      watch('leases', { resourceVersion: '0' }, LAST),
      merge('leases', 'a', { spec: { leaseTransitions: 7 } }),
      end,
    ],
  },
  {
    name: 'a dry run is not told',
    steps: [
      watch('deployments', { fieldSelector: 'metadata.name=zz', resourceVersion: '0' }, { type: 'ADDED', name: 'zz' }),
      create('deployments', deployment('zz'), { query: { dryRun: 'All' } }),
      create('deployments', deployment('zz')),
    ],
  },
];

const refusedWatches: readonly Case[] = [
  { name: 'a version that is none', steps: [watch('leases', { resourceVersion: 'x' }, LAST)] },
  { name: 'initial events without a match', steps: [watch('leases', { sendInitialEvents: 'true' }, LAST)] },
  {
    name: 'a match without initial events',
    steps: [watch('leases', { resourceVersion: '0', resourceVersionMatch: 'NotOlderThan' }, LAST)],
  },
  {
    name: 'initial events that match exactly',
    steps: [watch('leases', { sendInitialEvents: 'true', resourceVersionMatch: 'Exact', resourceVersion: '5' }, LAST)],
  },
  { name: 'a selector that is none', steps: [watch('leases', { labelSelector: 'a=b=c' }, LAST)] },
  { name: 'a field that cannot be selected', steps: [watch('leases', { fieldSelector: 'spec.holderIdentity=b' }, LAST)] },
  { name: 'a time limit that is none', steps: [watch('leases', { timeoutSeconds: 'x' }, LAST)] },
  { name: 'a kind that is not there', steps: [{ ...watch('leases', {}, LAST), path: '/api/v1/namespaces/$NS/gadgets' }] },
];

export const WATCH: readonly Case[] = [...told, ...refusedWatches];
