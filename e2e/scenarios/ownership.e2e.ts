/**
 * Whose is what: clones follow their source through its end and its return, are put back where somebody changed what is ours, and
 * keep what is not; and Deployments that are not ours are left alone, whatever they look like.
 */

import type { Operator } from '@ddprofiler-rc/control-plane/operator-process';
import { waitFor } from '@ddprofiler-rc/control-plane/wait';
import { describe, expect, onTestFinished, test } from 'vitest';
import { CANARY_RULE, everythingWasDecided } from '../harness/canary.ts';
import { footprint } from '../harness/footprint.ts';
import { errorsIn, writesIn } from '../harness/operator-writes.ts';
import { type Deployment, envOf, hasReplicas, IMAGE, makeWorld, type World } from '../harness/world.ts';

const SOURCE = 'web';
const CLONE = 'web-profiler';
/** Half of the source's replicas; further fields of the rule go in for `more`. */
const rulesWith = (more = '') =>
  `$NS: { deployments: { ${SOURCE}: { scale_factor: "0.5", name_suffix: profiler${more} }, ${CANARY_RULE} } }`;
const RULES = rulesWith();
const NO_RULE_FOR_WEB = `$NS: { deployments: { ${CANARY_RULE} } }`;

interface Setting {
  readonly world: World;
  readonly operator: Operator;
}

/** A source of 4 replicas, its clone of 2 made by a running operator. */
async function convergedWith(rules: string): Promise<Setting & { readonly clone: Deployment }> {
  const { world, operator } = await runningWith(rules);
  await world.source(SOURCE, { replicas: 4 });
  const clone = await world.eventually(CLONE, hasReplicas(2));
  // The clone is there before the answer to its creation is, and that before its line in the log.
  await waitFor('the log to tell of the clone', async () => writesIn(operator, keyOf(world, CLONE)).length > 0 || 'it does not');
  return { world, operator, clone };
}

async function runningWith(rules: string): Promise<Setting> {
  const world = await makeWorld('ownership');
  onTestFinished(() => world.end());
  await world.bind();
  await world.rules(rules);
  const operator = await world.operator();
  await operator.ready();
  return { world, operator };
}

const keyOf = (world: World, name: string) => `${world.namespace}/${name}`;
const sourceUidIn = ({ metadata }: Deployment) => metadata.annotations?.['ddprofiler-rc.grove/source-uid'];

async function present(world: World, name: string): Promise<Deployment> {
  const deployment = await world.deployment(name);
  if (deployment === undefined) throw new Error(`there is no Deployment ${name}`);
  return deployment;
}

const remove = (world: World, name: string) => world.kubectl('delete', 'deployment', name, '-n', world.namespace);

/** Waits until `/health` answers so; its body, as JSON. */
async function eventuallyHealth(operator: Operator, wanted: 200 | 503): Promise<{ readonly unhealthy: readonly object[] }> {
  let last = '';
  await waitFor(`/health to answer ${wanted}`, async () => {
    const { status, body } = await operator.get('/health');
    last = body;
    return status === wanted || `${status}: ${body}`;
  });
  return JSON.parse(last);
}

