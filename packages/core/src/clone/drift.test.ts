import { describe, expect, test } from 'vitest';
import { fieldsOf } from '../../test/model-cluster.ts';
import { type Json, type JsonObject, objectAt } from '../kube/json.ts';
import { readKubeObject } from '../kube/kube-object.ts';
import { ownedOf, readDeployment } from '../objects/deployment.ts';
import type { Intent } from '../objects/intent.ts';
import { fieldsV1Of } from '../objects/owned-fields.ts';
import { driftOf, driftSignature } from './drift.ts';

const ENV: readonly Json[] = [
  { name: 'A', value: '1' },
  { name: 'B', value: '2' },
];

function intentWith(container: JsonObject, spec: JsonObject = {}): Intent {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'c', namespace: 'n', labels: { l: '1' }, annotations: { a: '1' } },
    spec: { replicas: 2, ...spec, template: { spec: { containers: [{ name: 'web', ...container }] } } },
  };
}

interface LiveOptions {
  readonly spec?: JsonObject;
  readonly labels?: JsonObject;
  readonly annotations?: JsonObject;
  readonly owned?: JsonObject;
}

/** The live object right after `intent` was applied, with `changes` by someone else. */
function live(intent: Intent, changes: LiveOptions = {}) {
  const { metadata, spec } = intent;
  const fields = {
    'f:metadata': fieldsOf({ labels: metadata.labels, annotations: metadata.annotations }),
    'f:spec': fieldsOf(spec),
  };
  const object = readKubeObject({
    metadata: {
      name: 'c',
      namespace: 'n',
      uid: 'u',
      resourceVersion: '5',
      labels: changes.labels ?? metadata.labels,
      annotations: changes.annotations ?? metadata.annotations,
      managedFields: [
        { manager: 'ddprofiler-rc', operation: 'Update', fieldsV1: {} },
        { manager: 'ddprofiler-rc', operation: 'Apply', fieldsV1: changes.owned ?? fields },
      ],
    },
    spec: changes.spec ?? spec,
  });
  if (object === undefined) throw new Error('not an object');
  return readDeployment(object);
}

function containers(...items: readonly Json[]): JsonObject {
  return { replicas: 2, template: { spec: { containers: items } } };
}

