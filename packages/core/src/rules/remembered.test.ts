import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyGiven } from '../../test/field-samples.ts';
import type { Json } from '../kube/json.ts';
import { CONTAINER_FIELDS, type ContainerChange } from './container-fields.ts';
import { defaultsOf, isComplete, type ValuesOf } from './field-table.ts';
import { readRules } from './read-rules.ts';
import { recallRule, rememberRule } from './remembered.ts';
import type { Rule } from './rule.ts';
import { DEFAULTS, POLICIES, RULE_FIELDS } from './rule-fields.ts';
import { MAX_REPLICAS, parseScaleFactor } from './scale-factor.ts';
import { MAX_TEXT } from './yaml-tree.ts';

function complete<F extends Readonly<Record<string, { readonly presence: string }>>, G extends object>(
  fields: F,
  given: G,
): G & ValuesOf<F> {
  if (!isComplete(fields, given)) throw new Error('a field lacks');
  return given;
}

const label = fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,20}[a-z0-9])?$/);
const envName = fc.stringMatching(/^[ -<>-~]{1,12}$/);
const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', ' ', '~', 'null', 'True', '1.10', '\n', '\u0085\ufeff\u2028\u007f', 'a: b', '*x'),
);
/** As references have it: what looks like a number is a text. */
const json: fc.Arbitrary<Json> = fc
  .jsonValue({ depthSize: 'small' })
  .map((value) => JSON.parse(JSON.stringify(value), (_, member) => (typeof member === 'number' ? String(member) : member)));

/** What a rule changes in a container, beside its variables. */
const drawnChange = fc.record(
  {
    env: fc.uniqueArray(fc.record({ name: envName, value: text }), { selector: ({ name }) => name, maxLength: 2 }),
    unsetEnv: fc.constant([]),
    image: fc.stringMatching(/^\S{1,20}$/),
    resources: fc.constantFrom({}, { limits: { cpu: '1' } }, { requests: { memory: '1Gi' }, claims: [{ name: 'a' }] }),
    command: fc.array(
      fc.string({ minLength: 1 }).filter((one) => !/^(null|Null|NULL|~)$/.test(one)),
      { maxLength: 2 },
    ),
    args: fc.array(fc.constantFrom('a', '1', 'True', '--x=y'), { maxLength: 2 }),
  },
  { requiredKeys: ['env', 'unsetEnv'] },
);
/** A field that is not drawn above is drawn from the samples of its kind. */
const change: fc.Arbitrary<ContainerChange> = fc
  .tuple(anyGiven(CONTAINER_FIELDS, ['env', 'unsetEnv', 'image', 'resources', 'command', 'args']), drawnChange)
  .map(([given, drawn]) => complete(CONTAINER_FIELDS, { ...defaultsOf(CONTAINER_FIELDS), ...given, ...drawn }));

const drawnRule = fc
  .record(
    {
      namespace: label,
      source: fc.array(label, { minLength: 1, maxLength: 3 }).map((labels) => labels.join('.')),
      nameSuffix: label,
      scaleFactor: fc.nat({ max: 5000 }).map((thousandths) => parseScaleFactor(`${thousandths}e-3`) ?? { text: '0' }),
      image: fc.stringMatching(/^\S{1,20}$/),
      env: fc.uniqueArray(
        fc.oneof(
          fc.record({ name: envName, value: text }),
          fc.record({
            name: envName,
            valueFrom: fc.dictionary(fc.string({ minLength: 1 }), json, { minKeys: 1, noNullPrototype: true }),
          }),
        ),
        { selector: ({ name }) => name, maxLength: 5 },
      ),
      unsetEnv: fc.uniqueArray(envName, { maxLength: 3 }),
      container: label,
      replicas: fc.tuple(fc.nat({ max: MAX_REPLICAS }), fc.nat({ max: MAX_REPLICAS })),
      limited: fc.boolean(),
      onSourceDeleted: fc.constantFrom(...POLICIES),
      onRuleRemoved: fc.constantFrom(...POLICIES),
      containers: fc.dictionary(label, change, { maxKeys: 2, noNullPrototype: true }),
      placed: fc.oneof(
        fc.constant({ traffic: 'shared' as const, keepLabels: [] }),
        fc.uniqueArray(label, { maxLength: 2 }).map((keepLabels) => ({ traffic: 'isolated' as const, keepLabels })),
      ),
      followRestarts: fc.boolean(),
      adopt: fc.boolean(),
      suspend: fc.boolean(),
      activeUntil: fc.integer({ min: 0, max: 4e12 }).map((at) => ({ text: new Date(at).toISOString(), at })),
    },
    {
      requiredKeys: [
        'namespace',
        'source',
        'nameSuffix',
        'scaleFactor',
        'env',
        'unsetEnv',
        'replicas',
        'limited',
        'onSourceDeleted',
        'onRuleRemoved',
        'containers',
        'placed',
        'followRestarts',
        'adopt',
        'suspend',
      ],
    },
  )
  .filter(({ env, containers }) => !JSON.stringify([env, containers]).includes('__proto__'))
  .map(({ replicas: [a, b], limited, unsetEnv, placed, ...rest }) => ({
    ...rest,
    ...placed,
    unsetEnv: unsetEnv.filter((name) => !rest.env.some((one) => one.name === name)),
    minReplicas: Math.min(a, b),
    ...(limited ? { maxReplicas: Math.max(a, b) } : {}),
  }));
