import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Json, JsonObject } from '../kube/json.ts';
import { differenceInOwned, fieldsV1Of, ownedIn } from './owned-fields.ts';

const member = fc.oneof(
  fc.constantFrom('spec', 'env', 'name', 'value', 'ports', 'containerPort', 'selector', 'f:name', '__proto__', 'toString', ''),
  fc.string(),
);
const object = fc.letrec<{ value: Json; object: JsonObject }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom<Json[]>('a', 1, null, true),
    tie('object'),
    fc.array(tie('value'), { maxLength: 3 }),
  ),
  object: fc.dictionary(member, tie('value'), { maxKeys: 4, noNullPrototype: true }),
})).object;

const owned = fc.oneof(
  fc.constantFrom('.', 'f:spec', 'f:env', 'f:name', 'f:ports', 'f:selector', 'k:{"name":"a"}', 'v:"x"', 'f:__proto__'),
  fc.string(),
);
const fields = fc.letrec<{ fields: JsonObject }>((tie) => ({
  fields: fc.oneof(
    { depthSize: 'small' },
    fc.constant({}),
    fc.dictionary(owned, tie('fields'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).fields;

test('what is owned is known from its difference and the object, whatever both are', () => {
  fc.assert(
    fc.property(fields, object, (tree, live) => {
      expect(fieldsV1Of(ownedIn(differenceInOwned(tree, live), live))).toEqual(tree);
    }),
    { numRuns: 1_000 },
  );
});

const item = (name: string): JsonObject => ({ name, value: '1' });
const POD: JsonObject = {
  containers: [
    {
      name: 'app',
      image: 'app:1',
      args: ['a'],
      env: [item('A'), { name: 'B', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }],
      ports: [{ containerPort: 80, protocol: 'TCP' }],
      resources: { limits: { cpu: '1' } },
    },
  ],
  volumes: [{ name: 'tmp', emptyDir: {} }],
};
const KEYED = { '.': {}, 'f:name': {} };
const FIELDS: JsonObject = {
  'f:containers': {
    'k:{"name":"app"}': {
      ...KEYED,
      'f:image': {},
      'f:args': {},
      'f:env': {
        'k:{"name":"A"}': { ...KEYED, 'f:value': {} },
        'k:{"name":"B"}': { ...KEYED, 'f:valueFrom': { 'f:secretKeyRef': {} } },
      },
      'f:ports': { 'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {}, 'f:protocol': {} } },
      'f:resources': { 'f:limits': { 'f:cpu': {} } },
    },
  },
  'f:volumes': { 'k:{"name":"tmp"}': { ...KEYED, 'f:emptyDir': {} } },
};

test('given a pod that is owned whole, as an API server tells it, then there is nothing to say', () => {
  expect(differenceInOwned(FIELDS, POD)).toBe('');
});

test('given one field that is not owned, then only that is said', () => {
  const { 'f:volumes': _, ...others } = FIELDS;
  expect(differenceInOwned(others, POD)).toBe('{"f:volumes":0}');
});
