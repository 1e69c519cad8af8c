/**
 * From release 0.1.0, whose clones carry their rule in an annotation and which knows no memory, to this one and back, by Helm: no clone is deleted,
 * restarted or orphaned, and nothing is written but the annotations that go and come.
 */

import { readAuditLog, WRITE_VERBS } from '@ddprofiler-rc/control-plane/audit-log';
import { type ControlPlane, startControlPlane } from '@ddprofiler-rc/control-plane/control-plane';
import { lastLines } from '@ddprofiler-rc/control-plane/guarded-process';
import type { Operator } from '@ddprofiler-rc/control-plane/operator-process';
import { memoryOf } from '@ddprofiler-rc/control-plane/rights';
import { waitFor } from '@ddprofiler-rc/control-plane/wait';
import { afterAll, beforeAll, expect, inject, onTestFailed, onTestFinished, test } from 'vitest';
import { type FormerRelease, formerRelease } from '../harness/former-release.ts';
import { CHART, type Helm, helmFor } from '../harness/helm.ts';
import { ownCluster } from '../harness/own-cluster.ts';
import { operatorOfRelease, userOf } from '../harness/release.ts';
import { valuesFile } from '../harness/values.ts';
import { replicaSetsOf } from '../harness/workload.ts';
import { type Deployment, hasReplicas, makeWorldIn, type World } from '../harness/world.ts';

const RELEASE = 'rc';
const BINDING = `${RELEASE}-ddprof-rcconfig`;
const RULE = 'ddprofiler-rc.grove/rule';
const ON_RULE_REMOVED = 'ddprofiler-rc.grove/on-rule-removed';

const POLICIES = { plain: undefined, deleted: 'delete', scaled: 'scale_to_zero', kept: 'keep' } as const;
type Source = keyof typeof POLICIES;
const SOURCES: readonly Source[] = ['plain', 'deleted', 'scaled', 'kept'];

let controlPlane: ControlPlane;
let helm: Helm;
let former: FormerRelease;

beforeAll(async () => {
  former = await formerRelease();
  controlPlane = await startControlPlane({ programs: ownCluster(inject('cluster')).programs });
  helm = await helmFor(controlPlane);
});

afterAll(() => controlPlane?.stop());

interface Place {
  readonly release: World;
  readonly sources: World;
}

async function place(): Promise<Place> {
  const [release, sources] = [await makeWorldIn(controlPlane, 'release'), await makeWorldIn(controlPlane, 'sources')];
  onTestFinished(async () => {
    // With its operator gone: the next test's definition is its own.
    await helm('uninstall', RELEASE, '-n', release.namespace);
    await Promise.all([release.end(), sources.end()]);
  });
  for (const name of SOURCES) await sources.source(name, { replicas: 4 });
  return { release, sources };
}

const valuesFor = ({ sources: { namespace } }: Place, names: readonly Source[]): Promise<string> => {
  const rules = names.map((name) => {
    const policy = POLICIES[name];
    const rule = { scale_factor: '0.5', name_suffix: 'p', env: 'PROFILING_ENABLED: True' };
    return [name, policy === undefined ? rule : { ...rule, on_rule_removed: policy }];
  });
  const text = JSON.stringify({ [namespace]: { deployments: Object.fromEntries(rules) } });
  return valuesFile({ targetNameSpaces: [namespace], config: { data: { 'profiler-rc-config': text } } });
};

async function started({ release }: Place, program?: string): Promise<Operator> {
  const operator = await operatorOfRelease(release, program);
  onTestFinished(async () => {
    await operator.stop();
  });
  onTestFailed(() => {
    process.stderr.write(`\nan operator of ${release.namespace}:\n${lastLines(operator.output(), 40)}\n`);
  });
  await operator.ready();
  return operator;
}

const annotationsOf = ({ metadata }: Deployment): Readonly<Record<string, string>> => metadata.annotations ?? {};

/** As 0.1.0 leaves it. */
const hasWholeRule = (clone: Deployment): true | string =>
  annotationsOf(clone)[RULE]?.includes('scale_factor') || JSON.stringify(annotationsOf(clone));

/** As this version leaves it: a rule only where 0.1.0 would have to know of a policy. */
const isOfThisVersion =
  ({ namespace }: World, name: Source) =>
  (clone: Deployment): true | string => {
    const policy = POLICIES[name] ?? 'delete';
    const short = JSON.stringify({ [namespace]: { deployments: { [name]: { on_rule_removed: policy } } } });
    const { [RULE]: rule, [ON_RULE_REMOVED]: said } = annotationsOf(clone);
    return (said === policy && rule === (policy === 'delete' ? undefined : short)) || JSON.stringify(annotationsOf(clone));
  };

async function eventually(
  { sources }: Place,
  names: readonly Source[],
  fits: (name: Source) => (clone: Deployment) => true | string,
): Promise<void> {
  for (const name of names) await sources.eventually(`${name}-p`, fits(name));
}

/** All of the clones that must not change: everything but annotations, and the generation, which the API server counts up for these too. */
async function clones({ sources }: Place): Promise<unknown> {
  const found = await Promise.all(
    SOURCES.map(async (name) => {
      const clone = await sources.eventually(`${name}-p`, hasReplicas(2));
      const { uid, labels } = clone.metadata;
      return [name, { uid, labels, spec: clone.spec, replicaSets: await replicaSetsOf(sources, clone) }];
    }),
  );
  return Object.fromEntries(found);
}

