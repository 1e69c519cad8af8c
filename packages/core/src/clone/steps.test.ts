import { describe, expect, test } from 'vitest';
import { specOf } from '../../test/given.ts';
import { type Json, type JsonObject, listAt, objectAt } from '../kube/json.ts';
import { readKubeObject } from '../kube/kube-object.ts';
import { type Deployment, readDeployment } from '../objects/deployment.ts';
import { readRules } from '../rules/read-rules.ts';
import type { Rule } from '../rules/rule.ts';
import { intentOf } from './intent.ts';
import { STEPS } from './steps.ts';

const BINDING = { namespace: 'ops', name: 'rc' };
const LABEL = { 'ddprofiler-rc.grove/clone': 'web-profiler' };

function ruleWith(fields: JsonObject): Rule {
  const rule = { scale_factor: 0.5, name_suffix: 'profiler', ...fields };
  const reading = readRules(JSON.stringify({ shop: { deployments: { web: rule } } }));
  const found = reading.kind === 'read' ? reading.ruleSet.rules.get('shop/web-profiler') : undefined;
  if (found === undefined) throw new Error(JSON.stringify(reading));
  return found;
}

function sourceWith(spec: JsonObject, metadata: JsonObject = {}): Deployment {
  const object = readKubeObject({
    metadata: { namespace: 'shop', name: 'web', uid: 'u1', resourceVersion: '1', ...metadata },
    spec,
  });
  if (object === undefined) throw new Error('the source is an object');
  return readDeployment(object);
}

function cloneOf(spec: JsonObject, fields: JsonObject = {}): JsonObject {
  const result = intentOf(sourceWith(spec), ruleWith(fields), BINDING);
  if (result.kind === 'refused') throw new Error(result.refusal.message);
  return { ...result.intent, spec: result.intent.spec };
}

const podOf = (clone: JsonObject): JsonObject => objectAt(clone, 'spec', 'template', 'spec');
const labelsOf = (clone: JsonObject): JsonObject => objectAt(clone, 'spec', 'template', 'metadata', 'labels');

const PLAIN = specOf({});

function withTemplate(metadata: JsonObject, pod: JsonObject = {}): JsonObject {
  const template = objectAt(PLAIN, 'template');
  return {
    ...PLAIN,
    template: {
      metadata: { ...objectAt(template, 'metadata'), ...metadata },
      spec: { ...objectAt(template, 'spec'), ...pod },
    },
  };
}

test('every step has a name of its own and its reason in one line', () => {
  expect(new Set(STEPS.map(({ name }) => name)).size).toBe(STEPS.length);
  for (const { why } of STEPS) expect(why).toMatch(/^[^\n]{20,130}$/);
});

describe('traffic', () => {
  const POD_LABELS = { app: 'web', tier: 'front', 'pod-template-hash': 'x' };

  test('shared: selector and pods have the source’s labels and the clone’s', () => {
    const clone = cloneOf(withTemplate({ labels: POD_LABELS }));
    expect(objectAt(clone, 'spec', 'selector')).toEqual({ matchLabels: { app: 'web', ...LABEL } });
    expect(labelsOf(clone)).toEqual({ app: 'web', tier: 'front', ...LABEL });
  });

  test('isolated: the clone’s label alone, and the labels that are kept', () => {
    const clone = cloneOf(withTemplate({ labels: POD_LABELS }), { traffic: 'isolated', keep_labels: ['tier'] });
    expect(objectAt(clone, 'spec', 'selector')).toEqual({ matchLabels: LABEL });
    expect(labelsOf(clone)).toEqual({ tier: 'front', ...LABEL });
  });

  const own = {
    topologyKey: 'zone',
    labelSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['web', 'api'] }] },
  };
  const other = { topologyKey: 'host', labelSelector: { matchLabels: { app: 'db' } } };
  const PLACED = {
    affinity: {
      nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } },
      podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [other, own] },
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [own],
        preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: own }],
      },
    },
    topologySpreadConstraints: [
      { maxSkew: 1, ...own },
      { maxSkew: 1, ...other },
    ],
  };

  test('isolated: terms that select the source’s pods select the clone’s, others stay', () => {
    const clones = { topologyKey: 'zone', labelSelector: { matchLabels: LABEL } };
    expect(podOf(cloneOf(withTemplate({}, PLACED), { traffic: 'isolated' }))).toMatchObject({
      affinity: {
        nodeAffinity: PLACED.affinity.nodeAffinity,
        podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [other, clones] },
        podAntiAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [clones],
          preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: clones }],
        },
      },
      topologySpreadConstraints: [
        { maxSkew: 1, ...clones },
        { maxSkew: 1, ...other },
      ],
    });
  });

  const named = (name: string): Json => ({ matchLabels: { 'kubernetes.io/metadata.name': name } });

  test.each<[JsonObject, boolean]>([
    [{ namespaces: ['other'] }, false],
    [{ namespaces: ['other', 'shop'] }, true],
    [{ namespaces: [] }, true],
    [{ namespaceSelector: named('other') }, false],
    [{ namespaceSelector: named('shop') }, true],
    [{ namespaceSelector: { matchLabels: { team: 'a' } } }, true],
    [{ namespaceSelector: {} }, true],
    [{ namespaceSelector: named('other'), namespaces: ['shop'] }, true],
    [{ mismatchLabelKeys: ['app'] }, false],
    [{ mismatchLabelKeys: ['tenant'] }, true],
  ])('isolated: a term with %j is about the source’s pods: %s', (where, isOwn) => {
    const term = { ...own, ...where };
    const pod = { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } } };
    const { podAntiAffinity } = objectAt(podOf(cloneOf(withTemplate({}, pod), { traffic: 'isolated' })), 'affinity');
    const expected = isOwn ? { ...term, labelSelector: { matchLabels: LABEL } } : term;
    expect(podAntiAffinity).toEqual({ requiredDuringSchedulingIgnoredDuringExecution: [expected] });
  });

  test('shared: all of them stay', () => {
    expect(podOf(cloneOf(withTemplate({}, PLACED)))).toMatchObject(PLACED);
  });

  test.each([
    ['In', ['web'], true],
    ['In', ['db'], false],
    ['NotIn', ['db'], true],
    ['NotIn', ['web'], false],
    ['Exists', undefined, true],
    ['DoesNotExist', undefined, false],
  ])('an expression %s %o selects the source’s pods: %s', (operator, values, isOwn) => {
    const labelSelector: Json = { matchExpressions: [{ key: 'app', operator, ...(values === undefined ? {} : { values }) }] };
    const pod = { topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'zone', labelSelector }] };
    const [constraint] = listAt(podOf(cloneOf(withTemplate({}, pod), { traffic: 'isolated' })), 'topologySpreadConstraints');
    expect(objectAt(constraint, 'labelSelector')).toEqual(isOwn ? { matchLabels: LABEL } : labelSelector);
  });
});

