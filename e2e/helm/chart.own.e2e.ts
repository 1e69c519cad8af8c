/**
 * The chart, by Helm, on a control plane of its own: what an install, an upgrade, a rollback, an uninstall and a reinstall leave of binding, rules,
 * clones and definition. Pod Security `restricted` is enforced where the release is. The operator has the rights of the chart's Roles alone.
 */

import { type AuditEntry, readAuditLog, WRITE_VERBS } from '@ddprofiler-rc/control-plane/audit-log';
import { type ControlPlane, startControlPlane } from '@ddprofiler-rc/control-plane/control-plane';
import { lastLines } from '@ddprofiler-rc/control-plane/guarded-process';
import type { Operator } from '@ddprofiler-rc/control-plane/operator-process';
import { accessesIn, accessesOf, memoryOf } from '@ddprofiler-rc/control-plane/rights';
import { waitFor } from '@ddprofiler-rc/control-plane/wait';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, onTestFailed, onTestFinished, test } from 'vitest';
import { footprints } from '../harness/footprint.ts';
import { CHART, type Helm, helmFor, PREDECESSOR } from '../harness/helm.ts';
import { ownCluster } from '../harness/own-cluster.ts';
import { operatorOfRelease, podsAdmitted, userOf } from '../harness/release.ts';
import { exampleClones, exampleFor, exampleSources, valuesFile } from '../harness/values.ts';
import { envOf, hasReplicas, makeWorldIn, type World } from '../harness/world.ts';

const CRD = 'ddprofcrds.crds.grove';
const RELEASE = 'rc';
const BINDING = `${RELEASE}-ddprof-rcconfig`;
const RULES = `${RELEASE}-rcconfig`;

let controlPlane: ControlPlane;
let helm: Helm;

beforeAll(async () => {
  controlPlane = await startControlPlane({ programs: ownCluster(inject('cluster')).programs });
  helm = await helmFor(controlPlane);
});

afterAll(() => controlPlane?.stop());

beforeEach(async () => {
  await controlPlane.kubectl('delete', 'crd', CRD, '--ignore-not-found');
});

/** A namespace for a test; `restricted` where the release is to be. */
async function namespace(purpose: string, isRestricted = false): Promise<World> {
  const world = await makeWorldIn(controlPlane, purpose);
  onTestFinished(() => world.end());
  if (isRestricted) await world.kubectl('label', 'namespace', world.namespace, 'pod-security.kubernetes.io/enforce=restricted');
  return world;
}

async function started(world: World): Promise<Operator> {
  const operator = await operatorOfRelease(world);
  onTestFinished(async () => {
    await operator.stop();
  });
  onTestFailed(() => {
    process.stderr.write(`\nthe operator of ${world.namespace}:\n${lastLines(operator.output(), 40)}\n`);
  });
  await operator.ready();
  return operator;
}

const rule = (factor: string): object => ({
  env: 'PROFILING_ENABLED: True',
  scale_factor: factor,
  name_suffix: 'profiler',
});

const rulesFor = (factor: string, ...worlds: readonly World[]): object => ({
  config: {
    data: {
      'profiler-rc-config': JSON.stringify(
        Object.fromEntries(worlds.map(({ namespace: name }) => [name, { deployments: { web: rule(factor) } }])),
      ),
    },
  },
});

const names = async ({ kubectl, namespace: name }: World, kind: string): Promise<readonly string[]> =>
  (await kubectl('get', kind, '-n', name, '-o', 'name')).split('\n').filter((line) => line !== '');

async function deploymentWrites(user: string): Promise<readonly AuditEntry[]> {
  const entries = await readAuditLog(controlPlane.auditLog);
  return entries.filter((entry) => entry.user === user && entry.resource === 'deployments' && WRITE_VERBS.has(entry.verb));
}

const podsOf = ({ kubectl, namespace: name }: World): Promise<string> =>
  kubectl('get', 'pods', '-n', name, '-l', 'app.kubernetes.io/name=ddprofiler-rc', '-o', 'jsonpath={.items[*].metadata.uid}');

const hasCondition = ({ kubectl, namespace: name }: World, type: string, reason: string) =>
  waitFor(`the binding to have ${type} ${reason}`, async () => {
    const text = await kubectl('get', 'ddprofcrd', BINDING, '-n', name, '-o', 'json');
    const { conditions = [] } = JSON.parse(text).status ?? {};
    return conditions.some((one: { type: string; reason: string }) => one.type === type && one.reason === reason) || text;
  });

/** The binding was read anew: the operator has told its status to the one that is there now. */
const isTold = (world: World, reason: string) => hasCondition(world, 'RulesValid', reason);

