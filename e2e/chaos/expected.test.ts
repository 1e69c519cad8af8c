import { at, type JsonRecord } from '@ddprofiler-rc/control-plane/json';
import { describe, expect, test } from 'vitest';
import { complaintsAbout, removedIn, replicasFor } from './expected.ts';
import type { RuleDraft } from './rule-draft.ts';

const RULE: RuleDraft = {
  namespace: 'one',
  source: 'app',
  suffix: 'x',
  factor: '0.5',
  image: 'img:2',
  env: [['ADDED', 'yes']],
  envForm: 'mapping',
  unset: ['GONE'],
  keepLabels: [],
};

const MARK = {
  'app.kubernetes.io/managed-by': 'ddprofiler-rc',
  'ddprofiler-rc.grove/clone': 'app-x',
  'ddprofiler-rc.grove/binding': 'b1',
};

const pod = (labels: object, image: string, env: readonly object[]): JsonRecord => ({
  metadata: { labels },
  spec: {
    containers: [
      { name: 'app', image, env },
      { name: 'side', image: 'side:1' },
    ],
    dnsPolicy: 'ClusterFirst',
  },
});

const SOURCE: JsonRecord = {
  metadata: {
    name: 'app',
    uid: 'u1',
    labels: { team: 'a', 'helm.sh/chart': 'c-1' },
    annotations: { note: 'n', 'meta.helm.sh/release-name': 'r' },
  },
  spec: {
    replicas: 3,
    minReadySeconds: 5,
    selector: { matchLabels: { app: 'app' } },
    template: pod({ app: 'app', tier: 't' }, 'img:1', [
      { name: 'GONE', value: '1' },
      { name: 'KEPT', value: '2' },
    ]),
  },
};

const CLONE: JsonRecord = {
  metadata: {
    name: 'app-x',
    uid: 'u2',
    labels: { team: 'a', ...MARK },
    annotations: {
      note: 'n',
      'ddprofiler-rc.grove/source': 'app',
      'ddprofiler-rc.grove/source-uid': 'u1',
      'ddprofiler-rc.grove/on-rule-removed': 'delete',
      'deployment.kubernetes.io/revision': '3',
    },
  },
  spec: {
    replicas: 2,
    minReadySeconds: 5,
    selector: { matchLabels: { app: 'app', 'ddprofiler-rc.grove/clone': 'app-x' } },
    template: pod({ app: 'app', tier: 't', 'ddprofiler-rc.grove/clone': 'app-x' }, 'img:2', [
      { name: 'ADDED', value: 'yes' },
      { name: 'KEPT', value: '2' },
    ]),
  },
};

/** The same with another value at a path; undefined is as good as absent. */
const changed = (value: JsonRecord, path: string, to: unknown): JsonRecord => at(put(value, path.split('/'), to));

const put = (value: unknown, [name, ...rest]: readonly string[], to: unknown): unknown => {
  if (name === undefined) return to;
  if (!Array.isArray(value)) return { ...at(value), [name]: put(at(value)[name], rest, to) };
  return value.map((item: unknown, index) => (String(index) === name ? put(item, rest, to) : item));
};

const complaints = (
  clone: JsonRecord | undefined,
  {
    rules = [RULE],
    source = SOURCE,
    others = {},
    removed = {},
    foreignMarks = new Map(),
  }: {
    rules?: readonly RuleDraft[];
    source?: JsonRecord | undefined;
    others?: Record<string, JsonRecord>;
    removed?: Record<string, string>;
    foreignMarks?: ReadonlyMap<string, ReadonlySet<string>>;
  } = {},
) => {
  const deployments = new Map<string, JsonRecord>(Object.entries(others));
  if (Object.keys(source).length > 0) deployments.set('one/app', source);
  if (clone !== undefined) deployments.set('one/app-x', clone);
  return complaintsAbout({
    drafts: { rules, broken: false },
    deployments,
    removed: new Map(Object.entries(removed)),
    foreignMarks,
  });
};
const NO_SOURCE: JsonRecord = {};

