import { describe, expect, test } from 'vitest';
import { type JsonObject, listAt, objectAt, stringMapAt } from '../kube/json.ts';
import { readKubeObject } from '../kube/kube-object.ts';
import { readDeployment } from '../objects/deployment.ts';
import type { Intent } from '../objects/intent.ts';
import { readRules } from '../rules/read-rules.ts';
import type { Rule } from '../rules/rule.ts';
import { intentOf } from './intent.ts';
import { cloneLabelValue, isOurs } from './mark.ts';

const BINDING = { namespace: 'ops', name: 'rc' };

function source(spec: JsonObject, metadata: JsonObject = {}) {
  const object = readKubeObject({
    metadata: { name: 'web', namespace: 'shop', uid: 'u', resourceVersion: '1', ...metadata },
    spec,
  });
  if (object === undefined) throw new Error('not an object');
  return readDeployment(object);
}

function rule(fields: JsonObject): Rule {
  const text = JSON.stringify({ shop: { deployments: { web: { scale_factor: '0.5', name_suffix: 'profiler', ...fields } } } });
  const reading = readRules(text);
  const [first] = reading.kind === 'read' ? reading.ruleSet.rules.values() : [];
  if (first === undefined) throw new Error(JSON.stringify(reading));
  return first;
}

function intent(spec: JsonObject, fields: JsonObject = {}, metadata: JsonObject = {}): Intent {
  const result = intentOf(source(spec, metadata), rule(fields), BINDING);
  if (result.kind === 'refused') throw new Error(result.refusal.message);
  return result.intent;
}

const WEB: JsonObject = { name: 'web', image: 'web:1', env: [{ name: 'A', value: '1' }] };

function spec(container: JsonObject = WEB, more: JsonObject = {}, template: JsonObject = {}): JsonObject {
  return {
    replicas: 6,
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' }, ...template }, spec: { containers: [container] } },
    ...more,
  };
}

function firstContainer({ spec: { template } }: Intent): JsonObject {
  return objectAt({ container: listAt(template, 'spec', 'containers')[0] ?? null }, 'container');
}

