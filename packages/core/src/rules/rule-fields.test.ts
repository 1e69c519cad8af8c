import { describe, expect, it, test } from 'vitest';
import { describeProblem } from './describe-problem.ts';
import type { Problem } from './problem.ts';
import { readRules } from './read-rules.ts';
import type { Rule } from './rule.ts';

/** Reads `nginx` with the required fields on lines 4 and 5, and `lines` from line 6 on, indented by six. */
function readFields(
  lines: string,
  required = 'scale_factor: 0.5\n      name_suffix: p',
): { rule: Rule | undefined; problems: readonly Problem[] } {
  const body = lines.split('\n').map((line) => `      ${line}\n`);
  const reading = readRules(`default:\n  deployments:\n    nginx:\n      ${required}\n${body.join('')}`);
  if (reading.kind !== 'read') throw new Error(JSON.stringify(reading));
  return { rule: [...reading.ruleSet.rules.values()][0], problems: reading.ruleSet.problems };
}

function shown(lines: string, required?: string): string[] {
  return readFields(lines, required).problems.map((problem) => `${problem.severity} ${describeProblem(problem)}`);
}

/** Reads a rule that says no more than it must. */
function shortestRule(): Rule {
  const { rule } = readFields('');
  if (rule === undefined) throw new Error('there is no rule');
  return rule;
}

/** A field that does not stand here has the default of its table (field-table.test.ts). */
const DEFAULT_RULE: Rule = {
  ...shortestRule(),
  namespace: 'default',
  source: 'nginx',
  nameSuffix: 'p',
  scaleFactor: { text: '0.5' },
  env: [],
  unsetEnv: [],
  minReplicas: 0,
  containers: {},
  traffic: 'shared',
  keepLabels: [],
  followRestarts: true,
  adopt: false,
  suspend: false,
  onSourceDeleted: 'scale_to_zero',
  onRuleRemoved: 'delete',
};

test('what is optional is absent from a rule that does not say it', () => {
  for (const property of ['image', 'container', 'maxReplicas', 'activeUntil'])
    expect(shortestRule()).not.toHaveProperty(property);
});

describe('given a good field, when the rules are read', () => {
  const cases: [string, Partial<Rule>][] = [
    ['image: busybox', { image: 'busybox' }],
    ['image: 10', { image: '10' }],
    ['image: "registry:5000/a/b@sha256:0"', { image: 'registry:5000/a/b@sha256:0' }],
    ['container: web-1', { container: 'web-1' }],
    ['min_replicas: 1', { minReplicas: 1 }],
    ['min_replicas: "02"', { minReplicas: 2 }],
    ['min_replicas: 3\nmax_replicas: 3', { minReplicas: 3, maxReplicas: 3 }],
    ['max_replicas: 0', { maxReplicas: 0 }],
    ['max_replicas: 2147483647', { maxReplicas: 2_147_483_647 }],
    ['on_source_deleted: keep', { onSourceDeleted: 'keep' }],
    ['on_source_deleted: "delete"', { onSourceDeleted: 'delete' }],
    ['on_rule_removed: scale_to_zero', { onRuleRemoved: 'scale_to_zero' }],
    ['traffic: isolated', { traffic: 'isolated' }],
    ['traffic: isolated\nkeep_labels: [a, example.com/b, a]', { traffic: 'isolated', keepLabels: ['a', 'example.com/b'] }],
    ['follow_restarts: "False"', { followRestarts: false }],
    ['adopt: true', { adopt: true }],
    ['suspend: TRUE', { suspend: true }],
    [
      'active_until: 2026-12-24T18:00:00+01:00',
      { activeUntil: { text: '2026-12-24T17:00:00.000Z', at: Date.UTC(2026, 11, 24, 17) } },
    ],
    [
      'active_until: 2028-02-29T18:00:00.5Z',
      { activeUntil: { text: '2028-02-29T18:00:00.500Z', at: Date.UTC(2028, 1, 29, 18, 0, 0, 500) } },
    ],
    ['containers:\n  a: {image: x}', { containers: { a: { image: 'x', env: [], unsetEnv: [] } } }],
    [
      'containers:\n  a: {env: "B: c", unset_env: [D], command: [sh, -c, 1], args: []}',
      {
        containers: {
          a: { env: [{ name: 'B', value: 'c' }], unsetEnv: ['D'], command: ['sh', '-c', '1'], args: [] },
        },
      },
    ],
    [
      'containers:\n  a: {resources: {limits: {cpu: 1, memory: 1Gi}, requests: {}}}',
      { containers: { a: { env: [], unsetEnv: [], resources: { limits: { cpu: '1', memory: '1Gi' } } } } },
    ],
  ];
  it.each(cases)('then %j sets %o and nothing else', (lines, settings) => {
    expect(readFields(lines)).toEqual({ rule: { ...DEFAULT_RULE, ...settings }, problems: [] });
  });

  it.each([
    ['0.5', '0.5'],
    ['"0.5"', '0.5'],
    ["' .50 '", '0.5'],
    ['5e-1', '0.5'],
    ['0', '0'],
    ['2', '2'],
  ])('then scale_factor: %s is the factor %s', (written, text) => {
    expect(readFields('', `scale_factor: ${written}\n      name_suffix: p`).rule?.scaleFactor).toEqual({ text });
  });

  it.each([
    ['profiler', 'profiler'],
    ['"1.10"', '1.10'],
    ['1.10', '1.10'],
    ['a.b-c', 'a.b-c'],
    ['x'.repeat(247), 'x'.repeat(247)],
  ])('then name_suffix: %s is kept as written', (written, nameSuffix) => {
    expect(readFields('', `scale_factor: 0.5\n      name_suffix: ${written}`).rule?.nameSuffix).toBe(nameSuffix);
  });

  it('then fields at their default change nothing', () => {
    const lines = [
      'traffic: shared',
      'keep_labels: []',
      'follow_restarts: true',
      'adopt: False',
      'suspend: "false"',
      'containers: {}',
    ];
    expect(readFields(lines.join('\n'))).toEqual({ rule: DEFAULT_RULE, problems: [] });
  });
});