describe('given a source and a rule', () => {
  test('then the clone that the rule makes of it is as it must be', () => {
    expect(complaints(CLONE)).toEqual([]);
  });

  test.each<[string, unknown]>([
    ['spec/replicas', 3],
    ['spec/minReadySeconds', undefined],
    ['spec/paused', true],
    ['spec/selector/matchLabels', { app: 'app' }],
    ['spec/template/metadata/labels/tier', undefined],
    ['spec/template/metadata/labels/more', 'x'],
    ['spec/template/spec/containers/0/image', 'img:1'],
    ['spec/template/spec/containers/1/image', 'img:2'],
    ['spec/template/spec/containers/0/env', [{ name: 'KEPT', value: '2' }]],
    ['spec/template/spec/containers/0/env', [{ name: 'ADDED', value: 'yes' }, { name: 'GONE' }, { name: 'KEPT', value: '2' }]],
    ['metadata/labels/team', undefined],
    ['metadata/labels/helm.sh~chart', 'c-1'],
    ['metadata/annotations/note', 'm'],
    ['metadata/annotations/more', 'x'],
    ['metadata/annotations/ddprofiler-rc.grove~source-uid', 'u0'],
    ['metadata/ownerReferences', [{ kind: 'Deployment', uid: 'u1' }]],
    ['metadata/deletionTimestamp', '2026-11-26T00:00:00Z'],
  ])('then a clone with another %s is not', (path, value) => {
    const clone = path.includes('~')
      ? changed(CLONE, path.split('/').slice(0, -1).join('/'), {
          ...(path.includes('labels') ? { team: 'a', ...MARK } : annotationsOf(CLONE)),
          [path.split('/').at(-1)?.replace('~', '/') ?? '']: value,
        })
      : changed(CLONE, path, value);
    expect(complaints(clone)).toHaveLength(1);
  });

  test('then no clone is not as it must be, but where its name is taken', () => {
    expect(complaints(undefined)).toEqual(['one/app-x does not exist']);
    expect(complaints(changed(CLONE, 'metadata/labels', { app: 'other' }))).toEqual([]);
  });

  test('then what people put on the clone is left out, and must stay', () => {
    const annotations = { ...annotationsOf(CLONE), 'foreign/1': 'x' };
    const clone = changed(changed(CLONE, 'metadata/annotations', annotations), 'spec/template/spec/containers/0/env', [
      { name: 'ADDED', value: 'yes' },
      { name: 'KEPT', value: '2' },
      { name: 'FOREIGN_1', value: 'x' },
    ]);
    const foreignMarks = new Map([['u2', new Set(['foreign/1'])]]);
    expect(complaints(clone, { foreignMarks })).toEqual([]);
    expect(complaints(CLONE, { foreignMarks })).toEqual(['one/app-x lost the annotation foreign/1 of people']);
  });

  test('isolated: then the clone has its own label alone, and those that are kept', () => {
    const rules = [{ ...RULE, traffic: 'isolated', keepLabels: ['tier', 'other'] } as const];
    const own = { 'ddprofiler-rc.grove/clone': 'app-x' };
    const isolated = changed(changed(CLONE, 'spec/selector/matchLabels', own), 'spec/template/metadata/labels', {
      tier: 't',
      ...own,
    });
    expect(complaints(isolated, { rules })).toEqual([]);
    expect(complaints(CLONE, { rules })).not.toEqual([]);
    expect(complaints(isolated)).not.toEqual([]);
  });

  test('to go with it: then the clone is owned by it', () => {
    const rules = [{ ...RULE, onSourceDeleted: 'delete' } as const];
    expect(complaints(CLONE, { rules })).toHaveLength(1);
    expect(complaints(changed(CLONE, 'metadata/ownerReferences', [{ kind: 'Deployment', uid: 'u1' }]), { rules })).toEqual([]);
  });

  test('restarted: then so is the clone; restarted alone, it is people’s affair', () => {
    const restarted = { 'kubectl.kubernetes.io/restartedAt': 'then' };
    const source = changed(SOURCE, 'spec/template/metadata/annotations', restarted);
    const clone = changed(CLONE, 'spec/template/metadata/annotations', restarted);
    expect(complaints(clone, { source })).toEqual([]);
    expect(complaints(CLONE, { source })).toHaveLength(1);
    expect(complaints(clone)).toEqual([]);
  });
});

