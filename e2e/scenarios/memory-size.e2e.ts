/** Rules texts as large as a ConfigMap can hold are remembered too, and are in force after a restart at which no rules can be read. */
import { expect, test } from 'vitest';
import { type Random, randomOf } from '../faults/random.ts';
import { memoryIn } from '../harness/memory.ts';
import { readyOperator, worldOfTest } from '../harness/test-world.ts';
import { envOf, type World } from '../harness/world.ts';

const MIB = 1024 * 1024;

interface Large {
  readonly what: string;
  readonly rules: number;
  /** Of the value of one variable of each rule, in characters. */
  readonly length: number;
  /** Drawn from these, so that it hardly compresses. */
  readonly letters: string;
  /** A character takes so much in JSON. */
  readonly inJson: number;
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const LARGE: readonly Large[] = [
  { what: 'of 700 kB that look like noise', rules: 7, length: 100_000, letters: LETTERS, inJson: 1 },
  { what: 'that takes more than 1 MiB in canonical form', rules: 7, length: 90_000, letters: '"\\', inJson: 2 },
  { what: 'with one rule that takes more than 1 MiB in canonical form', rules: 1, length: 600_000, letters: '"\\', inJson: 2 },
];

function value(random: Random, { length, letters }: Large): string {
  return Array.from({ length }, () => letters[random.int(0, letters.length - 1)]).join('');
}

/** By POST: what `kubectl apply` remembers of it would be too large for an annotation. */
async function writeRules({ kubectl, namespace, binding }: World, text: string): Promise<void> {
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: binding }, data: { rules: text } };
  await kubectl('delete', 'configmap', binding, '-n', namespace, '--ignore-not-found');
  await kubectl.withInput(JSON.stringify(object), 'create', '-n', namespace, '-f', '-');
}

test.each(LARGE.map((large) => [large.what, large] as const))(
  'given a rules text %s, then it is remembered, and followed after a restart when rules cannot be read',
  async (_, large) => {
    const world = await worldOfTest('large');
    const random = randomOf(19, large.what);
    const names = Array.from({ length: large.rules }, (_, index) => `web-${index}`);
    const values = new Map(names.map((name) => [name, value(random, large)]));
    const lines = [...values].map(
      ([name, text]) => `    ${name}: { scale_factor: 1, name_suffix: p, env: [{ name: LARGE, value: '${text}' }] }`,
    );
    const text = [`${world.namespace}:`, '  deployments:', ...lines].join('\n');
    expect(text.length).toBeGreaterThan(large.rules * large.length);
    await world.bind();
    await writeRules(world, text);
    for (const name of names) await world.source(name, { replicas: 0 });
    const first = await readyOperator(world);
    const followed = async (turn: string): Promise<readonly string[]> => {
      const found = names.map((name) =>
        world.eventually(`${name}-p`, (clone) => {
          const { TURN, LARGE: live } = envOf(clone);
          if (live !== values.get(name)) return 'its large variable is another';
          return TURN === turn || `turn ${turn} has not come to it`;
        }),
      );
      return (await Promise.all(found)).map(({ metadata }) => metadata.uid);
    };
    const turn = async (to: string) => {
      for (const name of names) await world.source(name, { replicas: 0, env: { TURN: to } });
    };
    await turn('first');
    const uids = await followed('first');
    // More than a ConfigMap could hold as it is, or near it: it is stored compressed.
    const { data = {}, binaryData = {} } = (await memoryIn(world)) ?? {};
    expect([...Object.keys(data), ...Object.keys(binaryData)].toSorted()).toContain('rules.jsonl.gz');
    expect(large.rules * large.length * large.inJson > MIB).toBe(large.inJson === 2);

    await first.kill();
    await writeRules(world, 'no rules at all');
    await readyOperator(world);
    await turn('second');
    expect(await followed('second'), 'the same clones as before').toEqual(uids);

    await writeRules(world, text);
    await turn('third');
    expect(await followed('third'), 'the same clones as before').toEqual(uids);
  },
  240_000,
);
