/**
 * Rules that cannot be read, wholly or in part, or are not there: the last good ones stay in force, across a restart too. No clone
 * is touched for want of rules, every clone follows its source all the while, and when the rules are back, all is right again.
 */

import type { LogLine, Operator } from '@ddprofiler-rc/control-plane/operator-process';
import { describe, expect, test } from 'vitest';
import { CANARY_RULE, everythingWasDecided } from '../harness/canary.ts';
import { all, hasEnv, hasImage } from '../harness/conditions.ts';
import { type Footprint, footprints } from '../harness/footprint.ts';
import { noticedBy, saidOfRules } from '../harness/noticing.ts';
import { errorsIn } from '../harness/operator-writes.ts';
import { readyOperator, worldOfTest } from '../harness/test-world.ts';
import { hasReplicas, IMAGE, type World } from '../harness/world.ts';

const OTHER_IMAGE = 'nginx:stable-alpine';
/** Stays up by its own command, unlike most: the clone has to be ready with it. */
const RULE_IMAGE = 'nginx:1-alpine';

const GOOD = `
$NS:
  deployments:
    ${CANARY_RULE}
    web: { scale_factor: "0.5", name_suffix: profiler, env: "RULE: web" }
    api: { scale_factor: "0.25", name_suffix: profiler, image: "${RULE_IMAGE}" }
`;
/** Another good text, which shows that rules are read again. */
const BETTER = GOOD.replace('"0.25"', '"1"').replace('RULE: web', 'RULE: better');

interface Breakage {
  readonly how: string;
  readonly breaks: (world: World) => Promise<unknown>;
  /** Puts everything but the rules text back; that comes after it. */
  readonly mends?: (world: World) => Promise<unknown>;
  /** Where the log has to say that it is; absent where there is no text to have a place in. */
  readonly at?: { readonly line: number; readonly column: number };
}

const byText = (how: string, text: string, at?: Breakage['at']): Breakage => ({
  how,
  breaks: (world) => world.rules(text),
  ...(at === undefined ? {} : { at }),
});

const BREAKAGES: readonly Breakage[] = [
  byText('their YAML is broken: bad indentation', GOOD.replace('    api:', '     api:'), { line: 6, column: 6 }),
  byText('their YAML is broken: a stray bracket', '$NS:\n  deployments:\n    web: ]\n', { line: 3, column: 10 }),
  byText('they are YAML, yet no mapping', 'just a text', { line: 1, column: 1 }),
  byText('the deployments of the namespace are no mapping', '$NS:\n  deployments: 5\n', { line: 2, column: 16 }),
  byText('every rule has a bad scale_factor', GOOD.replace('"0.5"', 'half').replace('"0.25"', '"-1"'), { line: 5, column: 26 }),
  byText('the text is empty', ''),
  byText('the text is blank, with a comment', '  \n# nothing here\n\n'),
  {
    how: 'the ConfigMap has no such key',
    breaks: ({ apply, binding }) =>
      apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: binding }, data: { others: '{}' } }),
  },
  {
    how: 'the ConfigMap is deleted',
    breaks: ({ kubectl, namespace, binding }) => kubectl('delete', 'configmap', binding, '-n', namespace),
  },
  {
    how: 'the binding is deleted',
    breaks: ({ kubectl, namespace, binding }) => kubectl('delete', 'ddprofcrd', binding, '-n', namespace),
    mends: (world) => world.bind(),
  },
  {
    how: 'the binding names no ConfigMap',
    breaks: ({ kubectl, namespace, binding }) =>
      kubectl('patch', 'ddprofcrd', binding, '-n', namespace, '--type=merge', '-p', '{"cmName":null}'),
    mends: (world) => world.bind(),
  },
];

type Env = Readonly<Record<string, string>>;

const CLONES = ['web-profiler', 'api-profiler'];