interface Variant {
  readonly what: string;
  /** Where the sources are; none for a release that has no rules. */
  readonly targets: readonly string[];
  readonly values: (release: World, targets: readonly World[], factor: string) => object;
  readonly isClusterWide?: true;
}

const VARIANTS: readonly Variant[] = [
  { what: 'default values', targets: [], values: () => ({}) },
  {
    what: 'the rules’ own namespaces',
    targets: ['own'],
    values: (_, targets, factor) => rulesFor(factor, ...targets),
  },
  {
    what: 'two target namespaces',
    targets: ['one', 'two'],
    values: (_, targets, factor) => ({
      targetNameSpaces: targets.map(({ namespace: name }) => name),
      ...rulesFor(factor, ...targets),
    }),
  },
  {
    what: '["*"]',
    targets: ['any'],
    values: (_, targets, factor) => ({ targetNameSpaces: ['*'], ...rulesFor(factor, ...targets) }),
    isClusterWide: true,
  },
];

describe.for(VARIANTS.map((variant) => [variant.what, variant] as const))('with %s', ([, { targets, values, isClusterWide }]) => {
  test('install, upgrade, rollback, uninstall and reinstall', async () => {
    const release = await namespace('release', true);
    const worlds = await Promise.all(targets.map((name) => namespace(name)));
    for (const world of worlds) await world.source('web', { replicas: 4 });
    const at = ['--namespace', release.namespace];
    const install = async () => helm('install', RELEASE, CHART, ...at, '-f', await valuesFile(values(release, worlds, '0.5')));

    await install();
    await podsAdmitted(release);
    const clusterRoles = (
      await release.kubectl('get', 'clusterroles', '-l', `app.kubernetes.io/instance=${RELEASE}`, '-o', 'name')
    ).trim();
    expect(clusterRoles !== '').toBe(isClusterWide === true);
    expect(await rolesOf(release)).not.toBe('');
    const operator = await started(release);
    const user = await userOf(release);
    for (const world of worlds) {
      const clone = await world.eventually('web-profiler', hasReplicas(2));
      expect(envOf(clone)).toEqual({ PROFILING_ENABLED: 'True' });
    }
    await isTold(release, worlds.length === 0 ? 'NoKey' : 'Valid');

    // A change of the rules restarts nothing; the binding is made anew meanwhile, and no clone is touched for that.
    const pods = await podsOf(release);
    const binding = await names(release, 'ddprofcrd');
    await helm('upgrade', RELEASE, CHART, ...at, '-f', await valuesFile(values(release, worlds, '0.75')));
    for (const world of worlds) await world.eventually('web-profiler', hasReplicas(3));
    expect(await podsOf(release)).toBe(pods);
    expect(await names(release, 'ddprofcrd')).toEqual(binding);
    await helm('rollback', RELEASE, '1', ...at);
    for (const world of worlds) await world.eventually('web-profiler', hasReplicas(2));
    expect(await names(release, 'ddprofcrd')).toEqual(binding);
    expect(operator.log().filter(({ level }) => level === 'error')).toEqual([]);

    // An upgrade that changes nothing writes nothing.
    await isTold(release, worlds.length === 0 ? 'NoKey' : 'Valid');
    const writes = await deploymentWrites(user);
    await helm('upgrade', RELEASE, CHART, ...at, '-f', await valuesFile(values(release, worlds, '0.5')));
    await isTold(release, worlds.length === 0 ? 'NoKey' : 'Valid');
    expect(await deploymentWrites(user)).toEqual(writes);

    // What is left: the definition, the clones, and the memory of their rules.
    const before = await Promise.all(worlds.map((world) => footprints(world, ['web', 'web-profiler'])));
    await operator.stop();
    await helm('uninstall', RELEASE, ...at);
    expect(await names(release, 'ddprofcrd')).toEqual([]);
    const memory = `configmap/${memoryOf({ namespace: release.namespace, binding: BINDING })}`;
    const configMaps = await names(release, 'configmaps');
    expect(configMaps.filter((name) => name !== memory)).toEqual(['configmap/kube-root-ca.crt']);
    if (worlds.length > 0) expect(configMaps).toContain(memory);
    expect(await rolesOf(release)).toBe('');
    await release.kubectl('get', 'crd', CRD);
    await install();
    const again = await started(release);
    await isTold(release, worlds.length === 0 ? 'NoKey' : 'Valid');
    expect(await Promise.all(worlds.map((world) => footprints(world, ['web', 'web-profiler'])))).toEqual(before);
    expect(await deploymentWrites(user)).toEqual(writes);
    expect(again.log().filter(({ level }) => level === 'error')).toEqual([]);
  });
});

