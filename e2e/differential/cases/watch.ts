/** What a watch tells, and when it is refused. */
import type { Case } from '../case.ts';
import { binding, configMap, deployment } from '../manifests.ts';
import { create, list, merge, remove, watch } from '../steps.ts';

const cm = (name: string, labels = {}) => create('configmaps', configMap(name, { of: name }, { labels }));
const LAST = { type: 'ADDED', name: 'zz' };
const end = cm('zz');
const mine = { fieldSelector: 'metadata.name!=kube-root-ca.crt' };

const told: readonly Case[] = [
  {
    name: 'from a version: what came after it',
    steps: [
      cm('a'),
      list('configmaps', {}, { as: 'all' }),
      watch('configmaps', { ...mine, resourceVersion: '{{all.metadata.resourceVersion}}' }, LAST),
      cm('b'),
      merge('configmaps', 'a', { data: { x: '1' } }),
      remove('configmaps', 'b'),
      end,
    ],
  },
  {
    name: 'from 0: what is there, and what comes',
    steps: [
      cm('a'),
      cm('b'),
      watch('configmaps', { ...mine, resourceVersion: '0' }, LAST),
      merge('configmaps', 'a', { data: { x: '1' } }),
      end,
    ],
  },
  { name: 'from nowhere: the same', steps: [cm('a'), watch('configmaps', mine, LAST), remove('configmaps', 'a'), end] },
  {
    name: 'initial events end with a bookmark',
    steps: [
      cm('a'),
      cm('b'),
      watch(
        'configmaps',
        { ...mine, sendInitialEvents: 'true', resourceVersionMatch: 'NotOlderThan', allowWatchBookmarks: 'true' },
        LAST,
      ),
      end,
    ],
  },
  {
    name: 'no initial events',
    steps: [
      cm('a'),
      list('configmaps', {}, { as: 'all' }),
      watch(
        'configmaps',
        {
          ...mine,
          sendInitialEvents: 'false',
          resourceVersionMatch: 'NotOlderThan',
          resourceVersion: '{{all.metadata.resourceVersion}}',
        },
        LAST,
      ),
      cm('b'),
      end,
    ],
  },
  {
    name: 'labels that come and go make objects appear and vanish',
    steps: [
      cm('a', { app: 'web' }),
      cm('b'),
      list('configmaps', {}, { as: 'all' }),
      watch('configmaps', { labelSelector: 'app=web', resourceVersion: '{{all.metadata.resourceVersion}}' }, LAST),
      merge('configmaps', 'b', { metadata: { labels: { app: 'web' } } }),
      merge('configmaps', 'a', { metadata: { labels: { app: null } } }),
      merge('configmaps', 'b', { data: { y: '2' } }),
      remove('configmaps', 'a'),
      remove('configmaps', 'b'),
      cm('zz', { app: 'web' }),
    ],
  },
  {
    name: 'one object by its name',
    steps: [
      watch('configmaps', { fieldSelector: 'metadata.name=zz', resourceVersion: '0' }, { type: 'DELETED', name: 'zz' }),
      cm('a'),
      cm('zz'),
      merge('configmaps', 'zz', { data: {} }),
      remove('configmaps', 'zz'),
    ],
  },
  {
    name: 'a finalizer: deletion is a change first',
    steps: [
      watch('configmaps', { fieldSelector: 'metadata.name=held', resourceVersion: '0' }, { type: 'DELETED', name: 'held' }),
      create('configmaps', configMap('held', {}, { finalizers: ['example.com/hold'] })),
      remove('configmaps', 'held'),
      merge('configmaps', 'held', { metadata: { finalizers: null } }),
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
      watch('configmaps', { fieldSelector: 'metadata.name=a', resourceVersion: '0' }, { type: 'MODIFIED', name: 'a' }),
      cm('a'),
      remove('configmaps', 'a'),
      cm('a'),
      merge('configmaps', 'a', { data: { end: 'x' } }),
    ],
  },
  {
    name: 'as a table',
    steps: [
      cm('a'),
      {
        ...watch('configmaps', { ...mine, resourceVersion: '0' }, { type: 'DELETED' }),
        accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json',
      },
      merge('configmaps', 'a', { data: { x: '1', y: '2' } }),
      remove('configmaps', 'a'),
    ],
  },
  {
    name: 'a write that changes nothing is not told',
    steps: [
      cm('a'),
      watch('configmaps', { ...mine, resourceVersion: '0' }, LAST),
      merge('configmaps', 'a', { data: { of: 'a' } }),
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
  { name: 'a version that is none', steps: [watch('configmaps', { resourceVersion: 'x' }, LAST)] },
  { name: 'a version of long ago', steps: [watch('configmaps', { resourceVersion: '1' }, LAST)] },
  { name: 'initial events without a match', steps: [watch('configmaps', { sendInitialEvents: 'true' }, LAST)] },
  {
    name: 'a match without initial events',
    steps: [watch('configmaps', { resourceVersion: '0', resourceVersionMatch: 'NotOlderThan' }, LAST)],
  },
  {
    name: 'initial events that match exactly',
    steps: [watch('configmaps', { sendInitialEvents: 'true', resourceVersionMatch: 'Exact', resourceVersion: '5' }, LAST)],
  },
  { name: 'a selector that is none', steps: [watch('configmaps', { labelSelector: 'a=b=c' }, LAST)] },
  { name: 'a field that cannot be selected', steps: [watch('configmaps', { fieldSelector: 'data.a=b' }, LAST)] },
  { name: 'a time limit that is none', steps: [watch('configmaps', { timeoutSeconds: 'x' }, LAST)] },
  { name: 'a kind that is not there', steps: [{ ...watch('configmaps', {}, LAST), path: '/api/v1/namespaces/$NS/gadgets' }] },
];

export const WATCH: readonly Case[] = [...told, ...refusedWatches];
