/** Converged means silent: the API server itself counts no write to any Deployment, whatever else goes on. */
import { setTimeout as delay } from 'node:timers/promises';
import { readAuditLog, WRITE_VERBS } from '@ddprofiler-rc/control-plane/audit-log';
import type { Operator } from '@ddprofiler-rc/control-plane/operator-process';
import { waitFor } from '@ddprofiler-rc/control-plane/wait';
import { expect, inject, onTestFinished, test } from 'vitest';
import { deploymentWrites } from '../harness/deployment-writes.ts';
import { footprints } from '../harness/footprint.ts';
import { writesIn } from '../harness/operator-writes.ts';
import { hasReplicas, IMAGE, makeWorld, type World } from '../harness/world.ts';

const QUIET_MS = 30_000;

const RULES = `$NS:
  deployments:
    web: { scale_factor: "0.5", name_suffix: profiler, env: "PROFILING_ENABLED: True" }
    api: { scale_factor: "0.1", name_suffix: profiler, env: "EMPTY:", image: "nginx:1.27-alpine" }
    rich: { scale_factor: "1", name_suffix: profiler, env: "QUERY: a: b: c" }
    idle: { scale_factor: "0.5", name_suffix: profiler }
`;
const SOURCES = ['web', 'api', 'rich', 'idle'] as const;
const CLONES = SOURCES.map((source) => `${source}-profiler`);

/** What the API server stores otherwise than it was written, in every place where that is easily taken for a difference. */
const RICH = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'rich', labels: { app: 'rich', 'helm.sh/chart': 'rich-1.0.0' }, annotations: { note: '' } },
  spec: {
    replicas: 2,
    strategy: { rollingUpdate: { maxSurge: '50%', maxUnavailable: 0 } },
    selector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['rich', 'richer'] }] },
    template: {
      metadata: { labels: { app: 'rich' }, annotations: { 'kubectl.kubernetes.io/default-container': 'app' } },
      spec: {
        terminationGracePeriodSeconds: 0,
        tolerations: [{ key: 'spare', operator: 'Exists' }],
        affinity: {
          podAntiAffinity: {
            preferredDuringSchedulingIgnoredDuringExecution: [
              {
                weight: 1,
                podAffinityTerm: { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'rich' } } },
              },
            ],
          },
        },
        containers: [
          {
            name: 'app',
            image: IMAGE,
            env: [
              { name: 'EMPTY', value: '' },
              { name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
              { name: 'LIMIT', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '0.001' } } },
            ],
            ports: [{ containerPort: 80 }, { containerPort: 80, protocol: 'UDP' }],
            resources: { requests: { cpu: '0.010', memory: '16384Ki' }, limits: { cpu: '1000m', memory: '0.25Gi' } },
            volumeMounts: [{ name: 'scratch', mountPath: '/scratch' }],
            securityContext: {},
          },
        ],
        volumes: [{ name: 'scratch', emptyDir: { sizeLimit: '1024Ki' } }],
      },
    },
  },
};

async function converged(): Promise<{ readonly world: World; readonly operator: Operator }> {
  const world = await makeWorld('quiet');
  onTestFinished(() => world.end());
  await eventuallyNoTestNamespaceGoes(world);
  await world.bind();
  await world.rules(RULES);
  await world.source('web', { replicas: 6, env: { PROFILING_ENABLED: 'False', MODE: 'x' } });
  await world.source('api', { replicas: 5 });
  await world.source('idle', { replicas: 0 });
  await world.apply(RICH);
  const operator = await world.operator();
  for (const [name, replicas] of [
    ['web', 6],
    ['api', 5],
    ['rich', 2],
    ['idle', 0],
    ['web-profiler', 3],
    ['api-profiler', 1],
    ['rich-profiler', 2],
    ['idle-profiler', 0],
  ] as const) {
    await world.eventually(name, hasReplicas(replicas));
  }
  await waitFor('all clones to be in sync and ready', async () => {
    const { status, body } = await operator.get('/health');
    return status === 200 || body;
  });
  return { world, operator };
}

/** The namespace of the test before may still be on its way out, and its Deployments' deletion is counted like any other. */
async function eventuallyNoTestNamespaceGoes({ kubectl }: World): Promise<void> {
  await waitFor('the namespaces of earlier tests to be gone', async () => {
    const { items } = JSON.parse(await kubectl('get', 'namespaces', '-o', 'json'));
    const going = items.filter(({ metadata }: { metadata: { name: string; deletionTimestamp?: string } }) => {
      return metadata.name.startsWith('e2e-') && metadata.deletionTimestamp !== undefined;
    });
    return going.length === 0 || `${going.length} are there`;
  });
}