async function writes({ release, sources }: Place): Promise<readonly string[]> {
  const user = await userOf(release);
  const entries = await readAuditLog(controlPlane.auditLog);
  return entries
    .filter((one) => one.user === user && one.resource === 'deployments' && WRITE_VERBS.has(one.verb))
    .map(({ verb, namespace, name, code }) => `${verb} ${namespace === sources.namespace ? name : namespace} ${code}`);
}

/** One change of each clone, in any order. */
const eachOnce = (names: readonly Source[]): readonly string[] => names.map((name) => `patch ${name}-p 200`).toSorted();

async function isFollowed({ sources }: Place, name: Source, replicas: number): Promise<void> {
  await sources.source(name, { replicas: replicas * 2 });
  await sources.eventually(`${name}-p`, hasReplicas(replicas));
}

/** The former release, at work. */
async function installed(here: Place): Promise<unknown> {
  await helm('install', RELEASE, former.chart, '-n', here.release.namespace, '-f', await valuesFor(here, SOURCES));
  const operator = await started(here, former.program);
  await eventually(here, SOURCES, () => hasWholeRule);
  const before = await clones(here);
  await operator.stop();
  return before;
}

test('helm upgrade and helm rollback write each clone once, in its annotations alone', async () => {
  const here = await place();
  const at = ['-n', here.release.namespace];
  const before = await installed(here);

  const written = (await writes(here)).length;
  await helm('upgrade', RELEASE, CHART, ...at, '-f', await valuesFor(here, SOURCES));
  const operator = await started(here);
  await eventually(here, SOURCES, (name) => isOfThisVersion(here.sources, name));
  expect(await clones(here)).toEqual(before);
  expect((await writes(here)).slice(written).toSorted()).toEqual(eachOnce(SOURCES));
  const memory = memoryOf({ namespace: here.release.namespace, binding: BINDING });
  const { data } = JSON.parse(await here.release.kubectl('get', 'configmap', memory, ...at, '-o', 'json'));
  for (const name of SOURCES) expect(data['rules.jsonl']).toContain(`{"${name}":`);
  expect(data['removed.jsonl']).toBe('');
  await operator.stop();

  const upgraded = (await writes(here)).length;
  await helm('rollback', RELEASE, '1', ...at);
  await started(here, former.program);
  await eventually(here, SOURCES, () => hasWholeRule);
  expect(await clones(here)).toEqual(before);
  expect((await writes(here)).slice(upgraded).toSorted()).toEqual(eachOnce(SOURCES));
  await isFollowed(here, 'plain', 3);
});

test('a rule that goes while this version runs: its clone with on_rule_removed: keep outlives the way back', async () => {
  const here = await place();
  const at = ['-n', here.release.namespace];
  const before = await installed(here);
  await helm('upgrade', RELEASE, CHART, ...at, '-f', await valuesFor(here, SOURCES));
  const operator = await started(here);
  await eventually(here, SOURCES, (name) => isOfThisVersion(here.sources, name));
  const left: readonly Source[] = ['plain', 'deleted', 'scaled'];
  await helm('upgrade', RELEASE, CHART, ...at, '-f', await valuesFor(here, left));
  await waitFor('the removal to be remembered', async () => {
    const memory = memoryOf({ namespace: here.release.namespace, binding: BINDING });
    const text = await here.release.kubectl('get', 'configmap', memory, ...at, '-o', 'json');
    return JSON.parse(text).data['removed.jsonl'].includes('kept-p') || text;
  });
  await operator.stop();

  const written = (await writes(here)).length;
  await helm('upgrade', RELEASE, former.chart, ...at, '-f', await valuesFor(here, left));
  await started(here, former.program);
  await eventually(here, left, () => hasWholeRule);
  await isFollowed(here, 'plain', 3);
  await isFollowed(here, 'plain', 2);
  expect(await clones(here)).toMatchObject({ kept: (before as Readonly<Record<string, object>>).kept });
  expect((await writes(here)).slice(written).toSorted()).toEqual([...eachOnce(left), ...eachOnce(['plain', 'plain'])].toSorted());
});

test('a rule that goes with the upgrade: its clone is left as it is and told, for no memory knows it', async () => {
  const here = await place();
  const before = await installed(here);
  const written = (await writes(here)).length;
  const left: readonly Source[] = ['plain', 'scaled', 'kept'];
  await helm('upgrade', RELEASE, CHART, '-n', here.release.namespace, '-f', await valuesFor(here, left));
  const operator = await started(here);
  await eventually(here, left, (name) => isOfThisVersion(here.sources, name));
  await waitFor('/health to tell', async () => {
    const { body } = await operator.get('/health');
    return JSON.parse(body).clones.unclaimed === 1 || body;
  });
  await isFollowed(here, 'plain', 3);
  await isFollowed(here, 'plain', 2);
  expect(await clones(here)).toMatchObject({ deleted: (before as Readonly<Record<string, object>>).deleted });
  expect((await writes(here)).slice(written).toSorted()).toEqual([...eachOnce(left), ...eachOnce(['plain', 'plain'])].toSorted());
});