describe('given a bad field, when the rules are read', () => {
  it.each([
    ['image: ""', '6, column 14: default/nginx: image: "" is not the name of an image: a text without white space'],
    ['image:', '6, column 7: default/nginx: image: an empty value is not the name of an image: a text without white space'],
    ['image: a b', '6, column 14: default/nginx: image: "a b" is not the name of an image: a text without white space'],
    ['image: [a]', '6, column 14: default/nginx: image: a list is not the name of an image: a text without white space'],
    [
      'container: Web',
      '6, column 18: default/nginx: container: "Web" is not the name of a container: 1 to 63 of a-z, 0-9 and \'-\', beginning and ending with a letter or digit',
    ],
    ['min_replicas: -1', '6, column 21: default/nginx: min_replicas: "-1" is not a whole number from 0 to 2147483647'],
    ['min_replicas: 1.5', '6, column 21: default/nginx: min_replicas: "1.5" is not a whole number from 0 to 2147483647'],
    [
      'max_replicas: 2147483648',
      '6, column 21: default/nginx: max_replicas: "2147483648" is not a whole number from 0 to 2147483647',
    ],
    ['max_replicas: {a: b}', '6, column 21: default/nginx: max_replicas: a mapping is not a whole number from 0 to 2147483647'],
    ['max_replicas: 1\nmin_replicas: 2', '7, column 21: default/nginx: min_replicas: 2 is more than max_replicas, which is 1'],
    [
      'on_source_deleted: remove',
      '6, column 26: default/nginx: on_source_deleted: "remove" is not one of scale_to_zero, delete, keep',
    ],
    [
      'on_rule_removed: Delete',
      '6, column 24: default/nginx: on_rule_removed: "Delete" is not one of scale_to_zero, delete, keep',
    ],
    ['traffic: mirrored', '6, column 16: default/nginx: traffic: "mirrored" is not one of shared, isolated'],
    ['adopt: maybe', '6, column 14: default/nginx: adopt: "maybe" is not true or false'],
    [
      'active_until: 2030-01-01',
      '6, column 21: default/nginx: active_until: "2030-01-01" is not a time as RFC 3339 has it, such as 2026-12-24T18:00:00Z',
    ],
    [
      'active_until: 2030-13-01T00:00:00Z',
      '6, column 21: default/nginx: active_until: "2030-13-01T00:00:00Z" is not a time as RFC 3339 has it, such as 2026-12-24T18:00:00Z',
    ],
    [
      'active_until: 2030-02-30T00:00:00Z',
      '6, column 21: default/nginx: active_until: "2030-02-30T00:00:00Z" is not a time as RFC 3339 has it, such as 2026-12-24T18:00:00Z',
    ],
    [
      'active_until: 2030-01-01T24:00:00Z',
      '6, column 21: default/nginx: active_until: "2030-01-01T24:00:00Z" is not a time as RFC 3339 has it, such as 2026-12-24T18:00:00Z',
    ],
    [
      'active_until: 9999-12-31T23:59:59-05:00',
      '6, column 21: default/nginx: active_until: "9999-12-31T23:59:59-05:00" is not a time as RFC 3339 has it, such as 2026-12-24T18:00:00Z',
    ],
    ['containers: [a]', '6, column 19: default/nginx: containers: a list; accepted is a mapping of containers to their changes'],
    [
      'containers: {a: {image: ""}}',
      '6, column 31: default/nginx: containers.a.image: "" is not the name of an image: a text without white space',
    ],
    [
      'containers: {a: {env: "B: 1", unset_env: B}}',
      '6, column 48: default/nginx: containers.a.unset_env: `B` is both set by env and unset',
    ],
    ['containers: {a: {args: "x"}}', '6, column 30: default/nginx: containers.a.args: accepted is a list of texts'],
    [
      'containers: {a: {resources: {limits: {cpu: much}}}}',
      '6, column 50: default/nginx: containers.a.resources: "much" is not an amount, such as 100m or 1Gi',
    ],
  ])('then %j is an error of that rule, at its place', (lines, expected) => {
    expect(readFields(lines).rule).toBeUndefined();
    expect(shown(lines)).toEqual([`error line ${expected}`]);
  });

  it.each(['abc', '-1', 'NaN', '.nan', '.inf', 'inf', '1e999999', '""', '1.2.3', 'True'])(
    'then scale_factor: %s is refused',
    (written) => {
      const text = written === '""' ? written : `"${written}"`;
      expect(shown('', `scale_factor: ${written}\n      name_suffix: p`)).toEqual([
        `error line 4, column 21: default/nginx: scale_factor: ${text} is not a number ≥ 0 of at most 40 digits, such as 0.5`,
      ]);
    },
  );

  it.each(['""', '"-"', 'P', 'a_b', '"a "', 'a..b', 'x'.repeat(248)])('then name_suffix: %s is refused', (written) => {
    const suffix = written.replaceAll('"', '');
    const [problem, ...more] = shown('', `scale_factor: 1\n      name_suffix: ${written}`);
    expect(more).toEqual([]);
    expect(problem).toContain(
      `line 5, column 20: default/nginx: name_suffix: the clone's name would be "nginx-${suffix}", ${suffix.length + 6} characters`,
    );
    expect(problem).toContain('at most 253');
  });

  it('then required fields that lack are errors at the rule', () => {
    expect(shown('', 'image: a')).toEqual([
      'error line 3, column 5: default/nginx: scale_factor: missing, and every rule needs it',
      'error line 3, column 5: default/nginx: name_suffix: missing, and every rule needs it',
    ]);
  });

  it('then all errors of one rule are found at once', () => {
    expect(shown('image: a b\nmin_replicas: x\non_rule_removed: y', 'scale_factor: z\n      name_suffix: P')).toHaveLength(5);
  });
});

