/** Creating, replacing and deleting. */
import type { Json, JsonObject } from '@ddprofiler-rc/cluster-sim';
import type { Case } from '../case.ts';
import { configMap, deployment, EACH_KIND, lease, namespace, service } from '../manifests.ts';
import { ask, create, DRY_RUN, get, list, merge, remove, removeAll, replace, untilGone } from '../steps.ts';

const eachKind: readonly Case[] = EACH_KIND.flatMap(([resource, name, body]): Case[] => [
  {
    name: `one of ${resource} is made, found, listed, replaced and deleted`,
    pods: resource === 'pods',
    steps: [
      create(resource, body),
      get(resource, name, { as: 'made' }),
      list(resource, { fieldSelector: `metadata.name=${name}` }),
      replace(resource, name, '{{made}}'),
      merge(resource, name, { metadata: { labels: { more: 'x' } } }),
      remove(resource, name, { gracePeriodSeconds: 0 }),
      untilGone(resource, name),
    ],
  },
  {
    name: `one of ${resource} is there once`,
    pods: resource === 'pods',
    steps: [
      create(resource, body),
      create(resource, body, { fails: 409 }),
      create(resource, body, { query: DRY_RUN, fails: 409 }),
    ],
  },
]);

const cm = (changes: JsonObject): JsonObject => ({ ...configMap('cm'), ...changes });

const refused: readonly (readonly [what: string, body: Json, status: number])[] = [
  ['another kind', cm({ kind: 'Pod' }), 400],
  ['another version', cm({ apiVersion: 'v2' }), 400],
  ['no kind at all', cm({ kind: '' }), 201],
  ['another namespace', cm({ metadata: { name: 'cm', namespace: 'elsewhere' } }), 400],
  ['no name', cm({ metadata: {} }), 422],
  ['a name in capitals', cm({ metadata: { name: 'CM' } }), 422],
  ['a name too long', cm({ metadata: { name: 'x'.repeat(254) } }), 422],
  ['a version', cm({ metadata: { name: 'cm', resourceVersion: '5' } }), 500],
  ['metadata of a wrong type', cm({ metadata: 'x' }), 400],
  ['data of a wrong type', cm({ data: { a: 1 } }), 400],
  ['data that is a list', cm({ data: [] }), 400],
  ['labels of a wrong type', cm({ metadata: { name: 'cm', labels: { a: true } } }), 400],
  ['a list as body', [], 400],
  ['a text as body', 'x', 400],
  ['an unknown field', cm({ dta: {} }), 201],
];

const bodies: readonly Case[] = [
  ...refused.map(([what, body, status]) => ({
    name: `a body with ${what}`,
    steps: [create('configmaps', body, status < 300 ? {} : { fails: status })],
  })),
  {
    name: 'an unknown field, strictly',
    steps: [create('configmaps', cm({ dta: {} }), { query: { fieldValidation: 'Strict' }, fails: 400 })],
  },
  {
    name: 'an unknown field, with a warning',
    steps: [create('configmaps', cm({ dta: {} }), { query: { fieldValidation: 'Warn' } })],
  },
  { name: 'an unknown field, ignored', steps: [create('configmaps', cm({ dta: {} }), { query: { fieldValidation: 'Ignore' } })] },
  {
    name: 'a validation that there is not',
    steps: [create('configmaps', cm({}), { query: { fieldValidation: 'Loose' }, fails: 422 })],
  },
  {
    name: 'unknown fields deep within',
    steps: [
      create('deployments', deployment('web', { 'spec.template.spec.containers.0.imgae': 'x', 'spec.replica': 1 }), {
        query: { fieldValidation: 'Strict' },
        fails: 400,
      }),
    ],
  },
  { name: 'a content type that there is not', steps: [create('configmaps', cm({}), { contentType: 'text/csv', fails: 415 })] },
  {
    name: 'to a namespace that is not there',
    steps: [ask('POST', '/api/v1/namespaces/not-there-at-all/configmaps', { fails: 404 }, configMap('cm'))],
  },
  { name: 'a dry run', steps: [create('configmaps', cm({}), { query: DRY_RUN }), get('configmaps', 'cm', { fails: 404 })] },
  { name: 'a dry run of another kind', steps: [create('configmaps', cm({}), { query: { dryRun: 'Some' }, fails: 422 })] },
  { name: 'a manager', steps: [create('configmaps', cm({}), { query: { fieldManager: 'me' } })] },
  { name: 'a manager too long', steps: [create('configmaps', cm({}), { query: { fieldManager: 'x'.repeat(129) }, fails: 422 })] },
  {
    name: 'a manager that cannot be printed',
    steps: [create('configmaps', cm({}), { query: { fieldManager: 'a\u0001b' }, fails: 422 })],
  },
  { name: 'a user agent is the manager', steps: [create('configmaps', cm({}), { userAgent: 'tool/2.0 (linux)' })] },
  { name: 'a generated name', steps: [create('configmaps', cm({ metadata: { generateName: 'made-' } }))] },
  {
    name: 'what the server sets itself',
    steps: [
      create(
        'configmaps',
        cm({ metadata: { name: 'cm', uid: 'mine', generation: 7, creationTimestamp: '2001-01-01T00:00:00Z', selfLink: '/x' } }),
      ),
    ],
  },
  { name: 'a status is dropped', steps: [create('deployments', deployment('web', { status: { replicas: 5 } }))] },
];

