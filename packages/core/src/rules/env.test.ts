import { describe, expect, it } from 'vitest';
import { describeProblem } from './describe-problem.ts';
import { readRules } from './read-rules.ts';
import type { Rule, RuleSet } from './rule.ts';

/** The rule has its required fields on lines 4 and 5, and `lines` from line 6 on, indented by six. */
function readEnv(lines: string): RuleSet {
  const body = lines.split('\n').map((line) => `      ${line}\n`);
  const reading = readRules(`ns:\n  deployments:\n    a:\n      scale_factor: 1\n      name_suffix: b\n${body.join('')}`);
  if (reading.kind !== 'read') throw new Error(JSON.stringify(reading));
  return reading.ruleSet;
}

function ruleOf(lines: string): Rule | undefined {
  return readEnv(lines).rules.get('ns/a-b');
}

function shown(lines: string): string[] {
  return readEnv(lines).problems.map((problem) => `${problem.severity} ${describeProblem(problem)}`);
}

const FORMS = 'accepted are "NAME: value", a mapping of names to values, and a list of {name, value} or {name, valueFrom}';
const NAMES = "accepted are one or more printable ASCII characters other than '='";

describe('given env in one of its forms, when the rules are read', () => {
  it.each([
    ['env: "PROFILING_ENABLED: True"', [{ name: 'PROFILING_ENABLED', value: 'True' }]],
    ['env: " A :  b: c  d:e "', [{ name: 'A', value: 'b: c  d:e' }]],
    ['env: "A:"', [{ name: 'A', value: '' }]],
    ['env: A:b', [{ name: 'A', value: 'b' }]],
    ['env: {}', []],
    ['env: []', []],
    [
      'env:\n  A: True\n  B: 1.10\n  C: 0x1F\n  D:\n  E: ~\n  F: " x "\n  G: "null"\n  h.i-j: k',
      [
        { name: 'A', value: 'True' },
        { name: 'B', value: '1.10' },
        { name: 'C', value: '0x1F' },
        { name: 'D', value: '' },
        { name: 'E', value: '' },
        { name: 'F', value: ' x ' },
        { name: 'G', value: 'null' },
        { name: 'h.i-j', value: 'k' },
      ],
    ],
    [
      'env:\n  - {name: A, value: 1.10}\n  - "B: 2"\n  - name: C\n    valueFrom: {secretKeyRef: {name: s, key: 1.10, optional: true}}\n  - {name: D, value: }',
      [
        { name: 'A', value: '1.10' },
        { name: 'B', value: '2' },
        { name: 'C', valueFrom: { secretKeyRef: { name: 's', key: '1.10', optional: true } } },
        { name: 'D', value: '' },
      ],
    ],
    [
      'env: [{name: A, valueFrom: {resourceFieldRef: {resource: limits.cpu, divisor: 1}}}]',
      [{ name: 'A', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '1' } } }],
    ],
    [
      'env: [{name: A, valueFrom: {x: ["true", True, null, -0, 0x10, 1e3, .inf, "1"]}}]',
      [{ name: 'A', valueFrom: { x: ['true', true, null, '-0', '0x10', '1e3', '.inf', '1'] } }],
    ],
  ])('then %j gives its variables', (lines, expected) => {
    expect(ruleOf(lines)?.env).toEqual(expected);
    expect(readEnv(lines).problems).toEqual([]);
  });

  it('then of one name set twice the last wins, with a warning at it', () => {
    const lines = 'env:\n  - "A: secret1"\n  - "B: 2"\n  - {name: A, value: secret2}';
    expect(ruleOf(lines)?.env).toEqual([
      { name: 'B', value: '2' },
      { name: 'A', value: 'secret2' },
    ]);
    expect(shown(lines)).toEqual(['warning line 9, column 18: ns/a: env: `A` is set twice; the last one is used']);
  });
});

describe('given a bad env, when the rules are read', () => {
  it.each([
    ['env: hunter2', `6, column 12: ns/a: env: a text without a colon; ${FORMS}`],
    ['env:', `6, column 7: ns/a: env: an empty value; ${FORMS}`],
    ['env: ""', `6, column 12: ns/a: env: a text without a colon; ${FORMS}`],
    ['env: ": hunter2"', `6, column 12: ns/a: env: an empty name is not the name of a variable; ${NAMES}`],
    ['env: "A=hunter2:x"', `6, column 12: ns/a: env: \`A…\` is not the name of a variable; ${NAMES}`],
    ['env: "Ä: hunter2"', `6, column 12: ns/a: env: \`Ä\` is not the name of a variable; ${NAMES}`],
    ['env:\n  A: [hunter2]', '7, column 12: ns/a: env: the value of `A` is a list; accepted is a text'],
    ['env:\n  A=B: hunter2', `7, column 9: ns/a: env: \`A…\` is not the name of a variable; ${NAMES}`],
    ['env:\n  - A: hunter2', `7, column 11: ns/a: env: unknown member \`A\`; ${FORMS}`],
    ['env:\n  - [hunter2]', `7, column 11: ns/a: env: a list; ${FORMS}`],
    ['env:\n  - {value: hunter2}', '7, column 11: ns/a: env: a variable without a name'],
    ['env:\n  - {name: , value: hunter2}', '7, column 12: ns/a: env: a variable without a name'],
    ['env:\n  - {name: A}', '7, column 11: ns/a: env: `A` needs either value or valueFrom, and not both'],
    [
      'env:\n  - {name: A, value: hunter2, valueFrom: {a: b}}',
      '7, column 11: ns/a: env: `A` needs either value or valueFrom, and not both',
    ],
    [
      'env:\n  - {name: A, valueFrom: hunter2}',
      '7, column 32: ns/a: env: valueFrom of `A` is a text; accepted is a mapping such as {secretKeyRef: {name, key}}',
    ],
    ['env:\n  - {name: A, value: {b: hunter2}}', '7, column 28: ns/a: env: the value of `A` is a mapping; accepted is a text'],
  ])('then %j is an error at its place, and quotes no value', (lines, expected) => {
    expect(ruleOf(lines)).toBeUndefined();
    expect(shown(lines)).toEqual([`error line ${expected}`]);
    expect(JSON.stringify(readEnv(lines).problems)).not.toContain('hunter2');
  });
});

describe('given unset_env, when the rules are read', () => {
  it.each([
    ['unset_env: A', ['A']],
    ['unset_env: [A, B, A]', ['A', 'B']],
    ['unset_env: []', []],
  ])('then %j gives its names', (lines, expected) => {
    expect(ruleOf(lines)?.unsetEnv).toEqual(expected);
    expect(readEnv(lines).problems).toEqual([]);
  });

  it.each([
    ['unset_env:', '6, column 7: ns/a: unset_env: an empty value; accepted are names of variables'],
    ['unset_env: {A: b}', '6, column 18: ns/a: unset_env: a mapping; accepted are names of variables'],
    ['unset_env: [A, [B]]', '6, column 22: ns/a: unset_env: a list; accepted are names of variables'],
    ['unset_env: [A, "B=c"]', `6, column 22: ns/a: unset_env: \`B…\` is not the name of a variable; ${NAMES}`],
    ['env: "A: 1"\nunset_env: A', '7, column 18: ns/a: unset_env: `A` is both set by env and unset'],
    ['unset_env: [B, A]\nenv: {A: 1}', '6, column 22: ns/a: unset_env: `A` is both set by env and unset'],
  ])('then %j is an error at its place', (lines, expected) => {
    expect(ruleOf(lines)).toBeUndefined();
    expect(shown(lines)).toEqual([`error line ${expected}`]);
  });
});