/** In whatever namespaces: those of another test's release, whose namespaces may still be going, are not meant. */
function rolesOf({ kubectl, namespace }: World): Promise<string> {
  const isOfRelease = `@.metadata.annotations.meta\\.helm\\.sh/release-namespace=="${namespace}"`;
  return kubectl('get', 'roles,rolebindings', '-A', '-o', `jsonpath={.items[?(${isOfRelease})].metadata.name}`);
}

describe('with the Python operator’s values', () => {
  test('they install as they are on a fresh cluster', async () => {
    const release = await namespace('example', true);
    const sources = await namespace('sources');
    await exampleSources(sources);
    const said = await helm('install', RELEASE, CHART, '-n', release.namespace, '-f', await exampleFor(sources));
    expect(said).toContain('The values roles and roles_permissions are ignored');
    await podsAdmitted(release);
    await started(release);
    await exampleClones(sources);
  });

  test('a release of its chart is upgraded under its own name, rolled back, and upgraded again', async () => {
    const release = await namespace('migrated', true);
    const sources = await namespace('sources');
    await exampleSources(sources);
    const at = ['--namespace', release.namespace, '-f', await exampleFor(sources)];
    await helm('install', RELEASE, PREDECESSOR, ...at);
    expect(await names(release, 'ddprofcrd')).toEqual([`ddprofcrd.crds.grove/${BINDING}`]);

    const said = await helm('upgrade', RELEASE, CHART, ...at);
    await podsAdmitted(release);
    const operator = await started(release);
    await exampleClones(sources);
    const clones = ['profiler-worker-profiler', 'profiler-feedworker-profiler'];
    const before = await footprints(sources, clones);
    // Its definition has no status: the operator says so once, and works.
    expect(await release.kubectl('get', 'crd', CRD, '-o', 'jsonpath={.spec.versions[0].subresources}')).toBe('');
    expect(operator.log().filter(({ level }) => level === 'error')).toEqual([]);
    await operator.stop();

    await helm('rollback', RELEASE, '1', '--namespace', release.namespace);
    expect(await names(release, 'ddprofcrd')).toEqual([`ddprofcrd.crds.grove/${BINDING}`]);
    expect(await names(release, 'configmaps')).toContain(`configmap/${RULES}`);
    expect(await names(release, 'deployments')).toEqual([]);
    await helm('upgrade', RELEASE, CHART, ...at);
    await started(release);
    expect(await footprints(sources, clones)).toEqual(before);

    // The commands that the chart printed hand the definition over.
    for (const command of said.match(/kubectl (label|annotate) crd .*/g) ?? [])
      await release.kubectl(...command.split(/\s+/).slice(1));
    await helm('upgrade', RELEASE, CHART, '--namespace', release.namespace, '--reuse-values');
    expect(await release.kubectl('get', 'crd', CRD, '-o', 'jsonpath={.spec.versions[0].subresources}')).toBe('{"status":{}}');
    await isTold(release, 'Valid');
    await helm('uninstall', RELEASE, '--namespace', release.namespace);
    expect(await names(release, 'ddprofcrd')).toEqual([]);
    await release.kubectl('get', 'crd', CRD);
    expect(await footprints(sources, clones)).toEqual(before);
  });
});

test('a second release leaves the definition to the first, and crds.keep=false takes it away', async () => {
  const first = await namespace('first', true);
  const second = await namespace('second', true);
  await helm('install', RELEASE, CHART, '-n', first.namespace, '--set', 'crds.keep=false');
  const said = await helm('install', RELEASE, CHART, '-n', second.namespace);
  expect(said).toContain(`belongs to the release ${first.namespace}/${RELEASE}`);
  await helm('uninstall', RELEASE, '-n', second.namespace);
  await first.kubectl('get', 'crd', CRD);
  await helm('uninstall', RELEASE, '-n', first.namespace);
  await first.kubectl('wait', '--for=delete', `crd/${CRD}`, '--timeout=60s');
});

test('the definition refuses bindings that could never work, and no others', async () => {
  const world = await namespace('bindings', true);
  await helm('install', RELEASE, CHART, '-n', world.namespace);
  const good = { ruleType: 'configmap', cmName: 'rules', cmNamespace: world.namespace, cmConfigTag: 'rules.yaml' };
  const apply = (fields: object) =>
    world.apply({ apiVersion: 'crds.grove/v1', kind: 'DDProfCrd', metadata: { name: 'tried' }, ...fields });
  await apply(good);
  await apply({ ...good, cmNamespace: '', cmConfigTag: 'A_b-c.1', note: { of: 'a field that nobody knows' } });
  await expect(apply({ ...good, ruleType: 'other' })).rejects.toThrow('supported values: "configmap"');
  await expect(apply({ ...good, cmName: 'Not_A_Name' })).rejects.toThrow('cmName');
  await expect(apply({ ...good, cmConfigTag: 'a/b' })).rejects.toThrow('cmConfigTag');
  await expect(apply({ ...good, cmNamespace: 'a.b' })).rejects.toThrow('cmNamespace');
  const { cmName: _, ...nameless } = good;
  await world.kubectl('delete', 'ddprofcrd', 'tried', '-n', world.namespace);
  await apply(nameless);
});

