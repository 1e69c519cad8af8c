/** What can be read: one object, lists in pages and by selectors, what a version means, and tables. */
import type { JsonObject } from '@ddprofiler-rc/cluster-sim';
import type { Case } from '../case.ts';
import { binding, configMap, deployment, lease, namespace, pod, service } from '../manifests.ts';
import { pathOf, type Resource } from '../resources.ts';
import { ask, create, get, list, merge, remove } from '../steps.ts';

const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';

const labelled: readonly (readonly [string, JsonObject])[] = [
  ['a', { app: 'web', tier: 'front' }],
  ['b', { app: 'web', tier: 'back' }],
  ['c', { app: 'db' }],
  ['d', {}],
];
/** Leases, for a real cluster puts a ConfigMap of its own into every namespace. */
const four = labelled.map(([name, labels]) => create('leases', lease(name, { 'metadata.labels': labels })));

const LABEL_SELECTORS = [
  'app=web',
  'app==web',
  'app!=web',
  'app',
  '!app',
  'app in (web,db)',
  'app notin (web)',
  'app=web,tier=back',
  'app in (web),tier notin (back)',
  'tier',
  'app=none',
  ' app = web ',
  'app=',
  'app in ()',
];
const BAD_LABEL_SELECTORS = ['app=web,', 'app in', 'app in (', '=web', 'a b', 'app=not ok!', 'app!', 'app>x', 'bad/key/x=1'];
const FIELD_SELECTORS = [
  'metadata.name=a',
  'metadata.name!=a',
  'metadata.namespace=$NS',
  'metadata.name=a,metadata.namespace=$NS',
  'metadata.name=none',
];
const BAD_FIELD_SELECTORS = ['spec.holderIdentity=a', 'metadata.labels=a', 'metadata.name', 'metadata.name in (a)'];

const oneSelector =
  (kind: 'labelSelector' | 'fieldSelector', fails?: number) =>
  (selector: string): Case => ({
    name: `${kind} ${JSON.stringify(selector)}${fails === undefined ? '' : ' is refused'}`,
    steps: [...four, list('leases', { [kind]: selector }, fails === undefined ? {} : { fails })],
  });

const selectors: readonly Case[] = [
  ...LABEL_SELECTORS.map(oneSelector('labelSelector')),
  ...BAD_LABEL_SELECTORS.map(oneSelector('labelSelector', 400)),
  ...FIELD_SELECTORS.map(oneSelector('fieldSelector')),
  ...BAD_FIELD_SELECTORS.map(oneSelector('fieldSelector', 400)),
  {
    name: 'pods by a field of their spec',
    pods: true,
    steps: [
      create('pods', pod('one')),
      list('pods', { fieldSelector: 'spec.schedulerName=nobody' }),
      list('pods', { fieldSelector: 'spec.schedulerName=x' }),
    ],
  },
];

const pages: readonly Case[] = [
  {
    name: 'a list in pages of one and three',
    steps: [
      ...four,
      list('leases', { limit: '1' }, { as: 'first' }),
      list('leases', { limit: '3', continue: '{{first.metadata.continue}}' }, { as: 'second' }),
    ],
  },
  {
    name: 'pages of what a selector lets through',
    steps: [
      ...four,
      list('leases', { limit: '1', labelSelector: 'app=web' }, { as: 'first' }),
      list('leases', { limit: '5', labelSelector: 'app=web', continue: '{{first.metadata.continue}}' }),
    ],
  },
  {
    name: 'a page shows the state of the first one',
    steps: [
      ...four,
      list('leases', { limit: '2' }, { as: 'first' }),
      remove('leases', 'c'),
      create('leases', lease('bb')),
      list('leases', { limit: '10', continue: '{{first.metadata.continue}}' }),
      list('leases'),
    ],
  },
  { name: 'a token that is none', steps: [list('leases', { limit: '1', continue: 'nonsense' }, { fails: 400 })] },
  { name: 'a limit that is no number', steps: [list('leases', { limit: 'many' }, { fails: 400 })] },
  { name: 'a limit as large as the list', steps: [...four, list('leases', { limit: '4' })] },
  {
    name: 'a token and a version',
    steps: [
      ...four,
      list('leases', { limit: '1' }, { as: 'first' }),
      list(
        'leases',
        { limit: '1', continue: '{{first.metadata.continue}}', resourceVersion: '{{first.metadata.resourceVersion}}' },
        { fails: 400 },
      ),
    ],
  },
];