const annotationsOf = (clone: JsonRecord): JsonRecord => at(clone, 'metadata', 'annotations');

describe('given no source, or no rule', () => {
  test.each([
    [undefined, 2, 1],
    [undefined, 0, 0],
    ['scale_to_zero', 2, 1],
    ['delete', 0, 1],
    ['keep', 2, 0],
  ] as const)('no source, on_source_deleted %s: %i replicas are %i complaints', (onSourceDeleted, replicas, count) => {
    const rules = [{ ...RULE, ...(onSourceDeleted === undefined ? {} : { onSourceDeleted }) }];
    expect(complaints(changed(CLONE, 'spec/replicas', replicas), { rules, source: NO_SOURCE })).toHaveLength(count);
    expect(complaints(undefined, { rules, source: NO_SOURCE })).toEqual([]);
  });

  test.each([
    ['delete', 0, 1],
    ['scale_to_zero', 2, 1],
    ['scale_to_zero', 0, 0],
    ['keep', 2, 0],
  ] as const)('no rule, and the memory says on_rule_removed %s: %i replicas are %i complaints', (policy, replicas, count) => {
    const clone = changed(CLONE, 'spec/replicas', replicas);
    expect(complaints(clone, { rules: [], removed: { 'one/app-x': policy } })).toHaveLength(count);
  });

  test('no rule, and none in the memory: no rule made it', () => {
    expect(complaints(CLONE, { rules: [] })).toEqual(['one/app-x has no rule, and the memory has none that made it']);
  });
});

test('the memory says what becomes of clones that lost their rule', () => {
  const lines = [
    '{"clone":"one/a-x","on_rule_removed":"keep","source":"one/a"}',
    '{"clone":"two/b-x","on_rule_removed":"delete"}',
  ];
  const data = { 'removed.jsonl': `${lines.join('\n')}\n` };
  expect(removedIn({ data })).toEqual(
    new Map([
      ['one/a-x', 'keep'],
      ['two/b-x', 'delete'],
    ]),
  );
  expect(removedIn({})).toEqual(new Map());
});

test('what is no clone bears no trace of the operator', () => {
  const touched = changed(SOURCE, 'metadata/managedFields', [{ manager: 'kubectl' }, { manager: 'ddprofiler-rc' }]);
  expect(complaints(CLONE, { source: touched })).toEqual(['one/app is no clone, and the operator wrote to it']);
  const other = changed(changed(CLONE, 'metadata/name', 'copy'), 'metadata/managedFields', [
    { manager: 'ddprofiler-rc-handover' },
  ]);
  expect(complaints(CLONE, { others: { 'one/copy': other } })).toEqual(['one/copy is no clone, and the operator wrote to it']);
});

test('all clones name one binding', () => {
  const labels = { ...MARK, 'ddprofiler-rc.grove/clone': 'b-x', 'ddprofiler-rc.grove/binding': 'b2' };
  const other = { metadata: { name: 'b-x', labels } };
  expect(complaints(CLONE, { others: { 'one/b-x': other }, removed: { 'one/b-x': 'keep' } })).toEqual(['clones name 2 bindings']);
});

test.each([
  ['0.5', 6, 3],
  ['0.5', 3, 2],
  ['0.5', 0, 0],
  ['0.1', 30, 3],
  ['0.07', 100, 7],
  ['2', 4, 8],
  ['0', 4, 0],
])('%s of %i is %i', (factor, replicas, wanted) => {
  expect(replicasFor({ factor }, replicas)).toBe(wanted);
});

test('replicas are clamped, but a source at 0 gives 0', () => {
  expect(replicasFor({ factor: '1', min: 2, max: 4 }, 9)).toBe(4);
  expect(replicasFor({ factor: '0.1', min: 2, max: 4 }, 9)).toBe(2);
  expect(replicasFor({ factor: '0.1', min: 2 }, 0)).toBe(0);
});
