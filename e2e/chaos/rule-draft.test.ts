import { expect, test } from 'vitest';
import { type RuleDraft, textOf } from './rule-draft.ts';

const RULE: RuleDraft = {
  namespace: 'one',
  source: 'app',
  suffix: 'x',
  factor: '0.5',
  env: [],
  envForm: 'mapping',
  unset: [],
  keepLabels: [],
};

const textAs = (...rules: readonly RuleDraft[]): unknown => JSON.parse(textOf({ rules, broken: false }));
const oneAs = (rule: Partial<RuleDraft>): unknown => textAs({ ...RULE, ...rule });

test('given several rules, then they are by namespace and source, those of one source in a list', () => {
  const least = (suffix: string) => ({ scale_factor: '0.5', name_suffix: suffix });
  expect(textAs(RULE, { ...RULE, suffix: 'y' }, { ...RULE, source: 'api' }, { ...RULE, namespace: 'two' })).toEqual({
    one: { deployments: { app: [least('x'), least('y')], api: [least('x')] } },
    two: { deployments: { app: [least('x')] } },
  });
});

test('given all that a draft may have, then the text has it, by the names of the contract', () => {
  const draft: Partial<RuleDraft> = {
    image: 'i:1',
    unset: ['U'],
    min: 1,
    max: 4,
    traffic: 'isolated',
    keepLabels: ['tier'],
    onSourceDeleted: 'keep',
    onRuleRemoved: 'scale_to_zero',
  };
  expect(oneAs(draft)).toEqual({
    one: {
      deployments: {
        app: [
          {
            scale_factor: '0.5',
            name_suffix: 'x',
            image: 'i:1',
            unset_env: ['U'],
            min_replicas: 1,
            max_replicas: 4,
            traffic: 'isolated',
            keep_labels: ['tier'],
            on_source_deleted: 'keep',
            on_rule_removed: 'scale_to_zero',
          },
        ],
      },
    },
  });
});

test.each<[RuleDraft['envForm'], RuleDraft['env'], unknown]>([
  ['text', [['A', '1']], 'A: 1'],
  [
    'text',
    [
      ['A', '1'],
      ['B', '2'],
    ],
    { A: '1', B: '2' },
  ],
  ['mapping', [['A', '1']], { A: '1' }],
  ['list', [['A', '1']], [{ name: 'A', value: '1' }]],
])('variables as %s', (envForm, env, text) => {
  expect(oneAs({ envForm, env })).toMatchObject({ one: { deployments: { app: [{ env: text }] } } });
});

test('given a broken draft, then its text does not parse', () => {
  expect(() => JSON.parse(textOf({ rules: [RULE], broken: true }))).toThrow(SyntaxError);
});
