import { describe, expect, it } from 'vitest';
import { describeProblem } from './describe-problem.ts';
import { readRules } from './read-rules.ts';
import type { RuleSet } from './rule.ts';
import { DEFAULTS } from './rule-fields.ts';

function read(text: string): RuleSet {
  const reading = readRules(text);
  if (reading.kind !== 'read') throw new Error(JSON.stringify(reading));
  return reading.ruleSet;
}

/** Which clones have rules, and what is wrong. */
function outline(text: string) {
  const { rules, problems } = read(text);
  return {
    rules: [...rules.keys()],
    problems: problems.map((problem) => `${problem.severity} ${describeProblem(problem)}`),
  };
}

const NOTHING = { rules: [], problems: [] };

describe('given the rules that users have today, when read', () => {
  const text = `
default:                       # namespace of source and clone
  deployments:                 # the only kind
    nginx-deployment:          # source
      env: "PROFILING_ENABLED: True"
      scale_factor: "0.5"
      name_suffix: "profiler"
    nginx-deployment-2:
      env: "PROFILING_ENABLED: True"
      image: "busybox"
      scale_factor: "0.1"
      name_suffix: "profiler"
`;
  it('then both apply, with the defaults for all they leave out', () => {
    const { env: _, ...defaults } = DEFAULTS;
    const env = [{ name: 'PROFILING_ENABLED', value: 'True' }];
    const common = { ...defaults, namespace: 'default', nameSuffix: 'profiler', env };
    expect(read(text)).toEqual({
      rules: new Map([
        ['default/nginx-deployment-profiler', { ...common, source: 'nginx-deployment', scaleFactor: { text: '0.5' } }],
        [
          'default/nginx-deployment-2-profiler',
          { ...common, source: 'nginx-deployment-2', scaleFactor: { text: '0.1' }, image: 'busybox' },
        ],
      ]),
      problems: [],
    });
  });
});

describe('given a text as a whole, when read', () => {
  it.each(['', '  \n\t\n', '# rules to come\n', 'null', '~', '---\n', '---\n# nothing\n...\n'])('then %j is blank', (text) => {
    expect(readRules(text)).toEqual({ kind: 'blank' });
  });

  it('then {} is a rule set without rules', () => {
    expect(outline('{}')).toEqual(NOTHING);
  });

  it.each([
    ['[]', 'line 1, column 1: a list at the top; accepted is a mapping of namespaces'],
    ['\n  PASSWORD=hunter2', 'line 2, column 3: a text at the top; accepted is a mapping of namespaces'],
    ['default:\n  deployments: [\n', 'line 3, column 1: not valid YAML: deficient indentation'],
    ['default: {}\ndefault: {}\n', 'line 2, column 1: the key `default` appears twice in one mapping'],
  ])('then %j is unreadable', (text, expected) => {
    const reading = readRules(text);
    expect(reading.kind === 'unreadable' && reading.problems.map(describeProblem)).toEqual([expected]);
  });
});

describe('given the entry of a namespace, when read', () => {
  it.each([
    ['ns: {}', 1, 1],
    ['ns:\n  deployments: {}', 2, 3],
  ])('then %j has no rules, with a warning', (text, line, column) => {
    expect(outline(text)).toEqual({
      ...NOTHING,
      problems: [`warning line ${line}, column ${column}: ns: no rules in this namespace`],
    });
  });

  it.each([
    ['ns:', 'line 1, column 1: ns: nothing stands under "ns"; to have no rules here, write {}'],
    ['ns: null', 'line 1, column 1: ns: nothing stands under "ns"; to have no rules here, write {}'],
    ['ns:\n  deployments:', 'line 2, column 3: ns: nothing stands under "deployments"; to have no rules here, write {}'],
    ['ns:\n  deployments: # later', 'line 2, column 3: ns: nothing stands under "deployments"; to have no rules here, write {}'],
  ])('then %j leaves open which rules were meant', (text, problem) => {
    expect(outline(text)).toEqual({ ...NOTHING, problems: [`error ${problem}`] });
  });

  it.each([
    ['ns: nginx', ["line 1, column 5: ns: a text as a namespace's entry; accepted is a mapping with deployments"]],
    ['ns: [a]', ["line 1, column 5: ns: a list as a namespace's entry; accepted is a mapping with deployments"]],
    ['ns:\n  deployments: [a]', ['line 2, column 16: ns: a list as deployments; accepted is a mapping of Deployments to rules']],
    [
      'ns:\n  deployment: {}',
      [
        'line 1, column 1: ns: no deployments in this entry; accepted is a mapping with deployments',
        'line 2, column 3: ns: deployment: unknown key, ignored; did you mean `deployments`?',
      ],
    ],
    [
      'ns:\n  jobs: {}',
      [
        'line 1, column 1: ns: no deployments in this entry; accepted is a mapping with deployments',
        'line 2, column 3: ns: jobs: unknown key, ignored',
      ],
    ],
  ])('then %j is invalid as a whole', (text, problems) => {
    expect(outline(text)).toEqual({ ...NOTHING, problems: problems.map((one) => `error ${one}`) });
  });

  it.each(['Default', 'a.b', 'a_b', '""', '-a', 'x'.repeat(64)])('then the namespace %s is invalid', (name) => {
    const { rules, problems } = outline(`${name}: {deployments: {a: {scale_factor: 1, name_suffix: b}}}`);
    expect(rules).toEqual([]);
    expect(problems.join('\n')).toMatch(/^error line 1, column 1: .* is not the name of a namespace; accepted are 1 to 63 .*$/);
  });

  it('then an invalid one leaves the others as they are', () => {
    const { rules } = outline('a: 1\nb: {deployments: {s: {scale_factor: 1, name_suffix: c}}}\n');
    expect(rules).toEqual(['b/s-c']);
  });

  it('then unknown keys beside deployments are errors, and the rules apply', () => {
    const text = 'ns:\n  deployments: {s: {scale_factor: 1, name_suffix: c}}\n  statefulsets: {}\n  Deployments: {}\n';
    expect(outline(text)).toEqual({
      ...NOTHING,
      rules: ['ns/s-c'],
      problems: [
        'error line 3, column 3: ns: statefulsets: unknown key, ignored',
        'error line 4, column 3: ns: Deployments: unknown key, ignored; did you mean `deployments`?',
      ],
    });
  });
});