const DRAWN = [
  'nameSuffix',
  'scaleFactor',
  'image',
  'env',
  'unsetEnv',
  'container',
  'containers',
  'minReplicas',
  'maxReplicas',
  'traffic',
  'keepLabels',
  'onSourceDeleted',
  'onRuleRemoved',
  'followRestarts',
  'adopt',
  'suspend',
  'activeUntil',
] as const;
/** A field that is not drawn above is drawn from the samples of its kind. */
const rules: fc.Arbitrary<Rule> = fc
  .tuple(anyGiven(RULE_FIELDS, DRAWN), drawnRule)
  .map(([given, drawn]) => complete(RULE_FIELDS, { ...DEFAULTS, ...given, ...drawn }));

describe('given a rule, when remembered and recalled', () => {
  it('then it is the same rule, and the same text', () => {
    fc.assert(
      fc.property(rules, (rule) => {
        expect(recallRule(rememberRule(rule))).toEqual(rule);
        expect(rememberRule(recallRule(rememberRule(rule)) ?? rule)).toBe(rememberRule(rule));
      }),
      { numRuns: 500 },
    );
  });

  it('then the text holds what is not at its default, and no more', () => {
    const rule: Rule = {
      ...complete(RULE_FIELDS, { ...DEFAULTS, nameSuffix: 'p', scaleFactor: { text: '0.5' } }),
      namespace: 'default',
      source: 'nginx',
      nameSuffix: 'p',
      scaleFactor: { text: '0.5' },
      env: [],
      unsetEnv: [],
      containers: {},
      traffic: 'shared',
      keepLabels: [],
      followRestarts: true,
      adopt: false,
      suspend: false,
      minReplicas: 0,
      onSourceDeleted: 'scale_to_zero',
      onRuleRemoved: 'delete',
    };
    expect(rememberRule(rule)).toBe('{"default":{"deployments":{"nginx":{"name_suffix":"p","scale_factor":"0.5"}}}}');
    expect(rememberRule({ ...rule, onRuleRemoved: 'keep', image: 'a', minReplicas: 1, env: [{ name: 'A', value: '1' }] })).toBe(
      '{"default":{"deployments":{"nginx":{"env":[{"name":"A","value":"1"}],"image":"a","min_replicas":1,"name_suffix":"p","on_rule_removed":"keep","scale_factor":"0.5"}}}}',
    );
  });

  it('then the order in which a reference names its members does not matter', () => {
    fc.assert(
      fc.property(rules, fc.string(), (rule, value) => {
        const env = (valueFrom: Record<string, string>): Rule => ({ ...rule, env: [{ name: 'A', valueFrom }] });
        expect(rememberRule(env({ x: value, y: '' }))).toBe(rememberRule(env({ y: '', x: value })));
      }),
    );
  });
});

it('given a rule whose line takes more than a rules text may, then it is recalled all the same', () => {
  const text = `ns: {deployments: {a: {name_suffix: p, scale_factor: 1, env: {X: '${'"'.repeat(700_000)}'}}}}`;
  const reading = readRules(text);
  const [rule] = reading.kind === 'read' ? reading.ruleSet.rules.values() : [];
  if (rule === undefined) throw new Error('there is no rule');
  const line = rememberRule(rule);
  expect(line.length).toBeGreaterThan(MAX_TEXT);
  expect(recallRule(line)).toEqual(rule);
});

describe('given any other text, when recalled', () => {
  const good = '{"name_suffix":"p","scale_factor":"0.5"}';
  it.each([
    '',
    '{}',
    'null',
    '{',
    '[]',
    '{"ns":{"deployments":{}}}',
    '{"ns":{"deployments":{"a":{"name_suffix":"p"}}}}',
    '{"ns":{"deployments":{"a":{"name_suffix":"p","scale_factor":"-1"}}}}',
    `{"ns":{"deployments":{"a":${good},"b":${good}}}}`,
    `{"ns":{"deployments":{"a":${good}}},"other":{"deployments":{"b":${good}}}}`,
  ])('then %s is nothing', (other) => {
    expect(recallRule(other)).toBeUndefined();
  });

  it('then a field that only a later version knows is left out', () => {
    const lines = [good, good.replace('}', ',"later":1}')].map((rule) => `{"ns":{"deployments":{"a":${rule}}}}`);
    const [plain, later] = lines.map(recallRule);
    expect(plain).toBeDefined();
    expect(later).toEqual(plain);
  });

  it('then it never throws', () => {
    fc.assert(
      fc.property(rules, fc.nat(), fc.string({ maxLength: 3 }), (rule, at, junk) => {
        const whole = rememberRule(rule);
        const cut = at % (whole.length + 1);
        recallRule(whole.slice(0, cut) + junk + whole.slice(cut + 1));
      }),
    );
  });
});
