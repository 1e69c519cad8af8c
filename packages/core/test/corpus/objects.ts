import type { Json, JsonObject } from '../../src/index.ts';
import { specOf } from '../given.ts';

/** Bindings that lead nowhere, and sources as nobody would write them: whatever the API server lets through, and what it would not. */

const GOOD_BINDING = { ruleType: 'configmap', cmName: 'rules', cmNamespace: 'ops', cmConfigTag: 'rules' };
const ODD_VALUES: readonly Json[] = [null, '', 0, true, [], {}, ['rules'], { name: 'rules' }];

export const HOSTILE_BINDINGS: readonly { readonly name: string; readonly fields: JsonObject }[] = [
  ...Object.keys(GOOD_BINDING).flatMap((field) =>
    ODD_VALUES.map((value) => ({ name: `${field}: ${JSON.stringify(value)}`, fields: { ...GOOD_BINDING, [field]: value } })),
  ),
  { name: 'no field at all', fields: {} },
  { name: 'fields under spec', fields: { spec: GOOD_BINDING } },
  { name: 'another type of rules', fields: { ...GOOD_BINDING, ruleType: 'secret' } },
  { name: 'another namespace', fields: { ...GOOD_BINDING, cmNamespace: 'kube-system' } },
  { name: 'a namespace that climbs', fields: { ...GOOD_BINDING, cmNamespace: '../kube-system' } },
  { name: 'a status that is a text', fields: { ...GOOD_BINDING, status: 'fine' } },
  { name: 'conditions that are none', fields: { ...GOOD_BINDING, status: { conditions: [null, 1, 'x', { type: 'Ready' }] } } },
  { name: '1 MiB of a name', fields: { ...GOOD_BINDING, cmName: 'x'.repeat(1024 * 1024) } },
];

const PLAIN = specOf({});
const POD: JsonObject = { containers: [{ name: 'web', image: 'web:1' }] };

function withPod(pod: Json): JsonObject {
  return { ...PLAIN, template: { metadata: { labels: { app: 'web' } }, spec: pod } };
}

function containers(count: number): JsonObject {
  return { containers: Array.from({ length: count }, (_, index) => ({ name: `c${index}`, image: 'x' })) };
}

export const HOSTILE_SOURCES: readonly { readonly name: string; readonly spec: Json }[] = [
  { name: 'no spec', spec: null },
  { name: 'a spec that is a text', spec: 'spec' },
  { name: 'an empty spec', spec: {} },
  { name: 'no template', spec: { replicas: 1, selector: { matchLabels: { app: 'web' } } } },
  { name: 'a template that is a list', spec: { ...PLAIN, template: [] } },
  { name: 'no selector', spec: { replicas: 1, template: { spec: POD } } },
  { name: 'a selector that is a text', spec: { ...PLAIN, selector: 'app=web' } },
  { name: 'no containers', spec: withPod({ containers: [] }) },
  { name: 'containers that are a mapping', spec: withPod({ containers: { web: {} } }) },
  { name: 'a container without a name', spec: withPod({ containers: [{ image: 'x' }] }) },
  { name: 'a container that is null', spec: withPod({ containers: [null, { name: 'web', image: 'x' }] }) },
  { name: 'two containers of one name', spec: withPod({ containers: [{ name: 'web' }, { name: 'web' }] }) },
  { name: '50 containers', spec: withPod(containers(50)) },
  { name: '1,000 containers', spec: withPod(containers(1_000)) },
  { name: 'variables that are a mapping', spec: withPod({ containers: [{ name: 'web', env: { A: 1 } }] }) },
  {
    name: 'variables that are null',
    spec: withPod({ containers: [{ name: 'web', env: [null, {}, { name: 1 }, { name: 'A' }] }] }),
  },
  {
    name: 'a variable named __proto__',
    spec: withPod({ containers: [{ name: 'web', env: [{ name: '__proto__', value: 'x' }] }] }),
  },
  {
    name: 'one variable 1,000 times',
    spec: withPod({ containers: [{ name: 'web', env: Array.from({ length: 1_000 }, () => ({ name: 'A', value: 'x' })) }] }),
  },
  {
    name: '1 MiB of a value',
    spec: withPod({ containers: [{ name: 'web', env: [{ name: 'A', value: 'x'.repeat(1024 * 1024) }] }] }),
  },
  { name: 'replicas that are a text', spec: { ...PLAIN, replicas: 'six' } },
  { name: 'replicas below zero', spec: { ...PLAIN, replicas: -1 } },
  { name: 'half a replica', spec: { ...PLAIN, replicas: 0.5 } },
  { name: 'replicas beyond counting', spec: { ...PLAIN, replicas: 2_147_483_647 } },
  { name: 'affinity that is a text', spec: withPod({ ...POD, affinity: 'close' }) },
  {
    name: 'affinity terms that are none',
    spec: withPod({ ...POD, affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [null, 1, {}] } } }),
  },
  { name: 'topology spread that is a mapping', spec: withPod({ ...POD, topologySpreadConstraints: {} }) },
  { name: 'volumes that are none', spec: withPod({ ...POD, volumes: [null, 1, {}, { persistentVolumeClaim: null }] }) },
  {
    name: 'ports that are none',
    spec: withPod({ containers: [{ name: 'web', image: 'x', ports: [null, { hostPort: 'x' }, 80] }] }),
  },
  {
    name: 'a field of a newer server',
    spec: { ...withPod({ ...POD, schedulingGroup: { name: 'g' } }), rolloutPolicy: { kind: 'New' } },
  },
];