describe('given a clone whose source is deleted', () => {
  test('when nothing else is said, then it goes to 0 replicas, and follows the source again once there is one', async () => {
    const { world, operator, clone } = await convergedWith(RULES);

    await remove(world, SOURCE);
    const idle = await world.eventually(CLONE, hasReplicas(0));
    expect(idle.metadata.uid).toBe(clone.metadata.uid);
    expect(idle.spec.template).toEqual(clone.spec.template);

    await world.source(SOURCE, { replicas: 6, env: { RELEASE: '2' } });
    const back = await world.eventually(CLONE, hasReplicas(3));
    const source = await present(world, SOURCE);
    expect(back.metadata.uid).toBe(clone.metadata.uid);
    expect(envOf(back)).toEqual({ RELEASE: '2' });
    expect(sourceUidIn(clone)).not.toBe(source.metadata.uid);
    expect(sourceUidIn(back)).toBe(source.metadata.uid);

    await world.kubectl('scale', 'deployment', SOURCE, '-n', world.namespace, '--replicas=2');
    await world.eventually(CLONE, hasReplicas(1));
    expect(errorsIn(operator)).toEqual([]);
  });

  test('when the source comes back at once with another selector, then the clone is replaced, and nothing of the old one is left', async () => {
    const { world, operator, clone } = await convergedWith(RULES);
    const selector = clone.spec.selector.matchLabels;

    await remove(world, SOURCE);
    await world.source(SOURCE, { replicas: 6, selectorLabels: { tier: 'front' } });

    await world.eventually(CLONE, ({ metadata }) => metadata.uid !== clone.metadata.uid || 'it is still the old one');
    const replaced = await world.eventually(CLONE, hasReplicas(3));
    expect(replaced.spec.selector.matchLabels).toEqual({ ...selector, tier: 'front' });
    expect(sourceUidIn(replaced)).toBe((await present(world, SOURCE)).metadata.uid);
    await waitFor('ReplicaSets of the present source and clone alone', async () => {
      const text = await world.kubectl('get', 'replicasets', '-n', world.namespace, '-o', 'json');
      const owners: readonly (string | undefined)[] = JSON.parse(text).items.map(
        ({ metadata }: { metadata: { ownerReferences?: readonly { uid: string }[] } }) => metadata.ownerReferences?.[0]?.uid,
      );
      const known = new Set((await world.deployments()).map(({ metadata }) => metadata.uid));
      const others = owners.filter((uid) => uid === undefined || !known.has(uid));
      return others.length === 0 || `${others.length} ReplicaSets are left over`;
    });
    expect(errorsIn(operator)).toEqual([]);
  });

  test('when the source comes back with another selector after the clone went to 0, then the clone is replaced', async () => {
    const { world, clone } = await convergedWith(RULES);

    await remove(world, SOURCE);
    await world.eventually(CLONE, hasReplicas(0));
    await world.source(SOURCE, { replicas: 2, selectorLabels: { tier: 'front' } });

    await world.eventually(CLONE, ({ metadata }) => metadata.uid !== clone.metadata.uid || 'it is still the old one');
    const replaced = await world.eventually(CLONE, hasReplicas(1));
    expect(replaced.spec.selector.matchLabels).toMatchObject({ tier: 'front' });
  });

  test('when the rule says on_source_deleted: delete, then it goes, and is made anew with the source', async () => {
    const { world, operator, clone } = await convergedWith(rulesWith(', on_source_deleted: delete'));

    await remove(world, SOURCE);
    await world.eventuallyGone(CLONE);

    await world.source(SOURCE, { replicas: 2 });
    const anew = await world.eventually(CLONE, hasReplicas(1));
    expect(anew.metadata.uid).not.toBe(clone.metadata.uid);
    expect(errorsIn(operator)).toEqual([]);
  });

  test('when the rule says on_source_deleted: keep, then it stays as it is, and follows the source again once there is one', async () => {
    const { world, operator, clone } = await convergedWith(rulesWith(', on_source_deleted: keep'));
    const before = await footprint(world, CLONE);

    await remove(world, SOURCE);
    await operator.logged('that the clone is kept', (line) => line.clone === keyOf(world, CLONE) && line.verdict === 'kept');
    await everythingWasDecided(world);
    expect(await footprint(world, CLONE)).toEqual(before);

    await world.source(SOURCE, { replicas: 6 });
    const back = await world.eventually(CLONE, hasReplicas(3));
    expect(back.metadata.uid).toBe(clone.metadata.uid);
  });

  test('when that happens while the operator is down, then it does the same once it is up', async () => {
    const { world, operator, clone } = await convergedWith(RULES);
    await operator.stop();
    await remove(world, SOURCE);

    const second = await world.operator();
    const idle = await world.eventually(CLONE, hasReplicas(0));
    expect(idle.metadata.uid).toBe(clone.metadata.uid);

    await second.stop();
    await world.source(SOURCE, { replicas: 6 });
    await world.operator();
    const back = await world.eventually(CLONE, hasReplicas(3));
    expect(back.metadata.uid).toBe(clone.metadata.uid);
  });
});