/** Two sources with a clone each, all ready and quiet. */
async function given(rules: string): Promise<{ readonly world: World; readonly operator: Operator }> {
  const world = await worldOfTest('broken');
  await world.rules(rules);
  await world.bind();
  for (const name of ['web', 'api']) await world.source(name, { replicas: 4, env: { OWN: name } });
  const operator = await readyOperator(world);
  await world.eventually('web-profiler', hasReplicas(2));
  await world.eventually('api-profiler', hasReplicas(1));
  await everythingWasDecided(world);
  return { world, operator };
}

/** Changes everything that clones follow, and sees them follow: by the rules of before, and as the Deployments that they were. */
async function expectFollowing(world: World, env: Env, before: Readonly<Record<string, Footprint>>): Promise<void> {
  await world.source('web', { replicas: 6, image: OTHER_IMAGE, env });
  await world.source('api', { replicas: 6, image: OTHER_IMAGE, env });
  const web = await world.eventually('web-profiler', all(hasReplicas(3), hasImage(OTHER_IMAGE), hasEnv({ ...env, RULE: 'web' })));
  const api = await world.eventually('api-profiler', all(hasReplicas(2), hasImage(RULE_IMAGE), hasEnv(env)));
  expect([web.metadata.uid, api.metadata.uid], 'the same clones as before').toEqual(uidsIn(before));
}

function uidsIn(before: Readonly<Record<string, Footprint>>): readonly (string | undefined)[] {
  return CLONES.map((clone) => before[clone]?.metadata.uid);
}

function expectPlace(said: readonly LogLine[], at: Breakage['at']): void {
  if (at !== undefined) expect(said).toContainEqual(expect.objectContaining({ level: 'error', ...at }));
}

/** The good rules come back: nothing needs a change. Then better ones: the clones follow those. */
async function expectRightAfterRestoring(world: World, operator: Operator, env: Env, mends: Breakage['mends']): Promise<void> {
  await everythingWasDecided(world);
  const before = await footprints(world, CLONES);
  const errors = errorsIn(operator).length;
  const said = await noticedBy(operator, async () => {
    await world.rules(GOOD);
    await mends?.(world);
  });
  expect(said.filter(({ level }) => level === 'error')).toEqual([]);
  await operator.logged('the rules to be read', ({ msg }) => msg === 'rules read');
  await everythingWasDecided(world);
  expect(await footprints(world, CLONES), 'they were right all the time').toEqual(before);

  await world.rules(BETTER);
  const web = await world.eventually('web-profiler', all(hasReplicas(3), hasEnv({ ...env, RULE: 'better' })));
  const api = await world.eventually('api-profiler', all(hasReplicas(6), hasImage(RULE_IMAGE), hasEnv(env)));
  expect([web.metadata.uid, api.metadata.uid], 'the same clones as before').toEqual(uidsIn(before));
  expect(errorsIn(operator).slice(errors), 'errors since the rules are back').toEqual([]);
}

describe.for(BREAKAGES.map((breakage) => [breakage.how, breakage] as const))('when %s', ([, { breaks, mends, at }]) => {
  test('then clones are untouched and follow, and all is right after restoring', async () => {
    const { world, operator } = await given(GOOD);
    const before = await footprints(world, CLONES);

    const said = await noticedBy(operator, () => breaks(world));
    expectPlace(said, at);
    await everythingWasDecided(world);
    expect(await footprints(world, CLONES), 'untouched').toEqual(before);
    const env = { OWN: 'changed', NEW: 'while broken' };
    await expectFollowing(world, env, before);

    await expectRightAfterRestoring(world, operator, env, mends);
  });

  test('and the operator is restarted, then clones are untouched and follow, and all is right after restoring', async () => {
    const { world, operator } = await given(GOOD);
    const before = await footprints(world, CLONES);
    await noticedBy(operator, () => breaks(world));
    expect(await operator.stop()).toEqual({ code: 0, signal: null });

    const second = await readyOperator(world);
    await everythingWasDecided(world);
    expectPlace(saidOfRules(second), at);
    expect(await footprints(world, CLONES), 'untouched').toEqual(before);
    await expectFollowing(world, { OWN: 'changed', NEW: 'after a restart' }, before);

    await second.stop();
    const env = { OWN: 'changed while down' };
    await world.source('web', { replicas: 5, env });
    await world.source('api', { replicas: 6, env });
    const third = await readyOperator(world);
    const following = all(hasReplicas(3), hasImage(IMAGE), hasEnv({ ...env, RULE: 'web' }));
    expect((await world.eventually('web-profiler', following)).metadata.uid).toBe(before['web-profiler']?.metadata.uid);

    await expectRightAfterRestoring(world, third, env, mends);
  });
});