describe('given an unknown or old field, when the rules are read', () => {
  it.each([
    ['scale_facter: 1', 'scale_facter: unknown field, ignored; did you mean `scale_factor`?'],
    ['Image: x', 'Image: unknown field, ignored; did you mean `image`?'],
    ['enviroment: x', 'enviroment: unknown field, ignored'],
    ['trafic: shared', 'trafic: unknown field, ignored; did you mean `traffic`?'],
    ['constructor: x', 'constructor: unknown field, ignored'],
    ['"PASSWORD=hunter2": x', 'PASSWORD…: unknown field, ignored'],
  ])('then %j is a warning, and the rule applies', (lines, expected) => {
    expect(readFields(lines).rule).toEqual(DEFAULT_RULE);
    expect(shown(lines)).toEqual([`warning line 6, column 7: default/nginx: ${expected}`]);
  });

  it('then labels to keep in shared traffic are a warning, and without effect', () => {
    expect(readFields('keep_labels: [a]').rule).toEqual(DEFAULT_RULE);
    expect(shown('keep_labels: [a]')).toEqual([
      'warning line 6, column 20: default/nginx: keep_labels: without effect: with shared traffic all labels are kept; set traffic to isolated',
    ]);
  });

  it('then an unknown field of a container is a warning, with its place', () => {
    expect(shown('containers: {a: {imge: x}}')).toEqual([
      'warning line 6, column 24: default/nginx: containers.a.imge: unknown field, ignored; did you mean `image`?',
    ]);
  });

  it('then cloned_image is image, with a warning', () => {
    expect(readFields('cloned_image: busybox').rule?.image).toBe('busybox');
    expect(shown('cloned_image: busybox')).toEqual([
      'warning line 6, column 7: default/nginx: cloned_image: deprecated; use `image`',
    ]);
  });

  it('then both names with one value are accepted', () => {
    const { rule, problems } = readFields('cloned_image: busybox\nimage: "busybox"');
    expect(rule?.image).toBe('busybox');
    expect(problems.map(({ severity }) => severity)).toEqual(['warning']);
  });

  it('then both names with two values are an error', () => {
    expect(readFields('image: a\ncloned_image: b').rule).toBeUndefined();
    expect(shown('image: a\ncloned_image: b')[1]).toBe(
      'error line 7, column 21: default/nginx: cloned_image: "b", but `image` is "a"; give that alone',
    );
  });
});