describe('containers', () => {
  const POD = {
    containers: [
      { name: 'web', image: 'web:1', env: [{ name: 'A', value: 'a' }] },
      { name: 'proxy', image: 'proxy:1', args: ['--a'], resources: { limits: { cpu: '1' } } },
    ],
    initContainers: [{ name: 'mesh', image: 'mesh:1', restartPolicy: 'Always', command: ['mesh'] }],
  };

  test('each is changed as the rule says, init and sidecar containers too; the others stay', () => {
    const containers = {
      proxy: { image: 'proxy:2', args: [], resources: { requests: { cpu: '2' } } },
      mesh: { env: { MESH: 'off' }, command: ['mesh', '--quiet'] },
    };
    expect(podOf(cloneOf(withTemplate({}, POD), { image: 'profiler:1', unset_env: ['A'], containers }))).toMatchObject({
      containers: [
        { name: 'web', image: 'profiler:1' },
        { name: 'proxy', image: 'proxy:2', resources: { requests: { cpu: '2' } } },
      ],
      initContainers: [
        {
          name: 'mesh',
          image: 'mesh:1',
          restartPolicy: 'Always',
          command: ['mesh', '--quiet'],
          env: [{ name: 'MESH', value: 'off' }],
        },
      ],
    });
    const [web, proxy] = listAt(podOf(cloneOf(withTemplate({}, POD), { unset_env: ['A'], containers })), 'containers');
    expect(web).not.toHaveProperty('env');
    expect(proxy).not.toHaveProperty('args');
  });

  test('one that the source lacks is refused', () => {
    const result = intentOf(sourceWith(PLAIN), ruleWith({ containers: { nobody: { image: 'x' } } }), BINDING);
    expect(result).toMatchObject({ kind: 'refused', refusal: { reason: 'ContainerNotFound' } });
  });
});

describe('restarts', () => {
  const RESTARTED = { 'kubectl.kubernetes.io/restartedAt': '2026-01-01T00:00:00Z' };

  test('of the source are followed, unless the rule says otherwise', () => {
    const spec = withTemplate({ annotations: { ...RESTARTED, note: 'n' } });
    const annotations = (clone: JsonObject) => objectAt(clone, 'spec', 'template', 'metadata').annotations;
    expect(annotations(cloneOf(spec))).toEqual({ ...RESTARTED, note: 'n' });
    expect(annotations(cloneOf(spec, { follow_restarts: false }))).toEqual({ note: 'n' });
    expect(annotations(cloneOf(withTemplate({ annotations: RESTARTED }), { follow_restarts: false }))).toBeUndefined();
  });
});

describe('the owner', () => {
  test('is the source, where the clone is to go with it', () => {
    const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: 'u1' };
    expect(objectAt(cloneOf(PLAIN, { on_source_deleted: 'delete' }), 'metadata').ownerReferences).toEqual([owner]);
    for (const policy of ['keep', 'scale_to_zero'])
      expect(objectAt(cloneOf(PLAIN, { on_source_deleted: policy }), 'metadata')).not.toHaveProperty('ownerReferences');
  });
});

test('what only a newer API server knows is copied, of a paused source too', () => {
  const spec = {
    ...withTemplate({}, { schedulingGroup: { name: 'g' } }),
    paused: true,
    rolloutPolicy: { kind: 'New' },
    minReadySeconds: 7,
  };
  const clone = cloneOf(spec);
  expect(clone.spec).toMatchObject({ paused: true, rolloutPolicy: { kind: 'New' }, minReadySeconds: 7 });
  expect(podOf(clone)).toMatchObject({ schedulingGroup: { name: 'g' } });
});

test('replicas are left out where an autoscaler of the clone decides', () => {
  const result = intentOf(sourceWith(PLAIN), ruleWith({}), BINDING, false);
  expect(result.kind === 'intent' && result.intent.spec).not.toHaveProperty('replicas');
});
