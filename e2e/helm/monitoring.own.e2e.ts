/**
 * Every query of the chart's dashboard and alerts, put to a real Prometheus that scrapes two running operators, a leader and a standby, while
 * sources change, rules are refused and the API server goes away for a while: each of them has an answer.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { startControlPlane } from '@ddprofiler-rc/control-plane/control-plane';
import type { Operator } from '@ddprofiler-rc/control-plane/operator-process';
import { waitFor } from '@ddprofiler-rc/control-plane/wait';
import { expect, inject, onTestFinished, test } from 'vitest';
import { ALERT_WHERE, allQueries, asked } from '../../charts/tools/queries.ts';
import { type Answer, pageWithAnswers } from '../../charts/tools/queries-table.ts';
import { CRD_FILE } from '../harness/helm.ts';
import { ownCluster } from '../harness/own-cluster.ts';
import { type Prometheus, startPrometheus } from '../harness/prometheus.ts';
import { hasReplicas, makeWorldIn, type World } from '../harness/world.ts';

const ALERTS = new URL('../../charts/ddprofiler-rc/files/alerts.yaml', import.meta.url);
const PAGE = new URL('../../docs/monitoring.md', import.meta.url);
const LABELS = { job: 'ddprofiler-rc', namespace: 'ddprofiler-rc' };
const SOURCES = Array.from({ length: 20 }, (_, index) => `app-${index}`);

/** One for each source, with a field that no rule has; and one with an image that is refused. */
const RULES = `$NS:
  deployments:
${SOURCES.map((name) => `    ${name}: { scale_factor: "0.5", name_suffix: p, memory: 5 }`).join('\n')}
    refused: { scale_factor: 1, name_suffix: p, image: evil.example/miner }
`;

async function listening(operator: Operator): Promise<string> {
  return new URL(await operator.url()).host;
}

/** Changes all sources again and again, for as long as the test lasts. Refused while there is no API server. */
function load(world: World): () => Promise<void> {
  let isOn = true;
  const going = (async () => {
    for (let round = 1; isOn; round += 1)
      await world
        .kubectl('scale', 'deployment', '-n', world.namespace, '-l', 'load=yes', `--replicas=${2 + (round % 5)}`)
        .catch(() => undefined);
  })();
  return async () => {
    isOn = false;
    await going;
  };
}

/** Those that have no answer yet, or one that is no number. */
async function unanswered(prometheus: Prometheus, answers: Map<string, Answer>): Promise<readonly string[]> {
  const missing: string[] = [];
  for (const query of allQueries(await readFile(ALERTS, 'utf8'))) {
    const samples = (await prometheus.query(asked(query, ALERT_WHERE))).filter(({ value }) => !Number.isNaN(value));
    const [first] = samples.toSorted((a, b) => b.value - a.value);
    if (first === undefined) missing.push(`${query.name}: ${query.expr}`);
    else answers.set(`${query.name} ${query.expr}`, { ...query, series: samples.length, value: first.value });
  }
  return missing;
}

test('all of them have an answer while the operator works, and no rule is wrong', async () => {
  const controlPlane = await startControlPlane({ programs: ownCluster(inject('cluster')).programs });
  onTestFinished(() => controlPlane.stop());
  await controlPlane.kubectl.withInput(await readFile(CRD_FILE, 'utf8'), 'apply', '-f', '-');
  await controlPlane.kubectl('wait', '--for=condition=Established', 'crd/ddprofcrds.crds.grove', '--timeout=30s');
  const world = await makeWorldIn(controlPlane, 'monitoring');
  await world.bind();
  await world.rules(RULES);
  for (const name of [...SOURCES, 'refused']) await world.source(name, { replicas: 2 });
  await world.kubectl('label', 'deployment', '-n', world.namespace, '-l', 'app', 'load=yes');

  const settings = { LEADER_ELECT: 'true', ALLOWED_IMAGES: 'ghcr.io/team/**', LOGLEVEL: 'INFO' };
  const leader = await world.operator(settings);
  await leader.ready();
  const standby = await world.operator(settings);
  await standby.ready();
  await world.eventually('app-0-p', hasReplicas(1));
  const prometheus = await startPrometheus({
    targets: [await listening(leader), await listening(standby)],
    labels: LABELS,
    rules: await readFile(ALERTS, 'utf8'),
  });
  onTestFinished(() => prometheus.stop());
  const stopLoad = load(world);
  onTestFinished(stopLoad);
  await waitFor('a first scrape', async () => (await prometheus.query('ddprofiler_rules_valid')).length === 2 || 'none yet');
  await controlPlane.killApiServer();
  await controlPlane.startApiServer();

  const answers = new Map<string, Answer>();
  await waitFor(
    'all queries to have an answer',
    async () => {
      const missing = await unanswered(prometheus, answers);
      return missing.length === 0 || `these have none:\n${missing.join('\n')}`;
    },
    { deadlineMs: 100_000, pollMs: 1_000 },
  );

  const value = (name: string) => [...answers.values()].find((answer) => answer.name === name)?.value;
  expect(value('Leaders')).toBe(1);
  expect(value('Rules valid')).toBe(1);
  expect(value('Clones')).toBe(SOURCES.length + 1);
  expect(value('Refused')).toBe(1);
  expect(value('Deletions held')).toBe(0);
  for (const { name, health } of await prometheus.alerts()) expect(health, name).toBe('ok');
  const firing = (await prometheus.alerts()).filter(({ state }) => state !== 'inactive').map(({ name }) => name);
  expect(firing).toContain('DDProfilerGuardrailDenied');
  expect(firing).not.toContain('DDProfilerNoSingleLeader');
  if (process.env.MONITORING_TABLE === 'write') {
    const inOrder = allQueries(await readFile(ALERTS, 'utf8')).map(({ name, expr }) => answers.get(`${name} ${expr}`));
    await writeFile(
      PAGE,
      pageWithAnswers(
        await readFile(PAGE, 'utf8'),
        inOrder.filter((answer) => answer !== undefined),
      ),
    );
  }
  await stopLoad();
  await world.end();
});
