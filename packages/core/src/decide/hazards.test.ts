import { expect, test } from 'vitest';
import { BINDING_LISTED, fold, KEY, NOW, nothingListed, rulesListed, ruleText, specOf } from '../../test/given.ts';
import { ModelCluster } from '../../test/model-cluster.ts';
import { decide } from '../decide.ts';
import { type JsonObject, objectAt } from '../kube/json.ts';

const PLAIN = specOf({});

function kindsOf(
  spec: JsonObject,
  fields: readonly string[] = [],
  ...companions: Parameters<ModelCluster['companion']>[]
): readonly string[] {
  const cluster = new ModelCluster();
  const events = companions.map((companion) => cluster.companion(...companion));
  const rules = rulesListed(ruleText('0.5', fields));
  const state = fold([BINDING_LISTED, rules, nothingListed(), cluster.put('shop', 'web', spec), ...events]);
  return (decide(state, KEY, NOW).hazards ?? []).map(({ kind }) => kind);
}

function withPod(pod: JsonObject): JsonObject {
  const template = objectAt(PLAIN, 'template');
  return { ...PLAIN, template: { ...template, spec: { ...objectAt(template, 'spec'), ...pod } } };
}

const HPA: Parameters<ModelCluster['companion']> = [
  'autoscalers',
  'hpa',
  { scaleTargetRef: { kind: 'Deployment', name: 'web' } },
];
const PDB: Parameters<ModelCluster['companion']> = ['budgets', 'pdb', { selector: { matchLabels: { app: 'web' } } }];
const ISOLATED = ['traffic: isolated'];

test('a plain source has none', () => expect(kindsOf(PLAIN)).toEqual([]));

test.each([
  ['HostPort', withPod({ containers: [{ name: 'web', image: 'x', ports: [{ containerPort: 1, hostPort: 80 }] }] })],
  ['HostPort', withPod({ initContainers: [{ name: 'side', image: 'x', ports: [{ containerPort: 1, hostPort: 80 }] }] })],
  ['HostNetwork', withPod({ hostNetwork: true })],
  ['PersistentVolumeClaim', withPod({ volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] })],
  ['LeaderElection', withPod({ containers: [{ name: 'web', image: 'x', args: ['--v=2', '--leader-elect'] }] })],
  ['LeaderElection', withPod({ containers: [{ name: 'web', image: 'x', command: ['run', '--leader-elect=true'] }] })],
  ['Singleton', { ...PLAIN, strategy: { type: 'Recreate' } }],
  ['SourcePaused', { ...PLAIN, paused: true }],
])('%s', (kind, spec) => expect(kindsOf(spec)).toEqual([kind]));

test('leader election that is turned off is none', () => {
  expect(kindsOf(withPod({ containers: [{ name: 'web', image: 'x', args: ['--leader-elect=false'] }] }))).toEqual([]);
});

test('an autoscaler or a budget of the source that counts the clone’s pods', () => {
  expect(kindsOf(PLAIN, [], HPA)).toEqual(['HpaCountsClone']);
  expect(kindsOf(PLAIN, [], PDB)).toEqual(['PdbCountsClone']);
  expect(kindsOf(PLAIN, ISOLATED, HPA, PDB)).toEqual([]);
  expect(kindsOf(PLAIN, [...ISOLATED, 'keep_labels: app'], HPA, PDB)).toEqual(['HpaCountsClone', 'PdbCountsClone']);
});

test.each([
  ['an empty selector counts all pods', { selector: {} }, ['PdbCountsClone']],
  ['of the clone alone is not the source’s', { selector: { matchLabels: { 'ddprofiler-rc.grove/clone': 'web-profiler' } } }, []],
  ['without a selector it counts none', { minAvailable: 1 }, []],
])('a budget: %s', (_, spec, kinds) => expect(kindsOf(PLAIN, [], ['budgets', 'pdb', spec])).toEqual(kinds));
