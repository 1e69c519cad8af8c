/**
 * Rules that are wrong in every way that people know, one after the other, with three clones: too few for the hold of mass deletions. The
 * operator is killed in the middle of half of them. No clone is written, made again or deleted, and the right rules then change nothing.
 */

import { textAt } from '@ddprofiler-rc/control-plane/json';
import type { Operator } from '@ddprofiler-rc/control-plane/operator-process';
import { expect, test } from 'vitest';
import { type Api, deploymentsIn } from '../chaos/api.ts';
import { everythingWasDecidedFor } from '../harness/canary.ts';
import { asLines, cloneWrites } from '../harness/clone-writes.ts';
import { footprints } from '../harness/footprint.ts';
import { noticedBy } from '../harness/noticing.ts';
import { personIn } from '../harness/person.ts';
import { readyOperator, worldOfTest } from '../harness/test-world.ts';
import { hasReplicas, type World } from '../harness/world.ts';
import { RIGHT, RIGHT_CLONES, WRONG_TEXTS } from '../harness/wrong-rules.ts';

type Data = Readonly<Record<string, string>>;

/** Of rules and binding. */
class Editor {
  readonly #world: World;
  readonly #api: Api;

  constructor(world: World, api: Api) {
    this.#world = world;
    this.#api = api;
  }

  text(rules: string): Promise<void> {
    return this.put({ data: { rules: rules.replaceAll('$NS', this.#world.namespace) } });
  }

  async put(content: { readonly data?: Data; readonly binaryData?: Data }): Promise<void> {
    const body = { metadata: { name: this.#world.binding }, ...content };
    const { status } = await this.#api.ask('PUT', this.#path(), { body });
    if (status === 404) expect((await this.#api.ask('POST', this.#path(''), { body })).status).toBe(201);
    else expect(status).toBe(200);
  }

  async remove(): Promise<void> {
    expect((await this.#api.ask('DELETE', this.#path())).status).toBe(200);
  }

  async binding(change: Data): Promise<void> {
    const { kubectl, namespace, binding } = this.#world;
    await kubectl('patch', 'ddprofcrd', binding, '-n', namespace, '--type=merge', '-p', JSON.stringify(change));
  }

  #path(name = `/${this.#world.binding}`): string {
    return `/api/v1/namespaces/${this.#world.namespace}/configmaps${name}`;
  }
}

interface Mistake {
  readonly how: string;
  readonly make: (editor: Editor, world: World) => Promise<void>;
  /** It is the binding that is to be put right. */
  readonly isOfBinding?: true;
}

const MISTAKES: readonly Mistake[] = [
  ...WRONG_TEXTS.map(([how, text]) => ({ how, make: (editor: Editor) => editor.text(text) })),
  {
    how: 'the key is there as binary data',
    make: (editor) => editor.put({ binaryData: { rules: Buffer.from(RIGHT, 'utf16le').toString('base64') } }),
  },
  { how: 'the key has another name', make: (editor) => editor.put({ data: { 'rules.yaml': RIGHT } }) },
  { how: 'the ConfigMap has no data', make: (editor) => editor.put({}) },
  { how: 'the ConfigMap is deleted', make: (editor) => editor.remove() },
  { how: 'the binding names another key', make: (editor) => editor.binding({ cmConfigTag: 'others' }), isOfBinding: true },
  {
    how: 'the binding names a namespace that is denied',
    make: (editor) => editor.binding({ cmNamespace: 'kube-system' }),
    isOfBinding: true,
  },
  { how: 'the binding names a ConfigMap that is not there', make: (_, world) => world.bind('elsewhere'), isOfBinding: true },
  {
    how: 'the binding is deleted',
    make: async (_, { kubectl, namespace, binding }) => {
      await kubectl('delete', 'ddprofcrd', binding, '-n', namespace);
    },
    isOfBinding: true,
  },
];

const uids = async (api: Api, { namespace }: World): Promise<Readonly<Record<string, string>>> =>
  Object.fromEntries([...(await deploymentsIn(api, [namespace]))].map(([key, found]) => [key, textAt(found, 'metadata', 'uid')]));

test(`given three clones, when the rules are wrong in ${MISTAKES.length} ways in turn, then the clones stay as they are, and the right rules change nothing`, async () => {
  const world = await worldOfTest('wrong');
  const api = await personIn(world, 'editor', [
    { apiGroups: [''], resources: ['configmaps'], verbs: ['create', 'update', 'delete'] },
    { apiGroups: ['crds.grove'], resources: ['ddprofcrds'], verbs: ['patch', 'delete'] },
    { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'list', 'patch'] },
  ]);
  const editor = new Editor(world, api);
  await editor.text(RIGHT);
  await world.bind();
  await world.source('canary', { replicas: 0 });
  for (const name of ['web', 'api']) await world.source(name, { replicas: 2 });
  let operator: Operator = await readyOperator(world);
  for (const name of RIGHT_CLONES) await world.eventually(name, hasReplicas(1));
  await everythingWasDecidedFor(api, world);
  const [before, same, writes] = [
    await footprints(world, RIGHT_CLONES),
    await uids(api, world),
    (await cloneWrites(world)).length,
  ];
  const restarted = async () => {
    operator = await readyOperator(world);
    await operator.logged('what it found of rules', ({ msg }) => msg.startsWith('rules'));
  };

  for (const [index, { how, make, isOfBinding }] of MISTAKES.entries()) {
    // Of four: two are seen by an operator that runs on, one is then seen by the next, and one by the next alone.
    const isKilled = index % 2 === 1;
    if (isKilled && index % 4 === 3) await operator.kill();
    if (operator.process.exit() === undefined) await noticedBy(operator, () => make(editor, world));
    else await make(editor, world);
    if (isKilled) {
      await operator.kill();
      await restarted();
    }
    await everythingWasDecidedFor(api, world);
    expect(await uids(api, world), `when ${how}`).toEqual(same);
    await noticedBy(operator, async () => {
      await editor.text(RIGHT);
      if (isOfBinding) await world.bind();
    });
  }

  await everythingWasDecidedFor(api, world);
  expect(await uids(api, world)).toEqual(same);
  expect(await footprints(world, RIGHT_CLONES)).toEqual(before);
  const since = asLines((await cloneWrites(world)).slice(writes));
  expect(since.filter((line) => line !== 'patch canary-follows 200')).toEqual([]);
}, 540_000);
