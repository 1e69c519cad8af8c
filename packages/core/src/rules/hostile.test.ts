import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeProblem } from './describe-problem.ts';
import { readRules } from './read-rules.ts';
import type { RulesReading } from './rule.ts';
import { MAX_TEXT } from './yaml-tree.ts';

const GOOD = `default:
  deployments:
    nginx: &shared
      scale_factor: "0.5"
      name_suffix: profiler
      env: {A: True, B: "x: y", C: 1.10}
      min_replicas: 1
    other:
      - <<: *shared
        image: busybox
        env: [{name: D, valueFrom: {secretKeyRef: {name: s, key: k}}}, "E: 1"]
      - {scale_factor: 2, name_suffix: big, unset_env: [F]}
`;

/** What holds for every text: no throw, and problems that lie in the text and make one line each. */
function check(text: string): RulesReading {
  const reading = readRules(text);
  const problems = reading.kind === 'unreadable' ? reading.problems : reading.kind === 'read' ? reading.ruleSet.problems : [];
  const lines = text.split(/\r\n|\r|\n/);
  if (reading.kind === 'unreadable') expect(problems).not.toEqual([]);
  for (const problem of problems) {
    const line = lines[problem.line - 1];
    if (line === undefined || problem.column < 1 || problem.column > line.length + 1)
      expect.fail(`${JSON.stringify(problem)} is outside of the text`);
    if (/[\n\r]/.test(describeProblem(problem))) expect.fail(`${JSON.stringify(problem)} is more than one line`);
  }
  return reading;
}

describe('given any text, when read as rules', () => {
  it('then the good one is good', () => {
    expect(check(GOOD)).toMatchObject({ kind: 'read', ruleSet: { problems: [] } });
  });

  it('then arbitrary texts give a reading', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.stringMatching(/^[\s\S]{0,40}$/)),
        (text) => void check(text),
      ),
      { numRuns: 500 },
    );
  });

  it('then texts of YAML pieces give a reading', () => {
    const pieces = [
      'a',
      'default',
      'deployments',
      ': ',
      ':',
      '\n',
      '\n  ',
      '\n    ',
      '- ',
      '? ',
      '[',
      ']',
      '{',
      '}',
      ', ',
      '&x ',
      '*x',
      '<<',
      '!!str ',
      '!t ',
      '"',
      "'",
      '|\n',
      '# ',
      '---\n',
      '__proto__',
      '~',
      '\t',
      '%TAG ',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 40 }), (some) => void check(some.join(''))),
      { numRuns: 2000 },
    );
  });

  it('then a good text with a few changes gives a reading', () => {
    const change = fc.record({
      at: fc.nat({ max: GOOD.length }),
      drop: fc.nat({ max: 12 }),
      add: fc.oneof(fc.string({ maxLength: 4 }), fc.constantFrom(': ', '\n', '[', '*shared', '- ', '"', 'null')),
    });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        check(changes.reduce((text, { at, drop, add }) => text.slice(0, at) + add + text.slice(at + drop), GOOD));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('given a text of 1 MiB, when read as rules', () => {
  const fill = (start: string, piece: string): string => start + piece.repeat((MAX_TEXT - start.length) / piece.length);

  it.each([
    ['', '[', 'unreadable'],
    ['', '{', 'unreadable'],
    ['', 'a', 'unreadable'],
    ['', '"', 'unreadable'],
    ['', '&a ', 'unreadable'],
    ['', '*a ', 'unreadable'],
    ['', '!!str ', 'unreadable'],
    ['', '? ', 'unreadable'],
    ['', '\t', 'blank'],
    ['', '\r', 'blank'],
    ['', '#', 'blank'],
    ['', '---\n', 'unreadable'],
    ['a: "', '\\x41', 'unreadable'],
    ['a: |\n', ' \n', 'read'],
    ['ns: {deployments: {a: {scale_factor: ', '9', 'unreadable'],
  ])('then %j and %j over and over is %s', (start, piece, kind) => {
    expect(check(fill(start, piece)).kind).toBe(kind);
  });

  it('then thousands of bad rules give as many problems', () => {
    const text = fill('ns:\n  deployments:\n    a:\n', '    - {scale_factor: x}\n');
    const reading = readRules(text);
    const rules = text.split('\n').length - 4;
    expect(reading.kind === 'read' && reading.ruleSet.problems.length).toBe(rules * 2);
  });

  it('then thousands of rules with one clone name are all invalid', () => {
    const reading = readRules(`ns:\n  deployments:\n    a:\n${'    - {scale_factor: 1, name_suffix: b}\n'.repeat(20_000)}`);
    expect(reading.kind === 'read' && [reading.ruleSet.rules.size, reading.ruleSet.problems.length]).toEqual([0, 20_000]);
  });

  it('then 10,000 good rules are all read', () => {
    const rules = Array.from(
      { length: 10_000 },
      (_, index) => `    s${index}: {scale_factor: 0.5, name_suffix: p, env: {A: True}, image: busybox}\n`,
    );
    const reading = readRules(`ns:\n  deployments:\n${rules.join('')}`);
    expect(reading.kind === 'read' && [reading.ruleSet.rules.size, reading.ruleSet.problems.length]).toEqual([10_000, 0]);
  });

  it('then names of half a megabyte do not come back in problems', () => {
    const long = 'x'.repeat(MAX_TEXT / 2);
    for (const text of [
      `${long}: {}`,
      `ns: {${long.slice(1000)}: {}}`,
      `ns: {deployments: {${long}: {}}}`,
      `ns: {deployments: {a: {? ${long} : 1}}}`,
    ]) {
      const reading = readRules(text);
      const problems = reading.kind === 'read' ? reading.ruleSet.problems : reading.kind === 'unreadable' ? reading.problems : [];
      expect(problems).not.toEqual([]);
      expect(JSON.stringify(problems).length).toBeLessThan(3000);
    }
  });
});