const versions: readonly Case[] = [
  ['any', { resourceVersion: '0' }],
  ['not older than', { resourceVersion: '{{a.metadata.resourceVersion}}', resourceVersionMatch: 'NotOlderThan' }],
  ['exactly now', { resourceVersion: '{{a.metadata.resourceVersion}}' }],
].map(
  ([what, query]): Case => ({
    name: `a list at a version: ${String(what)}`,
    steps: [create('leases', lease('a'), { as: 'a' }), list('leases', typeof query === 'string' ? {} : { ...query })],
  }),
);

const exactVersions: readonly Case[] = [
  {
    name: 'a list exactly at a version, whatever came after it',
    steps: [
      ...four,
      list('leases', {}, { as: 'then' }),
      remove('leases', 'a'),
      merge('leases', 'b', { spec: { leaseTransitions: 7 } }),
      create('leases', lease('e')),
      list('leases', { resourceVersion: '{{then.metadata.resourceVersion}}', resourceVersionMatch: 'Exact' }),
      list(
        'leases',
        { limit: '2', resourceVersion: '{{then.metadata.resourceVersion}}', resourceVersionMatch: 'Exact' },
        { as: 'first' },
      ),
      remove('leases', 'c'),
      list('leases', { limit: '2', continue: '{{first.metadata.continue}}' }),
    ],
  },
  {
    name: 'the next page of a list exactly at a version does not take the version again',
    steps: [
      ...four,
      list('leases', {}, { as: 'then' }),
      list(
        'leases',
        { limit: '2', resourceVersion: '{{then.metadata.resourceVersion}}', resourceVersionMatch: 'Exact' },
        { as: 'first' },
      ),
      list(
        'leases',
        {
          limit: '2',
          continue: '{{first.metadata.continue}}',
          resourceVersion: '{{then.metadata.resourceVersion}}',
          resourceVersionMatch: 'Exact',
        },
        { fails: 422 },
      ),
    ],
  },
  {
    name: 'one object exactly at a version',
    steps: [
      create('ddprofcrds', binding(), { as: 'made' }),
      merge('ddprofcrds', 'rules', { cmName: 'x' }),
      list('ddprofcrds', {
        limit: '500',
        fieldSelector: 'metadata.name=rules',
        resourceVersion: '{{made.metadata.resourceVersion}}',
        resourceVersionMatch: 'Exact',
      }),
    ],
  },
];

const badVersions: readonly Case[] = (
  [
    ['no number', { resourceVersion: 'x' }, 400],
    ['negative', { resourceVersion: '-1' }, 400],
    ['a match without a version', { resourceVersionMatch: 'Exact' }, 422],
    ['a match that is none', { resourceVersion: '1', resourceVersionMatch: 'Roughly' }, 422],
    ['exactly any', { resourceVersion: '0', resourceVersionMatch: 'Exact' }, 422],
    ['initial events without a watch', { sendInitialEvents: 'true' }, 422],
  ] as const
).map(([what, query, fails]) => ({
  name: `a list at a version that is refused: ${what}`,
  steps: [list('configmaps', query, { fails })],
}));