describe('given the entry of a source, when read', () => {
  it.each(['Nginx', 'a_b', '""', 'a..b', 'x'.repeat(254)])('then the name %s is invalid', (name) => {
    const { rules, problems } = outline(`ns:\n  deployments:\n    ${name}: {scale_factor: 1, name_suffix: b}\n`);
    expect(rules).toEqual([]);
    expect(problems.join('\n')).toMatch(
      /^error line 3, column 5: ns\/.* is not the name of a Deployment; accepted are at most 253 .*$/,
    );
  });

  it.each([
    ['', 5, 'an empty value'],
    ['null', 8, 'an empty value'],
    ['0.5', 8, 'a text'],
  ])('then the rule %j is an error', (value, column, kind) => {
    const problem = `error line 3, column ${column}: ns/s: ${kind} where a rule is expected: a mapping with scale_factor, name_suffix`;
    expect(outline(`ns:\n  deployments:\n    s: ${value}\n`)).toEqual({ ...NOTHING, problems: [problem] });
  });

  it('then a list gives several clones, and a bad rule in it leaves the others', () => {
    const text =
      'ns:\n  deployments:\n    s:\n      - {scale_factor: 1, name_suffix: a}\n      - scale_factor: 1\n      - {scale_factor: 2, name_suffix: c}\n';
    expect(outline(text)).toEqual({
      ...NOTHING,
      rules: ['ns/s-a', 'ns/s-c'],
      problems: ['error line 5, column 9: ns/s: name_suffix: missing, and every rule needs it'],
    });
  });

  it('then an empty list has no rules, with a warning', () => {
    expect(outline('ns:\n  deployments:\n    s: []\n').problems).toEqual([
      'warning line 3, column 8: ns/s: an empty list: no rules here',
    ]);
  });

  it('then one bad value leaves the rules of other sources', () => {
    const text = 'ns:\n  deployments:\n    a: {scale_factor: x, name_suffix: p}\n    b: {scale_factor: 1, name_suffix: p}\n';
    expect(outline(text)).toMatchObject({ rules: ['ns/b-p'] });
  });
});

describe('given a name with what may be the value of a variable, when read', () => {
  it.each([
    ['of a namespace', '"PASSWORD: s3cret": {deployments: {}}'],
    ['of a source', 'ns: {deployments: {"PASSWORD=s3cret": {scale_factor: 1, name_suffix: p}}}'],
    ['of a container', 'ns: {deployments: {a: {scale_factor: 1, name_suffix: p, containers: {"PASSWORD:s3cret": {}}}}}'],
  ])('then it is cut there: %s', (_, text) => {
    const { problems } = read(text);
    expect(problems.map(({ message }) => message)).toEqual([expect.stringMatching(/^"PASSWORD…" is not the name of a/)]);
    expect(JSON.stringify(problems)).not.toContain('s3cret');
  });
});