/** `verb group/resource in namespace`. */
const placed = (accesses: Iterable<string>, where: string): readonly string[] => [...accesses].map((one) => `${one} in ${where}`);

async function granted(worlds: readonly World[], user: string): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const { kubectl, namespace: where } of worlds) {
    const { items: bindings } = JSON.parse(await kubectl('get', 'rolebindings', '-n', where, '-o', 'json'));
    const roles = bindings
      .filter(({ subjects }: { subjects: readonly { namespace: string; name: string }[] }) =>
        subjects.some((one) => `system:serviceaccount:${one.namespace}:${one.name}` === user),
      )
      .map(({ roleRef }: { roleRef: { name: string } }) => roleRef.name);
    for (const role of roles) {
      const { rules } = JSON.parse(await kubectl('get', 'role', role, '-n', where, '-o', 'json'));
      for (const one of placed(accessesOf(rules), where)) found.add(one);
    }
  }
  return found;
}

async function used(user: string): Promise<ReadonlySet<string>> {
  const entries = await readAuditLog(controlPlane.auditLog);
  const own = entries.filter((entry) => entry.user === user && entry.resource !== '');
  return new Set(own.flatMap((entry) => placed(accessesIn(entry), entry.namespace)));
}

test('what the operator asks for in a life with everything in it is what the Roles grant: nothing is missing, nothing is spare', async () => {
  const release = await namespace('least', true);
  const targets = [await namespace('target-a'), await namespace('target-b')];
  const values = { targetNameSpaces: targets.map(({ namespace: name }) => name) };
  const at = ['--namespace', release.namespace];
  const withRules = async (factor: string) => valuesFile({ ...values, ...rulesFor(factor, ...targets) });
  await helm('install', RELEASE, CHART, ...at, '-f', await withRules('0.5'));
  for (const world of targets) await world.source('web', { replicas: 4 });
  const operator = await started(release);
  const user = await userOf(release);
  for (const world of targets) {
    await world.eventually('web-profiler', hasReplicas(2));
    // Made, and made again: an Event, and the series of it.
    await world.kubectl('delete', 'deployment', 'web-profiler', '-n', world.namespace);
    await world.eventually('web-profiler', hasReplicas(2));
    await world.source('web', { replicas: 8 });
    await world.eventually('web-profiler', hasReplicas(4));
  }
  // Wrong, right, and wrong again, in each of two ways: an Event on the binding or on the source, and the series of it.
  const write = (text: string) =>
    release.kubectl(
      'patch',
      'configmap',
      RULES,
      '-n',
      release.namespace,
      '--type=merge',
      '-p',
      JSON.stringify({ data: { 'profiler-rc-config': text } }),
    );
  const rules = (more: object): string =>
    JSON.stringify(
      Object.fromEntries(targets.map(({ namespace: name }) => [name, { deployments: { web: { ...rule('0.5'), ...more } } }])),
    );
  for (const round of [1, 2]) {
    await write(rules({ scale_factor: 'half' }));
    await hasCondition(release, 'RulesValid', 'RulesInvalid');
    await write(rules({ container: 'none' }));
    await hasCondition(release, 'Degraded', 'ContainerNotFound');
    await write(rules({ max_replicas: 4 + round }));
    await hasCondition(release, 'Degraded', 'AsExpected');
  }
  const withdraw = async () => {
    await write('{}');
    for (const world of targets) await world.eventuallyGone('web-profiler');
  };
  await withdraw();
  // What no rule named for a while is looked for when one does again.
  await write(rules({}));
  for (const world of targets) await world.eventually('web-profiler', hasReplicas(4));
  await withdraw();
  await waitFor('all Events to be told', async () => {
    const rights = await granted([release, ...targets], user);
    const asked = await used(user);
    const untold = [...rights].filter((one) => one.includes('/events ') && !asked.has(one));
    return untold.length === 0 || untold.join(', ');
  });
  await operator.stop();
  expect([...(await used(user))].sort()).toEqual([...(await granted([release, ...targets], user))].sort());
});