describe('given a clone whose rule is removed', () => {
  test('when the rule said on_rule_removed: keep, then it stays as it is and follows no more, until the rule is back', async () => {
    const { world, operator, clone } = await convergedWith(rulesWith(', on_rule_removed: keep'));
    const before = await footprint(world, CLONE);

    await world.rules(NO_RULE_FOR_WEB);
    const isKept = (line: { readonly [field: string]: unknown }) =>
      line.clone === keyOf(world, CLONE) && line.verdict === 'kept' && line.reason === 'RuleRemoved';
    await operator.logged('that the clone is kept', isKept);
    await world.source(SOURCE, { replicas: 8 });
    await everythingWasDecided(world);
    expect(await footprint(world, CLONE)).toEqual(before);

    await operator.stop();
    const second = await world.operator();
    await second.logged('that the clone is kept', isKept);
    expect(await footprint(world, CLONE)).toEqual(before);

    await world.rules(RULES);
    const back = await world.eventually(CLONE, hasReplicas(4));
    expect(back.metadata.uid).toBe(clone.metadata.uid);
  });

  test('when the rule said on_rule_removed: scale_to_zero, then it goes to 0 replicas and stays there, until the rule is back', async () => {
    const { world, operator, clone } = await convergedWith(rulesWith(', on_rule_removed: scale_to_zero'));

    await world.rules(NO_RULE_FOR_WEB);
    const idle = await world.eventually(CLONE, hasReplicas(0));
    expect(idle.metadata.uid).toBe(clone.metadata.uid);
    const before = await footprint(world, CLONE);
    await world.source(SOURCE, { replicas: 8 });
    await everythingWasDecided(world);
    expect(await footprint(world, CLONE)).toEqual(before);

    await world.rules(RULES);
    const back = await world.eventually(CLONE, hasReplicas(4));
    expect(back.metadata.uid).toBe(clone.metadata.uid);
    expect(errorsIn(operator)).toEqual([]);
  });

  test('when the rule said nothing, then it is deleted, and a copy of it under another name is not', async () => {
    const { world, clone } = await convergedWith(RULES);
    const copy = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web-copy', labels: clone.metadata.labels, annotations: clone.metadata.annotations },
      spec: { ...clone.spec, replicas: 1 },
    };
    await world.apply(copy);
    const before = await footprint(world, 'web-copy');

    await world.rules(NO_RULE_FOR_WEB);
    await world.eventuallyGone(CLONE);
    await everythingWasDecided(world);
    expect(await footprint(world, 'web-copy')).toEqual(before);
  });
});