describe('given rules that meet in one clone name, when read', () => {
  it('then two sources with one clone are both invalid', () => {
    const text =
      'ns:\n  deployments:\n    a: {scale_factor: 1, name_suffix: b-c}\n    a-b: {scale_factor: 1, name_suffix: c}\n    d: {scale_factor: 1, name_suffix: c}\n';
    expect(outline(text)).toEqual({
      ...NOTHING,
      rules: ['ns/d-c'],
      problems: [
        'error line 3, column 39: ns/a: name_suffix: the clone "a-b-c" is also the clone of a rule of a-b; every clone needs a name of its own',
        'error line 4, column 41: ns/a-b: name_suffix: the clone "a-b-c" is also the clone of a rule of a; every clone needs a name of its own',
      ],
    });
  });

  it('then two rules of one list with one suffix are both invalid, its third applies', () => {
    const rule = (suffix: string) => `      - {scale_factor: 1, name_suffix: ${suffix}}\n`;
    const { rules, problems } = outline(`ns:\n  deployments:\n    a:\n${rule('b')}${rule('c')}${rule('b')}`);
    expect(rules).toEqual(['ns/a-c']);
    expect(problems.map((problem) => problem.slice(0, 30))).toEqual([
      'error line 4, column 40: ns/a:',
      'error line 6, column 40: ns/a:',
    ]);
  });

  it("then a clone that is another rule's source is an error of the rule that makes it", () => {
    const text = 'ns:\n  deployments:\n    a: {scale_factor: 1, name_suffix: b}\n    a-b: {scale_factor: 1, name_suffix: c}\n';
    expect(outline(text)).toEqual({
      ...NOTHING,
      rules: ['ns/a-b-c'],
      problems: [
        'error line 3, column 39: ns/a: name_suffix: the clone "a-b" is the source of another rule; every clone needs a name of its own',
      ],
    });
  });

  it('then a source is one even where its own rule is invalid', () => {
    const { rules, problems } = outline('ns:\n  deployments:\n    a: {scale_factor: 1, name_suffix: b}\n    a-b: {}\n');
    expect(rules).toEqual([]);
    expect(problems.some((problem) => problem.includes('the clone "a-b" is the source of another rule'))).toBe(true);
  });

  it('then equal names in two namespaces are two clones', () => {
    const entry = '{deployments: {a: {scale_factor: 1, name_suffix: b}}}';
    expect(outline(`m: ${entry}\nn: ${entry}\n`)).toEqual({ ...NOTHING, rules: ['m/a-b', 'n/a-b'] });
  });
});

describe('given anchors, aliases and merge keys, when read', () => {
  it('then two sources share a rule', () => {
    const { rules } = read(
      'ns:\n  deployments:\n    a: &shared {scale_factor: 0.5, name_suffix: p}\n    b: *shared\n    c: {<<: *shared, scale_factor: 1}\n',
    );
    expect([...rules].map(([key, rule]) => [key, rule.scaleFactor.text])).toEqual([
      ['ns/a-p', '0.5'],
      ['ns/b-p', '0.5'],
      ['ns/c-p', '1'],
    ]);
  });

  it('then a bad value that is shared is reported for every source, where the value stands', () => {
    expect(
      outline('ns:\n  deployments:\n    a: &shared {scale_factor: x, name_suffix: p}\n    b: *shared\n').problems.map((one) =>
        one.slice(0, 45),
      ),
    ).toEqual(['error line 3, column 31: ns/a: scale_factor: ', 'error line 3, column 31: ns/b: scale_factor: ']);
  });

  it('then a field that a shared rule lacks is reported at every source', () => {
    expect(
      outline('ns:\n  deployments:\n    a: &shared {scale_factor: 1}\n    b: *shared\n').problems.map((one) => one.slice(0, 43)),
    ).toEqual(['error line 3, column 5: ns/a: name_suffix: ', 'error line 4, column 5: ns/b: name_suffix: ']);
  });
});

describe('given that only some namespaces are watched', () => {
  const text =
    'shop:\n  deployments:\n    web: { scale_factor: 1, name_suffix: p }\nother:\n  deployments:\n    web: { scale_factor: 1, name_suffix: p }\n';

  it('then a rule for another is an error that names them, and the rest applies', () => {
    const reading = readRules(text, ['shop', 'ops']);
    if (reading.kind !== 'read') throw new Error(reading.kind);
    expect([...reading.ruleSet.rules.keys()]).toEqual(['shop/web-p']);
    expect(reading.ruleSet.problems).toEqual([
      { severity: 'error', line: 4, column: 1, namespace: 'other', message: expect.stringContaining('shop, ops') },
    ]);
  });

  it('then * means all', () => {
    const reading = readRules(text, '*');
    expect(reading.kind === 'read' && reading.ruleSet.problems).toEqual([]);
  });
});