const replaced: readonly Case[] = [
  {
    name: 'replace without a version',
    steps: [create('configmaps', cm({})), replace('configmaps', 'cm', cm({ data: { b: '2' } }))],
  },
  {
    name: 'replace of an old version',
    steps: [
      create('configmaps', cm({}), { as: 'old' }),
      merge('configmaps', 'cm', { data: { z: '1' } }),
      replace('configmaps', 'cm', '{{old}}', { fails: 409 }),
    ],
  },
  { name: 'replace of what is not there', steps: [replace('configmaps', 'cm', cm({}), { fails: 404 })] },
  { name: 'replace of a lease that is not there makes it', steps: [replace('leases', 'lease', lease())] },
  {
    name: 'replace under another name',
    steps: [create('configmaps', cm({})), replace('configmaps', 'cm', cm({ metadata: { name: 'other' } }), { fails: 400 })],
  },
  {
    name: 'replace of another object of the name',
    steps: [
      create('configmaps', cm({})),
      replace('configmaps', 'cm', cm({ metadata: { name: 'cm', uid: 'another' } }), { fails: 409 }),
    ],
  },
  {
    name: 'replace by the same',
    steps: [create('configmaps', cm({}), { as: 'made' }), replace('configmaps', 'cm', '{{made}}'), get('configmaps', 'cm')],
  },
  {
    name: 'replace in a dry run',
    steps: [
      create('configmaps', cm({})),
      replace('configmaps', 'cm', cm({ data: {} }), { query: DRY_RUN }),
      get('configmaps', 'cm'),
    ],
  },
  {
    name: 'replace drops the status',
    steps: [
      create('deployments', deployment(), { as: 'made' }),
      get('deployments', 'web', { as: 'now' }),
      replace('deployments', 'web', deployment('web', { status: { replicas: 9 } })),
      get('deployments', 'web'),
    ],
  },
  {
    name: 'replace counts generations of the spec alone',
    steps: [
      create('deployments', deployment()),
      merge('deployments', 'web', { metadata: { labels: { a: 'b' } } }),
      merge('deployments', 'web', { spec: { paused: true } }),
      get('deployments', 'web'),
    ],
  },
];