describe('given a clone that somebody lays hands on', () => {
  test('when it is deleted, then it is back', async () => {
    const { world, operator, clone } = await convergedWith(RULES);

    await remove(world, CLONE);

    const back = await world.eventually(CLONE, hasReplicas(2));
    expect(back.metadata.uid).not.toBe(clone.metadata.uid);
    expect(back.spec).toEqual(clone.spec);
    expect(back.metadata.labels).toEqual(clone.metadata.labels);
    expect(errorsIn(operator)).toEqual([]);
  });

  test('when its replicas and its image are changed, then they are put back', async () => {
    const { world, operator, clone } = await convergedWith(RULES);
    const generations = (count: number) => (deployment: Deployment) =>
      deployment.metadata.generation >= clone.metadata.generation + count || 'it was not written to so often yet';

    await world.kubectl('scale', 'deployment', CLONE, '-n', world.namespace, '--replicas=5');
    await world.eventually(CLONE, generations(2)); // theirs and ours
    const scaledBack = await world.eventually(CLONE, hasReplicas(2));

    await world.kubectl('set', 'image', `deployment/${CLONE}`, '-n', world.namespace, 'app=nginx:1.27-alpine');
    await world.eventually(CLONE, generations(4));
    const back = await world.eventually(CLONE, hasReplicas(2));

    expect(scaledBack.spec).toEqual(clone.spec);
    expect(back.spec).toEqual(clone.spec);
    expect(back.metadata.uid).toBe(clone.metadata.uid);
    expect(errorsIn(operator)).toEqual([]);
  });

  test('when that happens while the operator is down, then it is put back once it is up', async () => {
    const { world, operator, clone } = await convergedWith(RULES);
    await operator.stop();
    await world.kubectl('scale', 'deployment', CLONE, '-n', world.namespace, '--replicas=5');
    await world.kubectl('set', 'image', `deployment/${CLONE}`, '-n', world.namespace, 'app=nginx:1.27-alpine');

    await world.operator();

    await world.eventually(
      CLONE,
      ({ spec: { template } }) => template.spec.containers[0]?.image === IMAGE || 'the image is theirs',
    );
    const back = await world.eventually(CLONE, hasReplicas(2));
    expect(back.spec).toEqual(clone.spec);
  });

  test('when a foreign annotation and label are put on it, then they are left, no write follows, and later ones spare them', async () => {
    const { world, operator } = await convergedWith(RULES);
    const before = writesIn(operator, keyOf(world, CLONE)).length;

    await world.kubectl('annotate', 'deployment', CLONE, '-n', world.namespace, 'team.example/note=looked at it');
    await world.kubectl('label', 'deployment', CLONE, '-n', world.namespace, 'team.example/colour=blue');
    const annotated = await footprint(world, CLONE);
    await everythingWasDecided(world);
    expect(writesIn(operator, keyOf(world, CLONE)).slice(before)).toEqual([]);
    expect(await footprint(world, CLONE)).toEqual(annotated);

    await world.source(SOURCE, { replicas: 6, env: { RELEASE: '2' } });
    await world.eventually(CLONE, (clone) => envOf(clone).RELEASE === '2' || 'it does not follow yet');
    const { metadata } = await world.eventually(CLONE, hasReplicas(3));
    expect(metadata.annotations).toMatchObject({ 'team.example/note': 'looked at it' });
    expect(metadata.labels).toMatchObject({ 'team.example/colour': 'blue' });
  });

  test('when it is restarted by hand, then the mark of that stays on its pods', async () => {
    const { world, operator, clone } = await convergedWith(RULES);
    const before = writesIn(operator, keyOf(world, CLONE)).length;

    await world.kubectl('rollout', 'restart', `deployment/${CLONE}`, '-n', world.namespace);
    const restarted = await footprint(world, CLONE);
    await everythingWasDecided(world);

    expect(restarted.metadata.generation).toBe(clone.metadata.generation + 1);
    expect(writesIn(operator, keyOf(world, CLONE)).slice(before)).toEqual([]);
    expect(await footprint(world, CLONE)).toEqual(restarted);
  });
});

