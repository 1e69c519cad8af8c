import { resourceUsage } from 'node:process';
import { afterAll, describe, expect, test } from 'vitest';
import { decide } from '../../src/decide.ts';
import { allKeys } from '../../src/evolve/concerned.ts';
import { evolve } from '../../src/evolve.ts';
import { describeProblem, readRules } from '../../src/index.ts';
import type { State } from '../../src/state.ts';
import { BINDING_LISTED, fold, NOW, nothingListed, remembered, rulesListed, rulesSeen, specOf } from '../given.ts';
import { answersTo, ModelCluster } from '../model-cluster.ts';
import { HOSTILE_BINDINGS, HOSTILE_SOURCES } from './objects.ts';
import { HOSTILE_TEXTS } from './texts.ts';

/*
 * For each text, binding and source: nothing is thrown, what is wrong is told with its place, and no clone is touched. Each may take what time it
 * takes, for machines differ; what it took is printed. A text that would never end, or take all memory, ends the run.
 */

const GOOD = 'shop: {deployments: {web: {scale_factor: 1, name_suffix: p, on_rule_removed: delete}}}';
const CLONE = 'shop/web-p';

/** A source and its clone in sync, by a rule that deletes the clone where it is gone. */
function converged(): { readonly cluster: ModelCluster; readonly state: State } {
  const cluster = new ModelCluster();
  const source = cluster.put('shop', 'web', specOf({}));
  let state = fold([BINDING_LISTED, rulesListed(GOOD), nothingListed(), source]);
  const { effect } = decide(state, CLONE, NOW);
  if (effect !== undefined) state = fold(answersTo(cluster, state, effect), state);
  return { cluster, state };
}

const took: { readonly name: string; readonly ms: number }[] = [];

function timed<T>(name: string, work: () => T): T {
  const began = performance.now();
  const result = work();
  took.push({ name, ms: performance.now() - began });
  return result;
}

afterAll(() => {
  const [worst] = took.toSorted((a, b) => b.ms - a.ms);
  const peak = Math.round(resourceUsage().maxRSS / 1024);
  process.stdout.write(
    `corpus: ${HOSTILE_TEXTS.length} texts, ${HOSTILE_BINDINGS.length} bindings, ${HOSTILE_SOURCES.length} sources; worst: ${worst?.name ?? ''}, ${Math.round(worst?.ms ?? 0)} ms; peak memory of the whole run ${peak} MiB\n`,
  );
});

describe('hostile rules texts', () => {
  test('are 200 or more, each with a name of its own', () => {
    expect(HOSTILE_TEXTS.length).toBeGreaterThanOrEqual(200);
    expect(new Set(HOSTILE_TEXTS.map(({ name }) => name)).size).toBe(HOSTILE_TEXTS.length);
  });

  test.each(HOSTILE_TEXTS)('$name: $outcome', ({ name, text, outcome, says }) => {
    const reading = timed(name, () => readRules(text));
    const problems = reading.kind === 'unreadable' ? reading.problems : reading.kind === 'read' ? reading.ruleSet.problems : [];
    const told = problems.map(describeProblem);
    const lines = text.split(/\r\n|\r|\n/);
    for (const [index, { line, column }] of problems.entries()) {
      const length = lines[line - 1]?.length ?? -1;
      expect(column <= length + 1 && line >= 1 && column >= 1, `${told[index]} is in the text`).toBe(true);
      expect((told[index] ?? '').length, 'a message is for people').toBeLessThan(1_000);
    }
    if (says !== undefined) expect(told.join('\n')).toMatch(says);
    const errors = problems.filter(({ severity }) => severity === 'error');
    switch (outcome) {
      case 'unreadable':
        expect(reading.kind).toBe('unreadable');
        expect(told.length).toBeGreaterThan(0);
        break;
      case 'blank':
        expect(reading.kind).toBe('blank');
        break;
      case 'error':
        expect(reading.kind === 'read' && errors.length).toBeGreaterThan(0);
        break;
      case 'warning':
        expect(errors).toEqual([]);
        expect(problems.length).toBeGreaterThan(0);
        break;
      case 'fine':
        expect(reading.kind).toBe('read');
    }
    if (outcome === 'fine' || outcome === 'warning') return;
    const { state } = converged();
    const after = remembered(evolve(state, rulesSeen(text)));
    expect(decide(after, CLONE, NOW).effect, 'the clone is left alone').toBeUndefined();
    const again = remembered(evolve(after, rulesSeen(GOOD)));
    expect(decide(again, CLONE, NOW)).toMatchObject({ verdict: 'inSync' });
  });
});

describe('hostile bindings', () => {
  test.each(HOSTILE_BINDINGS)('$name', ({ name, fields }) => {
    const { state } = converged();
    const metadata = { namespace: 'ops', name: 'rc', uid: 'b', resourceVersion: '50' };
    const event = { type: 'seen', stream: 'binding', object: { ...fields, metadata } } as const;
    const after = timed(`a binding with ${name}`, () => evolve(state, event));
    expect(decide(after, CLONE, NOW).effect).toBeUndefined();
    if (after.location === undefined) expect(after.book.unread?.message.length).toBeGreaterThan(20);
  });
});

describe('hostile sources', () => {
  test.each(HOSTILE_SOURCES)('$name', ({ name, spec }) => {
    const { state } = converged();
    const metadata = { namespace: 'shop', name: 'web', uid: 'u', resourceVersion: '900', generation: 9 };
    const event = { type: 'seen', stream: 'deployments/*', object: { metadata, spec } } as const;
    const after = timed(`a source with ${name}`, () => evolve(state, event));
    for (const key of allKeys(after)) {
      const decision = timed(`deciding on a source with ${name}`, () => decide(after, key, NOW));
      expect(decision.message.length).toBeGreaterThan(0);
      expect(['delete', 'scaleToZero']).not.toContain(decision.verdict);
    }
  });
});