const objects: readonly Case[] = [
  {
    name: 'by somebody who may not',
    steps: [get('configmaps', 'a', { user: 'nobody', fails: 403 }), list('deployments', {}, { user: 'nobody', fails: 403 })],
  },
  { name: 'what is not there', steps: [get('configmaps', 'none', { fails: 404 }), get('deployments', 'none', { fails: 404 })] },
  { name: 'a namespace and its own', steps: [ask('GET', '/api/v1/namespaces/$NS')] },
  { name: 'a namespace that is not there', steps: [get('namespaces', 'not-there-at-all', { fails: 404 })] },
  {
    name: 'lists of a namespace that is not there are empty',
    steps: [ask('GET', '/api/v1/namespaces/not-there-at-all/configmaps')],
  },
  { name: 'a kind that is not there', steps: [ask('GET', '/api/v1/namespaces/$NS/gadgets', { fails: 404 })] },
  { name: 'a group that is not there', steps: [ask('GET', '/apis/gadgets.io/v1/things', { fails: 404 })] },
  { name: 'a version that is not there', steps: [ask('GET', '/apis/apps/v9/namespaces/$NS/deployments', { fails: 404 })] },
  {
    name: 'a subresource that is not there',
    steps: [create('deployments', deployment()), ask('GET', `${pathOf('deployments', 'web')}/nothing`, { fails: 404 })],
  },
  {
    name: 'at a version',
    steps: [
      create('configmaps', configMap('a'), { as: 'a' }),
      get('configmaps', 'a', { query: { resourceVersion: '{{a.metadata.resourceVersion}}' } }),
    ],
  },
  {
    name: 'at a version that is none',
    steps: [create('configmaps', configMap('a')), get('configmaps', 'a', { query: { resourceVersion: 'x' }, fails: 500 })],
  },
  {
    name: 'in a form that there is not',
    steps: [create('configmaps', configMap('a')), get('configmaps', 'a', { accept: 'text/csv', fails: 406 })],
  },
];

const TABLED: readonly (readonly [Resource, string, JsonObject])[] = [
  ['leases', 'a', lease('a')],
  ['deployments', 'web', deployment()],
  ['services', 'svc', service()],
  ['ddprofcrds', 'rules', binding()],
];
const tables: readonly Case[] = [
  ...TABLED.map(([resource, name, body]) => ({
    name: `a table of ${resource}`,
    steps: [
      create(resource, body),
      list(resource, {}, { accept: TABLE }),
      get(resource, name, { accept: TABLE, query: { includeObject: 'None' } }),
      list(resource, { includeObject: 'Object' }, { accept: TABLE }),
    ],
  })),
  { name: 'a table of nothing', steps: [list('deployments', {}, { accept: TABLE })] },
  {
    name: 'a table with rows of something that there is not',
    steps: [list('configmaps', { includeObject: 'All' }, { accept: TABLE, fails: 400 })],
  },
  { name: 'a table of what is not there', steps: [get('configmaps', 'none', { accept: TABLE, fails: 404 })] },
  { name: 'a table of namespaces', steps: [ask('GET', '/api/v1/namespaces/$NS', { accept: TABLE })] },
];

const verbs: readonly Case[] = [
  { name: 'POST to an object', steps: [ask('POST', pathOf('configmaps', 'a'), { fails: 405 }, configMap('a'))] },
  { name: 'PUT to a collection', steps: [ask('PUT', pathOf('configmaps'), { fails: 405 }, configMap('a'))] },
  {
    name: 'PATCH of a collection',
    steps: [ask('PATCH', pathOf('configmaps'), { fails: 405, contentType: 'application/merge-patch+json' }, {})],
  },
  {
    name: 'a namespace made within a namespace',
    steps: [ask('POST', '/api/v1/namespaces/$NS/namespaces', { fails: 404 }, namespace('x'))],
  },
];

export const READ: readonly Case[] = [
  ...selectors,
  ...pages,
  ...versions,
  ...exactVersions,
  ...badVersions,
  ...objects,
  ...tables,
  ...verbs,
];