describe('given a Deployment that somebody else made under the name of a clone', () => {
  /** What a team of its own might run there; `labels` on the Deployment itself. */
  const theirs = (labels: Readonly<Record<string, string>>) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: CLONE, labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: 'theirs' } },
      template: {
        metadata: { labels: { app: 'theirs' } },
        spec: { containers: [{ name: 'theirs', image: IMAGE }] },
      },
    },
  });

  test.for([
    { whose: 'nobody we know', labels: { team: 'theirs' } },
    {
      whose: 'another binding, by its mark',
      labels: {
        'app.kubernetes.io/managed-by': 'ddprofiler-rc',
        'ddprofiler-rc.grove/binding': '0123456789abcdef',
        'ddprofiler-rc.grove/clone': CLONE,
      },
    },
    {
      whose: 'a tool that calls itself by our name, without a mark',
      labels: { 'app.kubernetes.io/managed-by': 'ddprofiler-rc' },
    },
  ])('when it belongs to $whose, then it is never touched, is reported, and makes way when it is deleted', async ({ labels }) => {
    const world = await makeWorld('taken');
    onTestFinished(() => world.end());
    await world.apply(theirs(labels));
    await world.eventually(CLONE, hasReplicas(1));
    const before = await footprint(world, CLONE);
    const settled = await present(world, CLONE);
    await world.bind();
    await world.rules(RULES);
    await world.source(SOURCE, { replicas: 4 });

    // Reported: in the log and by /health.
    const operator = await world.operator();
    const isTaken = (line: { readonly [field: string]: unknown }) =>
      line.clone === keyOf(world, CLONE) && line.reason === 'NameTaken' && line.level === 'warn';
    await operator.logged('that the name is taken', isTaken);
    const blocked = { clone: keyOf(world, CLONE), source: keyOf(world, SOURCE), state: 'blocked', reason: 'NameTaken' };
    expect((await eventuallyHealth(operator, 503)).unhealthy).toContainEqual(expect.objectContaining(blocked));

    // Never touched: whatever the source, the rules and the operator itself do.
    await world.source(SOURCE, { replicas: 6, env: { RELEASE: '2' } });
    await world.rules(rulesWith(', image: "nginx:1.27-alpine"'));
    await everythingWasDecided(world);
    await operator.kill();
    const second = await world.operator();
    await second.logged('that the name is taken', isTaken);
    await remove(world, SOURCE);
    await world.source(SOURCE, { replicas: 4 });
    await everythingWasDecided(world);
    await world.rules(NO_RULE_FOR_WEB);
    await second.logged('that the clone is no business of ours any more', (line) => {
      return line.clone === keyOf(world, CLONE) && line.verdict === 'nothing';
    });
    await everythingWasDecided(world);
    await world.rules(RULES);
    await waitFor(
      'the name to be taken once more',
      async () => second.log().filter(isTaken).length >= 2 || 'not yet reported again',
    );
    expect(await footprint(world, CLONE)).toEqual(before);
    expect((await present(world, CLONE)).metadata.resourceVersion).toBe(settled.metadata.resourceVersion);
    expect([...writesIn(operator, keyOf(world, CLONE)), ...writesIn(second, keyOf(world, CLONE))]).toEqual([]);

    // Makes way.
    await remove(world, CLONE);
    const clone = await world.eventually(CLONE, hasReplicas(2));
    expect(clone.metadata.uid).not.toBe(before.metadata.uid);
    expect(clone.metadata.labels).toMatchObject({ 'ddprofiler-rc.grove/clone': CLONE });
    expect((await eventuallyHealth(second, 200)).unhealthy).toEqual([]);
    expect([...errorsIn(operator), ...errorsIn(second)]).toEqual([]);
  });

  test('when a clone loses its mark by hand, then it is foreign from there on', async () => {
    const { world, operator } = await convergedWith(RULES);

    await world.kubectl('label', 'deployment', CLONE, '-n', world.namespace, 'ddprofiler-rc.grove/binding-');
    await operator.logged('that the name is taken', (line) => line.reason === 'NameTaken' && line.clone === keyOf(world, CLONE));
    const unmarked = await footprint(world, CLONE);
    await world.source(SOURCE, { replicas: 8 });
    await world.rules(NO_RULE_FOR_WEB);
    await operator.logged('that the clone is no business of ours any more', (line) => {
      return line.clone === keyOf(world, CLONE) && line.verdict === 'nothing';
    });
    await everythingWasDecided(world);
    expect(await footprint(world, CLONE)).toEqual(unmarked);
    expect(errorsIn(operator)).toEqual([]);
  });
});