describe('source + rule → intent', () => {
  test('given fields of the spec that no client library knows, then they are copied', () => {
    const result = intent(
      spec({ ...WEB, futureField: { x: 1 } }, { futureStrategy: 'Teleport', minReadySeconds: 7, paused: true }),
    );
    expect(result.spec).toMatchObject({ futureStrategy: 'Teleport', minReadySeconds: 7, paused: true, replicas: 3 });
    expect(firstContainer(result)).toMatchObject({ futureField: { x: 1 } });
  });

  test('given a rule with image and env, then the container has them, in the place of variables of the same name', () => {
    const env = [
      { name: 'A', value: '1' },
      { name: 'B', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
      { name: 'C', value: '$(B)' },
    ];
    const result = intent(spec({ ...WEB, env }), { image: 'busybox', env: { B: 'two: and more', D: '' }, unset_env: ['A'] });
    expect(firstContainer(result)).toMatchObject({
      image: 'busybox',
      env: [{ name: 'B', value: 'two: and more' }, { name: 'C', value: '$(B)' }, { name: 'D' }],
    });
  });

  test('given a variable that the source has twice, then the rule wins over both', () => {
    const env = [
      { name: 'A', value: '1' },
      { name: 'A', value: '2' },
    ];
    expect(firstContainer(intent(spec({ ...WEB, env }), { env: { A: 'rule' } })).env).toEqual([{ name: 'A', value: 'rule' }]);
  });

  test('given a reference without what the API server fills in, then it is filled in', () => {
    const env = [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }];
    expect(firstContainer(intent(spec({ ...WEB, env: [] }), { env })).env).toEqual([
      { name: 'A', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.name' } } },
    ]);
  });

  test('given that the last variable is unset, then env is absent, not empty', () => {
    expect(firstContainer(intent(spec(), { unset_env: 'A' }))).not.toHaveProperty('env');
  });

  test.each<[string, JsonObject, JsonObject, string]>([
    ['the one that the rule names', { container: 'b' }, {}, 'b'],
    ["the default-container annotation's", {}, { annotations: { 'kubectl.kubernetes.io/default-container': 'b' } }, 'b'],
    ['the first', {}, {}, 'a'],
    [
      'the first, for an annotation that names none',
      {},
      { annotations: { 'kubectl.kubernetes.io/default-container': 'x' } },
      'a',
    ],
  ])('given several containers, then image goes to %s', (_, fields, template, chosen) => {
    const two = spec(WEB, {
      template: {
        metadata: template,
        spec: {
          containers: [
            { name: 'a', image: '1' },
            { name: 'b', image: '1' },
          ],
        },
      },
    });
    const result = intent(two, { image: 'busybox', ...fields });
    const images = listAt(result.spec.template, 'spec', 'containers').map((container) => objectAt(container));
    expect(images.filter(({ image }) => image === 'busybox').map(({ name }) => name)).toEqual([chosen]);
  });

  test('given duplicate list keys, then they collapse: the last wins', () => {
    const env = [
      { name: 'A', value: '1' },
      { name: 'B', value: '1' },
      { name: 'A', value: '2' },
    ];
    const ports = [
      { containerPort: 80, protocol: 'TCP' },
      { containerPort: 80, protocol: 'UDP' },
      { containerPort: 80, protocol: 'TCP', name: 'http' },
    ];
    expect(firstContainer(intent(spec({ ...WEB, env, ports })))).toMatchObject({
      env: [
        { name: 'A', value: '2' },
        { name: 'B', value: '1' },
      ],
      ports: [
        { containerPort: 80, protocol: 'TCP', name: 'http' },
        { containerPort: 80, protocol: 'UDP' },
      ],
    });
  });

  test('given two requests of one claim, then the last wins: server-side apply knows a claim by its name alone', () => {
    const claims = [
      { name: 'gpus', request: 'large' },
      { name: 'gpus', request: 'small' },
    ];
    const resources = { claims };
    expect(firstContainer(intent(spec({ ...WEB, resources })))).toMatchObject({
      resources: { claims: [{ name: 'gpus', request: 'small' }] },
    });
  });

  test('selector and pod labels: the source’s and the clone label; pod-template-hash is not copied', () => {
    const result = intent(
      spec(WEB, {}, { labels: { app: 'web', 'pod-template-hash': 'abc', 'helm.sh/chart': 'stays-on-pods' } }),
    );
    const clone = { 'ddprofiler-rc.grove/clone': 'web-profiler' };
    expect(result.spec.selector).toEqual({ matchLabels: { app: 'web', ...clone } });
    expect(stringMapAt(result.spec.template, 'metadata', 'labels')).toEqual({
      app: 'web',
      'helm.sh/chart': 'stays-on-pods',
      ...clone,
    });
  });

  test('metadata: tracking marks of other tools are not copied, everything else is', () => {
    const labels = {
      team: 'x',
      'app.kubernetes.io/name': 'web',
      'app.kubernetes.io/managed-by': 'Helm',
      'app.kubernetes.io/instance': 'web',
      'helm.sh/chart': 'web-1',
      'argocd.argoproj.io/instance': 'web',
      'kustomize.toolkit.fluxcd.io/name': 'web',
      'ddprofiler-rc.grove/binding': 'forged',
    };
    const annotations = {
      note: 'x',
      'kubectl.kubernetes.io/last-applied-configuration': '{}',
      'deployment.kubernetes.io/revision': '3',
      'meta.helm.sh/release-name': 'web',
      'argocd.argoproj.io/tracking-id': 'web',
      'helm.toolkit.fluxcd.io/x': 'y',
    };
    const more = { labels, annotations, ownerReferences: [{ uid: 'o' }], finalizers: ['f'], managedFields: [] };
    const { metadata } = intent(spec(), {}, more);
    expect(Object.keys(metadata).sort()).toEqual(['annotations', 'labels', 'name', 'namespace']);
    expect(metadata.labels).toEqual({
      team: 'x',
      'app.kubernetes.io/name': 'web',
      'app.kubernetes.io/managed-by': 'ddprofiler-rc',
      'ddprofiler-rc.grove/binding': expect.stringMatching(/^[0-9a-f]{16}$/),
      'ddprofiler-rc.grove/clone': 'web-profiler',
    });
    expect(Object.keys(metadata.annotations).sort()).toEqual([
      'ddprofiler-rc.grove/on-rule-removed',
      'ddprofiler-rc.grove/source',
      'ddprofiler-rc.grove/source-uid',
      'note',
    ]);
  });

  test('metadata: a source that is a copied manifest of some clone does not pass its marks on', () => {
    const mark = { 'ddprofiler-rc.grove/anything': 'x', kept: 'y' };
    const { labels, annotations } = intent(spec(WEB), {}, { labels: mark, annotations: mark }).metadata;
    expect({ ...labels, ...annotations }).not.toHaveProperty(['ddprofiler-rc.grove/anything']);
    expect([labels.kept, annotations.kept]).toEqual(['y', 'y']);
  });

  test('the restart annotation of the pod template is copied: a restart of the source restarts the clone', () => {
    const annotations = { 'kubectl.kubernetes.io/restartedAt': '2026-01-01T00:00:00Z' };
    const result = intent(spec(WEB, {}, { annotations }));
    expect(stringMapAt(result.spec.template, 'metadata', 'annotations')).toEqual(annotations);
  });

  test('replicas: clamped, but a source at 0 gives 0', () => {
    expect(intent(spec(), { min_replicas: 4 }).spec.replicas).toBe(4);
    expect(intent(spec(), { max_replicas: 2 }).spec.replicas).toBe(2);
    expect(intent(spec(WEB, { replicas: 0 }), { min_replicas: 4 }).spec.replicas).toBe(0);
    const { replicas: _, ...withoutReplicas } = spec();
    expect(intent(withoutReplicas, { scale_factor: '3' }).spec.replicas).toBe(3);
  });

  test('the intent hangs on neither status nor resourceVersion of the source', () => {
    expect(intent(spec(), {}, { resourceVersion: '2' })).toEqual(intent(spec(), {}, { resourceVersion: '1' }));
  });
});

describe('the mark', () => {
  const long = 'x'.repeat(80);

  test('names over 63 characters are shortened with a hash, and stay apart', () => {
    expect(cloneLabelValue('web')).toBe('web');
    expect(cloneLabelValue(long)).toHaveLength(63);
    expect(cloneLabelValue(`${long}a`)).not.toBe(cloneLabelValue(`${long}b`));
  });

  const marked = (name: string, binding = BINDING) => {
    const { metadata } = intent(spec());
    const other = intentOf(source(spec()), rule({}), binding);
    const labels = other.kind === 'intent' ? other.intent.metadata.labels : {};
    return source(spec(), { ...metadata, labels, name });
  };

  test('ours: all three labels fit the binding and the object', () => {
    expect(isOurs(marked('web-profiler'), BINDING)).toBe(true);
    expect(isOurs(marked('a-copy'), BINDING)).toBe(false);
    expect(isOurs(marked('web-profiler', { namespace: 'ops', name: 'other' }), BINDING)).toBe(false);
    expect(isOurs(source(spec(), { name: 'web-profiler' }), BINDING)).toBe(false);
  });
});