/** Changes nothing but a condition in the status of a source. */
const touchStatus = ({ kubectl, namespace }: World, name: string, turn: number) => {
  const condition = { type: 'TestedAtTurn', status: 'True', reason: 'Turn', message: String(turn) };
  const patch = JSON.stringify({ status: { conditions: [condition] } });
  return kubectl('patch', 'deployment', name, '-n', namespace, '--subresource=status', '-p', patch);
};

test(`given converged clones, when ${QUIET_MS / 1000} s pass in which nothing but the status of sources changes, then no Deployment is written to`, async () => {
  const facts = inject('cluster');
  const { world, operator } = await converged();
  const names = [...SOURCES, ...CLONES];
  const before = await footprints(world, names);
  const sources = await world.deployments();
  const decidedBefore = writesIn(operator).length;
  const countsBefore = await deploymentWrites(world.kubectl);
  const startedAt = new Date().toISOString();

  // The one measured wait of these tests: absence of writes can only be seen over a time.
  const end = Date.now() + QUIET_MS;
  let turns = 0;
  while (Date.now() < end) {
    turns += 1;
    await touchStatus(world, 'web', turns);
    await touchStatus(world, 'idle', turns);
    // A pod that goes and is made anew: what a status changes for in real life.
    if (turns % 10 === 1) await world.kubectl('delete', 'pods', '-n', world.namespace, '-l', 'app=api', '--wait=false');
    await delay(Math.min(500, Math.max(0, end - Date.now())));
  }
  const countsAfter = await deploymentWrites(world.kubectl);

  expect(turns).toBeGreaterThan(20);
  for (const name of ['web', 'idle', 'api']) {
    const then = sources.find(({ metadata }) => metadata.name === name)?.metadata.resourceVersion;
    expect((await world.deployment(name))?.metadata.resourceVersion, `resourceVersion of ${name}`).not.toBe(then);
  }
  expect(countsBefore, 'there is a count at all').not.toEqual({});
  expect(countsAfter).toEqual(countsBefore);
  expect(await footprints(world, names)).toEqual(before);
  expect(writesIn(operator).slice(decidedBefore)).toEqual([]);
  if (facts.kind === 'own') {
    const entries = (await readAuditLog(facts.auditLog)).filter(({ namespace }) => namespace === world.namespace);
    const ofOperator = entries.filter(({ userAgent }) => userAgent.startsWith('ddprofiler-rc'));
    expect(ofOperator.filter(({ verb }) => WRITE_VERBS.has(verb)).length, 'the audit log knows the operator').toBeGreaterThan(3);
    // No call at all, then, but for streams that are read on; and those who changed the status wrote to /status only.
    const since = entries.filter(({ receivedAt }) => receivedAt >= startedAt);
    const calls = since.filter(({ userAgent, verb }) => userAgent.startsWith('ddprofiler-rc') && verb !== 'watch');
    expect(calls).toEqual([]);
    const writes = since.filter(({ resource, verb }) => resource === 'deployments' && WRITE_VERBS.has(verb));
    expect(new Set(writes.map(({ subresource }) => subresource))).toEqual(new Set(['status']));
  }
});

test('given converged clones, when the operator is restarted, in order or by force, then no Deployment is written to', async () => {
  const { world, operator } = await converged();
  const before = await footprints(world, [...SOURCES, ...CLONES]);
  const countsBefore = await deploymentWrites(world.kubectl);

  let running = operator;
  for (const end of ['stop', 'kill', 'stop'] as const) {
    await running[end]();
    running = await world.operator();
    for (const clone of CLONES) {
      const key = `${world.namespace}/${clone}`;
      const isDecided = (line: { readonly [field: string]: unknown }) => line.clone === key && line.verdict === 'inSync';
      await running.logged(`that ${clone} is in sync`, isDecided);
    }
    expect(writesIn(running)).toEqual([]);
  }

  expect(countsBefore, 'there is a count at all').not.toEqual({});
  expect(await deploymentWrites(world.kubectl)).toEqual(countsBefore);
  expect(await footprints(world, [...SOURCES, ...CLONES])).toEqual(before);
});
