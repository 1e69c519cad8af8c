import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { memoryOf, SCOPE } from '../../test/given.ts';
import { acted, action } from '../../test/histories.ts';
import { answersTo, ModelCluster } from '../../test/model-cluster.ts';
import { decide } from '../decide.ts';
import { allKeys } from '../evolve/concerned.ts';
import { evolve } from '../evolve.ts';
import type { Json } from '../kube/json.ts';
import { type KubeObject, readKubeObject } from '../kube/kube-object.ts';
import { memoryLocation, readMemory, writeMemory } from './memory.ts';
import { readRules } from './read-rules.ts';

function stored(data: Json): KubeObject {
  const object = readKubeObject({ metadata: { namespace: 'ops', name: 'm', uid: 'm', resourceVersion: '7' }, data });
  if (object === undefined) throw new Error('it has an identity');
  return object;
}

const TEXT =
  'shop: {deployments: {web: {scale_factor: 0.5, name_suffix: p, env: {A: "1"}}, api: {scale_factor: 1, name_suffix: p}}}';

function content() {
  const reading = readRules(TEXT);
  if (reading.kind !== 'read') throw new Error('it can be read');
  const removed = new Map([['shop/old-p', { source: 'shop/old', onRuleRemoved: 'keep' }]] as const);
  return { rules: reading.ruleSet.rules, removed };
}

describe('the memory', () => {
  test('is beside the binding, under a name of its own', () => {
    expect(memoryLocation(SCOPE.binding)).toEqual({
      namespace: 'ops',
      name: expect.stringMatching(/^ddprofiler-rc-last-good-[0-9a-f]{16}$/),
    });
    expect(memoryLocation({ namespace: 'ops', name: 'other' }).name).not.toBe(memoryLocation(SCOPE.binding).name);
  });

  test('is read as it was written, line by line, in an order that says nothing', () => {
    const written = writeMemory(content());
    expect(readMemory(stored({ ...written, 'written-at': 'later' }))).toEqual({
      uid: 'm',
      resourceVersion: '7',
      isDamaged: false,
      ...content(),
    });
    const { rules, removed } = content();
    expect(writeMemory({ rules: new Map([...rules].toReversed()), removed })).toEqual(written);
    expect(written['removed.jsonl']).toBe('{"clone":"shop/old-p","on_rule_removed":"keep","source":"shop/old"}\n');
  });

  test('gives the very rules that are known already', () => {
    const { rules } = content();
    const read = readMemory(stored(writeMemory(content())), rules.values());
    for (const [key, rule] of rules) expect(read.rules.get(key)).toBe(rule);
  });

  test.each<[string, (data: Record<string, string>) => Json]>([
    [
      'a line more',
      (data) => ({
        ...data,
        'rules.jsonl': `${data['rules.jsonl']}{"x":{"deployments":{"a":{"name_suffix":"p","scale_factor":"1"}}}}\n`,
      }),
    ],
    [
      'a removal more',
      (data) => ({ ...data, 'removed.jsonl': '{"clone":"shop/web-p","on_rule_removed":"delete","source":"shop/web"}\n' }),
    ],
    ['nothing but its hash', ({ hash = '' }) => ({ hash })],
    ['no hash', ({ hash: _, ...data }) => data],
  ])('with %s is obeyed in nothing', (_, change) => {
    const read = readMemory(stored(change({ ...writeMemory(content()) })));
    expect(read).toMatchObject({ isDamaged: true, rules: new Map(), removed: new Map() });
  });

  test('that was just made is empty, and not damaged', () => {
    expect(readMemory(stored({}))).toMatchObject({ isDamaged: false, rules: new Map(), removed: new Map() });
  });

  test('is obeyed in no line that this version cannot read', () => {
    const { rules, removed } = content();
    const lines = [
      'no JSON',
      '[]',
      '{"clone":"web-p","on_rule_removed":"delete","source":"shop/web"}',
      '{"clone":"shop/a","on_rule_removed":"burn","source":"shop/b"}',
    ];
    const odd = new Map([...removed]);
    const written = writeMemory({ rules, removed: odd });
    for (const line of lines) {
      const read = readMemory(stored({ ...written, 'removed.jsonl': `${line}\n` }));
      expect(read.isDamaged, 'its hash does not fit').toBe(true);
    }
  });
});

test('whatever happens, what is stored is read back as the same', () => {
  fc.assert(
    fc.property(fc.array(action, { minLength: 1, maxLength: 12 }), (actions) => {
      const cluster = new ModelCluster();
      acted(cluster, actions, (next) => {
        let state = next;
        for (const key of allKeys(state)) {
          const { effect } = decide(state, key, 0);
          if (effect !== undefined) for (const told of answersTo(cluster, state, effect)) state = evolve(state, told);
        }
        const list = memoryOf(state);
        const [object] = list.type === 'listed' ? list.objects : [];
        const read = object === undefined ? undefined : readKubeObject(object);
        if (read !== undefined) expect(readMemory(read)).toEqual(state.memory);
        return state;
      });
    }),
    { numRuns: 100 },
  );
});