describe('drift between intent and live object', () => {
  const intent = intentWith({ image: 'web:1', env: ENV, args: ['x', 'y'] });

  test('given what was applied, then none', () => {
    expect(driftOf(intent, live(intent))).toEqual([]);
    expect(driftSignature([])).toBe('');
  });

  test.each<[string, Json, readonly [string, string][]]>([
    [
      'another image',
      { name: 'web', image: 'web:2', env: ENV, args: ['x', 'y'] },
      [['spec.template.spec.containers[name=web].image', 'differs']],
    ],
    ['no image', { name: 'web', env: ENV, args: ['x', 'y'] }, [['spec.template.spec.containers[name=web].image', 'missing']]],
    [
      'a variable changed',
      { name: 'web', image: 'web:1', env: [{ name: 'A', value: '9' }, ENV[1] ?? null], args: ['x', 'y'] },
      [['spec.template.spec.containers[name=web].env[name=A].value', 'differs']],
    ],
    [
      'a variable lost',
      { name: 'web', image: 'web:1', env: [ENV[0] ?? null], args: ['x', 'y'] },
      [['spec.template.spec.containers[name=web].env[name=B]', 'missing']],
    ],
    [
      'variables in another order',
      { name: 'web', image: 'web:1', env: [...ENV].reverse(), args: ['x', 'y'] },
      [['spec.template.spec.containers[name=web].env', 'order']],
    ],
    [
      'an atomic list in another order',
      { name: 'web', image: 'web:1', env: ENV, args: ['y', 'x'] },
      [['spec.template.spec.containers[name=web].args', 'differs']],
    ],
  ])('given %s on the live object, then it is found there', (_, container, expected) => {
    const drifts = driftOf(intent, live(intent, { spec: containers(container) }));
    expect(drifts.map(({ path, kind }) => [path, kind])).toEqual(expected);
  });

  test("given others' fields beside ours, then none: a sidecar, a variable, a label, a restart annotation", () => {
    const web = { name: 'web', image: 'web:1', env: [{ name: 'INJECTED', value: 'x' }, ...ENV], args: ['x', 'y'], tty: true };
    const spec = containers({ name: 'sidecar', image: 's' }, web);
    expect(driftOf(intent, live(intent, { spec, labels: { l: '1', theirs: '2' } }))).toEqual([]);
  });

  test('given an equal value that someone else wrote last, then it is not owned', () => {
    const owned = fieldsV1Of(ownedOf(live(intent)));
    const { 'f:replicas': _, ...others } = objectAt(owned, 'f:spec');
    const drifts = driftOf(intent, live(intent, { owned: { ...owned, 'f:spec': others } }));
    expect(drifts).toMatchObject([{ path: 'spec.replicas', kind: 'notOwned' }]);
  });

  test('given that nothing is owned, then everything is drift', () => {
    expect(driftOf(intent, live(intent, { owned: {} })).map(({ path }) => path)).toEqual(['metadata', 'spec']);
  });

  test('given owned fields that are wanted no longer, then they must go: a variable, a field, a label', () => {
    const smaller = intentWith({ image: 'web:1', env: [ENV[0] ?? null] });
    const withoutLabel: Intent = { ...smaller, metadata: { ...smaller.metadata, labels: {} } };
    const drifts = driftOf(withoutLabel, live(intent));
    expect(drifts.map(({ path, kind }) => [path, kind])).toEqual([
      ['metadata.labels.l', 'notWanted'],
      ['spec.template.spec.containers[name=web].env[name=B]', 'notWanted'],
      ['spec.template.spec.containers[name=web].args', 'notWanted'],
    ]);
  });

  test('given a quantity in another notation where quantities are, then none; elsewhere texts are texts', () => {
    const limits = intentWith({ resources: { limits: { cpu: '1000m', memory: '1Gi' } }, env: [{ name: 'A', value: '1000m' }] });
    const web = { name: 'web', resources: { limits: { cpu: '1', memory: '1024Mi' } }, env: [{ name: 'A', value: '1' }] };
    const drifts = driftOf(limits, live(limits, { spec: containers(web) }));
    expect(drifts.map(({ path }) => path)).toEqual(['spec.template.spec.containers[name=web].env[name=A].value']);
  });

  test('given labels and annotations that are called like amounts, then they are texts', () => {
    const named = { 'a.limits.cpu': '1000m', 'b.storage': '1' };
    const withNames = { ...intent, metadata: { ...intent.metadata, labels: named, annotations: named } };
    const others = { 'a.limits.cpu': '1', 'b.storage': '1.0' };
    const drifts = driftOf(withNames, live(withNames, { labels: others, annotations: others }));
    expect(drifts.map(({ path }) => path)).toEqual([
      'metadata.labels.a.limits.cpu',
      'metadata.labels.b.storage',
      'metadata.annotations.a.limits.cpu',
      'metadata.annotations.b.storage',
    ]);
  });

  test('signatures tell live values apart, and never hold them', () => {
    const signatureWith = (value: string) => {
      const env = [{ name: 'A', value }, ENV[1] ?? null];
      return driftSignature(
        driftOf(intent, live(intent, { spec: containers({ name: 'web', image: 'web:1', env, args: ['x', 'y'] }) })),
      );
    };
    expect(signatureWith('secret-1')).toBe(signatureWith('secret-1'));
    expect(signatureWith('secret-1')).not.toBe(signatureWith('secret-2'));
    expect(JSON.stringify(signatureWith('secret-1'))).not.toContain('secret');
  });

  test('given an empty value, then none is in sync with it, and what somebody wrote there is not', () => {
    const intent = intentWith({ env: [{ name: 'A', value: '' }] });
    const of = (env: Json) => ({ spec: { ...intent.spec, template: { spec: { containers: [{ name: 'web', env: [env] }] } } } });
    expect(driftOf(intent, live(intent, of({ name: 'A' })))).toEqual([]);
    expect(driftOf(intent, live(intent, of({ name: 'A', value: 'edited' })))).toMatchObject([{ kind: 'differs' }]);
  });
});
