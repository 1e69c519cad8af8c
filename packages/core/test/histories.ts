import fc from 'fast-check';
import { type Event, evolve, type Json, objectAt, type State } from '../src/index.ts';
import { BINDING_LISTED, fold, nothingListed, rulesListed, rulesSeen, specOf } from './given.ts';
import type { ModelCluster } from './model-cluster.ts';

/** Histories to draw laws' examples from: small worlds, so that names collide often. */

const NAMES = ['a', 'b', 'a-p', 'b-p'];

export type Action =
  | {
      readonly type: 'put';
      readonly name: string;
      readonly replicas: number;
      readonly image: string;
      readonly env: readonly { readonly name: string; readonly value: string }[];
      readonly app: string;
    }
  | { readonly type: 'annotate'; readonly name: string; readonly value: string }
  | { readonly type: 'remove'; readonly name: string }
  /** `target`: a Deployment; without one the autoscaler goes. */
  | { readonly type: 'autoscaler'; readonly name: string; readonly target: string | undefined }
  | { readonly type: 'autoscale'; readonly name: string; readonly replicas: number }
  /** `app`: of the pods that it counts; without one the budget goes. */
  | { readonly type: 'budget'; readonly app: string | undefined }
  | { readonly type: 'rules'; readonly text: string };

/** Of a variable: often the same, sometimes absent, sometimes what an amount would look like. */
const VALUE = fc.constantFrom('s3cret', 's3cret', 'hunter2', '', '1000m', '1');

const rulesText = fc.oneof(
  fc.constantFrom('', 'a: [', '{}', 'shop: 5'),
  fc
    .record({
      a: fc.constantFrom('0', '0.1', '0.5', '2', 'x'),
      b: fc.constantFrom('0.3', '1', '-1'),
      policy: fc.constantFrom('scale_to_zero', 'delete', 'keep'),
      image: fc.constantFrom('', 'busybox'),
      value: VALUE,
      both: fc.boolean(),
      more: fc.constantFrom(
        {},
        {},
        { traffic: 'isolated', keep_labels: ['app'] },
        { traffic: 'isolated' },
        { suspend: true },
        { adopt: true },
        { active_until: '2025-12-31T23:59:59Z' },
        { active_until: '2026-01-02T00:00:00Z' },
        { unset_env: ['A'], containers: { web: { env: { B: 'b' }, args: ['--leader-elect', 'hunter2'] } } },
        { on_source_deleted: 'delete', follow_restarts: false },
      ),
      // A clone's name, too: such a rule leads nowhere.
      source: fc.constantFrom('a', 'a', 'a', 'a-p'),
    })
    .map(({ a, b, policy, image, value, both, more, source }) => {
      const common = {
        name_suffix: 'p',
        on_source_deleted: policy,
        env: { P: value },
        ...(image === '' ? {} : { image }),
        ...more,
      };
      const deployments = {
        [source]: { ...common, on_rule_removed: policy, scale_factor: a },
        ...(both ? { b: { ...common, scale_factor: b } } : {}),
      };
      return JSON.stringify({ shop: { deployments } });
    }),
);

export const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('put' as const),
      name: fc.constantFrom(...NAMES),
      replicas: fc.integer({ min: 0, max: 30 }),
      image: fc.constantFrom('x:1', 'x:2'),
      env: fc.uniqueArray(fc.record({ name: fc.constantFrom('A', 'B', 'P'), value: VALUE }), {
        maxLength: 3,
        selector: ({ name }) => name,
      }),
      app: fc.constantFrom('web', 'web', 'other'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('annotate' as const),
      name: fc.constantFrom(...NAMES),
      value: fc.constantFrom('1', '2'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('remove' as const), name: fc.constantFrom(...NAMES) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('autoscaler' as const),
      name: fc.constantFrom('one', 'two'),
      target: fc.constantFrom(undefined, ...NAMES),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('autoscale' as const),
      name: fc.constantFrom(...NAMES),
      replicas: fc.integer({ min: 1, max: 9 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant('budget' as const), app: fc.constantFrom(undefined, 'web', 'other') }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('rules' as const), text: rulesText }) },
);

/**
 * Folds what each action brings.
 * @param then what is done after each; the next action goes on from what it returns
 */
export function acted(
  cluster: ModelCluster,
  actions: readonly Action[],
  then: (state: State, act: Action) => State = (state) => state,
): State {
  return actions.reduce((state, act) => {
    const event = perform(cluster, act);
    return then(event === undefined ? state : evolve(state, event), act);
  }, begin());
}

export function perform(cluster: ModelCluster, act: Action): Event | undefined {
  switch (act.type) {
    case 'put': {
      // A person changes a clone's spec, never its labels: those are the mark.
      const former = cluster.deployments.get(`shop/${act.name}`);
      const spec = specOf({
        replicas: act.replicas,
        image: act.image,
        env: act.env.map((variable): Json => variable),
        app: act.app,
      });
      return former === undefined ? cluster.put('shop', act.name, spec) : cluster.edit(`shop/${act.name}`, { spec });
    }
    case 'annotate': {
      const metadata = objectAt(cluster.deployments.get(`shop/${act.name}`), 'metadata');
      if (metadata.name === undefined) return undefined;
      return cluster.edit(`shop/${act.name}`, { metadata: { ...metadata, annotations: { note: act.value } } });
    }
    case 'remove':
      return cluster.remove(`shop/${act.name}`);
    case 'autoscaler':
      return cluster.companion(
        'autoscalers',
        act.name,
        act.target === undefined ? undefined : { scaleTargetRef: { kind: 'Deployment', name: act.target } },
      );
    case 'autoscale':
      return cluster.autoscale(`shop/${act.name}`, act.replicas);
    case 'budget':
      return cluster.companion(
        'budgets',
        'budget',
        act.app === undefined ? undefined : { selector: { matchLabels: { app: act.app } } },
      );
    case 'rules':
      return rulesSeen(act.text);
  }
}

export function begin(): State {
  return fold([BINDING_LISTED, rulesListed('{}'), nothingListed()]);
}