describe('when one rule has a bad scale_factor, and others are changed, added and left out with it', () => {
  const THREE = `${GOOD}    job: { scale_factor: "1", name_suffix: profiler }\n`;
  const PARTLY_BAD = `
$NS:
  deployments:
    ${CANARY_RULE}
    web: { scale_factor: "0,75", name_suffix: profiler, env: "RULE: never" }
    api: { scale_factor: "0.5", name_suffix: profiler, env: "RULE: api" }
    new: { scale_factor: "1", name_suffix: profiler }
`;
  const PLACE = { line: 5, column: 26 };

  const UNTOUCHED = ['web-profiler', 'job-profiler'];

  type Before = Readonly<Record<string, Footprint>>;

  async function broken(): Promise<{ readonly world: World; readonly operator: Operator; readonly before: Before }> {
    const { world, operator } = await given(THREE);
    await world.source('job', { replicas: 1 });
    await world.source('new', { replicas: 1 });
    await world.eventually('job-profiler', hasReplicas(1));
    await everythingWasDecided(world);
    return { world, operator, before: await footprints(world, UNTOUCHED) };
  }

  async function expectOthersApplied(world: World): Promise<void> {
    await world.eventually('api-profiler', all(hasReplicas(2), hasImage(IMAGE), hasEnv({ OWN: 'api', RULE: 'api' })));
    await world.eventually('new-profiler', hasReplicas(1));
  }

  async function expectFollowingThenMend(world: World, before: Before): Promise<void> {
    const uid = before['web-profiler']?.metadata.uid;
    await world.source('job', { replicas: 2 });
    const job = await world.eventually('job-profiler', hasReplicas(2));
    expect(job.metadata.uid).toBe(before['job-profiler']?.metadata.uid);
    await world.source('web', { replicas: 6, image: OTHER_IMAGE, env: { OWN: 'changed' } });
    const following = all(hasReplicas(3), hasImage(OTHER_IMAGE), hasEnv({ OWN: 'changed', RULE: 'web' }));
    expect((await world.eventually('web-profiler', following)).metadata.uid).toBe(uid);

    await world.rules(PARTLY_BAD.replace('0,75', '0.75').replace('never', 'at last'));
    const mended = all(hasReplicas(5), hasImage(OTHER_IMAGE), hasEnv({ OWN: 'changed', RULE: 'at last' }));
    expect((await world.eventually('web-profiler', mended)).metadata.uid).toBe(uid);
    await world.eventuallyGone('job-profiler');
  }

  test('then the others apply, nothing is removed, and what is unknown follows the last good rules', async () => {
    const { world, operator, before } = await broken();

    const said = await noticedBy(operator, () => world.rules(PARTLY_BAD));

    expectPlace(said, PLACE);
    expect(said.find(({ level }) => level === 'error')?.msg).toContain('scale_factor');
    await expectOthersApplied(world);
    await everythingWasDecided(world);
    expect(await footprints(world, UNTOUCHED), 'untouched').toEqual(before);
    await expectFollowingThenMend(world, before);
  });

  test('while the operator is down, then the same as it starts', async () => {
    const { world, operator, before } = await broken();
    await operator.stop();

    await world.rules(PARTLY_BAD);
    const again = await readyOperator(world);

    await expectOthersApplied(world);
    await everythingWasDecided(world);
    expectPlace(saidOfRules(again), PLACE);
    expect(await footprints(world, UNTOUCHED), 'untouched').toEqual(before);
    await expectFollowingThenMend(world, before);
  });
});