const deleted: readonly Case[] = [
  { name: 'delete of what is not there', steps: [remove('configmaps', 'none', undefined, { fails: 404 })] },
  {
    name: 'delete with the right UID',
    steps: [
      create('configmaps', cm({}), { as: 'made' }),
      remove('configmaps', 'cm', { preconditions: { uid: '{{made.metadata.uid}}' } }),
      get('configmaps', 'cm', { fails: 404 }),
    ],
  },
  {
    name: 'delete with another UID',
    steps: [
      create('configmaps', cm({})),
      remove('configmaps', 'cm', { preconditions: { uid: 'another' } }, { fails: 409 }),
      get('configmaps', 'cm'),
    ],
  },
  {
    name: 'delete with another version',
    steps: [
      create('configmaps', cm({})),
      remove('configmaps', 'cm', { preconditions: { resourceVersion: '1' } }, { fails: 409 }),
    ],
  },
  {
    name: 'delete with the right version',
    steps: [
      create('configmaps', cm({}), { as: 'made' }),
      remove('configmaps', 'cm', { preconditions: { resourceVersion: '{{made.metadata.resourceVersion}}' } }),
    ],
  },
  {
    name: 'delete in a dry run',
    steps: [create('configmaps', cm({})), remove('configmaps', 'cm', undefined, { query: DRY_RUN }), get('configmaps', 'cm')],
  },
  {
    name: 'a propagation that there is not',
    steps: [create('configmaps', cm({})), remove('configmaps', 'cm', { propagationPolicy: 'Sideways' }, { fails: 422 })],
  },
  {
    name: 'propagation said twice',
    steps: [
      create('configmaps', cm({})),
      remove('configmaps', 'cm', { propagationPolicy: 'Orphan', orphanDependents: true }, { fails: 422 }),
    ],
  },
  {
    name: 'a finalizer keeps it, until it is taken away',
    steps: [
      create('configmaps', cm({ metadata: { name: 'cm', finalizers: ['example.com/hold'] } })),
      remove('configmaps', 'cm'),
      get('configmaps', 'cm'),
      remove('configmaps', 'cm'),
      merge('configmaps', 'cm', { metadata: { finalizers: ['example.com/hold', 'example.com/late'] } }, { fails: 422 }),
      merge('configmaps', 'cm', { metadata: { finalizers: null } }),
      get('configmaps', 'cm', { fails: 404 }),
    ],
  },
  {
    name: 'a finalizer without a domain',
    steps: [create('configmaps', cm({ metadata: { name: 'cm', finalizers: ['hold'] } }), { fails: 422 })],
  },
  {
    name: 'delete of a collection',
    steps: [
      create('configmaps', configMap('a')),
      create('configmaps', configMap('b', {}, { labels: { x: 'y' } })),
      removeAll('configmaps', { labelSelector: 'x=y' }),
      list('configmaps', { fieldSelector: 'metadata.name!=kube-root-ca.crt' }),
      removeAll('configmaps', { fieldSelector: 'metadata.name=a' }),
      list('configmaps', { fieldSelector: 'metadata.name!=kube-root-ca.crt' }),
    ],
  },
  {
    name: 'an object as the owner of another',
    steps: [
      create('configmaps', configMap('owner'), { as: 'owner' }),
      create(
        'configmaps',
        configMap(
          'owned',
          {},
          { ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: '{{owner.metadata.uid}}' }] },
        ),
      ),
      remove('configmaps', 'owner', { propagationPolicy: 'Background' }),
      untilGone('configmaps', 'owned'),
    ],
  },
  {
    name: 'orphans stay',
    steps: [
      create('configmaps', configMap('owner'), { as: 'owner' }),
      create(
        'configmaps',
        configMap(
          'owned',
          {},
          { ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: '{{owner.metadata.uid}}' }] },
        ),
      ),
      remove('configmaps', 'owner', { propagationPolicy: 'Orphan' }),
      untilGone('configmaps', 'owner'),
      get('configmaps', 'owned'),
    ],
  },
  {
    name: 'an owner without a UID',
    steps: [
      create('configmaps', configMap('owned', {}, { ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'x' }] }), {
        fails: 422,
      }),
    ],
  },
  {
    name: 'two owners that control',
    steps: [
      create(
        'configmaps',
        configMap(
          'owned',
          {},
          {
            ownerReferences: ['a', 'b'].map((name) => ({
              apiVersion: 'v1',
              kind: 'ConfigMap',
              name,
              uid: name,
              controller: true,
            })),
          },
        ),
        { fails: 422 },
      ),
    ],
  },
  { name: 'a Service is answered whole', steps: [create('services', service()), remove('services', 'svc')] },
  {
    name: 'a namespace that is terminating takes nothing in',
    steps: [
      create('configmaps', cm({ metadata: { name: 'cm', finalizers: ['example.com/hold'] } })),
      ask('DELETE', '/api/v1/namespaces/$NS'),
      create('configmaps', configMap('late'), { fails: 403 }),
    ],
  },
  { name: 'a namespace name that is none', steps: [create('namespaces', namespace('Not_OK'), { fails: 422 })] },
];

export const WRITE: readonly Case[] = [...eachKind, ...bodies, ...replaced, ...deleted];
