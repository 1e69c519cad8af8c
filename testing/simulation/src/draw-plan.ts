import { type Key, keyOf } from '@ddprofiler-rc/core';
import { Draw } from './draw.ts';
import { drawRules, IMAGES, SUFFIXES, VALUES, VARIABLES } from './draw-rules.ts';
import {
  type Action,
  BINDING,
  type Call,
  CLONE_EDITS,
  CONFIG_MAPS,
  EXTRAS,
  FAULTS,
  type FaultWindow,
  MARK_LABELS,
  MEMORY_EDITS,
  type Plan,
  type Revocation,
  type RulesDraft,
  type SourceDraft,
  type TimedAction,
  WEBHOOKS,
  WRONG_TEXTS,
} from './plan.ts';

const NAMESPACES = ['shop', 'pay'] as const;
const SOURCES = ['web', 'api', 'worker'] as const;

/** Texts from which no rule can be read. */
export const HOSTILE = [
  '',
  '# nothing but a remark\n',
  'shop: [',
  'a: &a [*a, *a]\nb: *a\n',
  '__proto__: {deployments: {}}\nshop: {deployments: {}}\nshop: {}\n',
  '- just\n- a list\n',
  '\tshop: {}\n',
  `shop: "${'x'.repeat(2_000)}`,
] as const;

/** A whole history, from a seed. */
export function drawPlan(seed: number): Plan {
  const draw = Draw.of(seed, 'plan');
  const namespaces = draw.chance(0.3) ? NAMESPACES.slice() : NAMESPACES.slice(0, 1);
  const stormEndsAt = draw.int(20, 240) * 1_000;
  const sources = namespaces.flatMap((namespace) =>
    SOURCES.slice(0, draw.int(1, SOURCES.length)).map((name) => keyOf(namespace, name)),
  );
  const clones = sources.flatMap((source) => SUFFIXES.map((suffix): Key => `${source}-${suffix}`));
  const isCalm = draw.chance(0.1);
  const more = Draw.of(seed, 'contract');
  const operators = draw.chance(0.1) ? 2 : 1;
  const election = drawElection(seed, stormEndsAt);
  const auditing = isCalm ? {} : drawAudits(seed, stormEndsAt);
  const maxClones = drawMostClones(seed);
  return {
    seed,
    namespaces,
    scope: draw.chance(0.6) ? '*' : namespaces,
    operators: election?.operators ?? operators,
    elected: election !== undefined,
    actions: inOrder([
      ...mistaken(seed, stormEndsAt, drawActions(draw, more, { namespaces, sources, clones, stormEndsAt })),
      ...(election === undefined ? [] : election.actions),
      ...drawForgeries(seed, { namespaces, sources, clones, stormEndsAt }),
      ...drawDayAhead(seed, { namespaces, sources, clones, stormEndsAt }),
    ]),
    faults: isCalm
      ? []
      : [
          ...drawFaults(draw, stormEndsAt),
          ...drawLongFaults(seed, stormEndsAt),
          ...drawLookFaults(seed, stormEndsAt),
          ...(election === undefined ? [] : election.faults),
          ...(auditing.faults ?? []),
        ],
    revocations: [
      ...(draw.chance(0.2) ? [drawRevocation(draw, stormEndsAt)] : []),
      ...drawLookRevocations(seed, stormEndsAt),
      ...drawMemoryRevocations(seed, stormEndsAt),
    ],
    webhook: draw.chance(0.15) ? draw.pick(WEBHOOKS) : undefined,
    poisoned: draw.chance(0.1) ? draw.pick(clones) : undefined,
    limits: {
      ...(more.chance(0.15) ? { image: 'busybox' } : {}),
      ...(more.chance(0.15) ? { maxReplicas: more.int(1, 5) } : {}),
      ...(maxClones === undefined ? {} : { maxClones }),
    },
    stormEndsAt,
    ...(auditing.audits === undefined ? {} : { audits: auditing.audits }),
  };
}

interface Stage {
  readonly namespaces: readonly string[];
  readonly sources: readonly Key[];
  readonly clones: readonly Key[];
  readonly stormEndsAt: number;
}

/** First the world is made, in any order and some of it before the operator starts; then people act upon it. */
function drawActions(draw: Draw, more: Draw, stage: Stage): readonly TimedAction[] {
  const { sources, stormEndsAt } = stage;
  const early = () => (draw.chance(0.5) ? 0 : draw.int(0, 8_000));
  const making: TimedAction[] = [
    { at: early(), action: { do: 'rules', draft: drawRules(draw, more, stage), configMap: CONFIG_MAPS[0] } },
    { at: early(), action: { do: 'bind', configMap: CONFIG_MAPS[0] } },
    ...sources.map((key) => ({ at: early(), action: { do: 'makeSource' as const, key, source: drawSource(draw, key) } })),
  ];
  const acting = draw.times(draw.int(3, 22), (): TimedAction => {
    const at = draw.int(1_000, stormEndsAt);
    return { at, action: drawAction(draw, more, stage) };
  });
  const companions = more.times(more.chance(0.4) ? more.int(1, 6) : 0, (): TimedAction => {
    return { at: more.int(0, stormEndsAt), action: drawCompanion(more, stage) };
  });
  return [...making, ...acting, ...companions, ...aftermath(draw, acting, stormEndsAt)];
}

function inOrder(actions: readonly TimedAction[]): readonly TimedAction[] {
  return actions.toSorted((a, b) => a.at - b.at);
}

/** A namespace that was deleted comes back, so that the end is about clones. */
function aftermath(draw: Draw, acting: readonly TimedAction[], stormEndsAt: number): readonly TimedAction[] {
  return acting.flatMap(({ at, action }) =>
    action.do === 'deleteNamespace'
      ? [
          {
            at: Math.min(stormEndsAt, at + draw.int(2_000, 20_000)),
            action: { do: 'makeNamespace' as const, namespace: action.namespace },
          },
        ]
      : [],
  );
}

/** Autoscalers and budgets, and what autoscalers do; and a binding that reaches for what is not its own. */
function drawCompanion(draw: Draw, { namespaces, sources, clones }: Stage): Action {
  const target = draw.chance(0.75) ? draw.pick(clones) : draw.pick(sources);
  const make = draw.weighted<() => Action>([
    [4, () => ({ do: 'autoscaler', target, exists: draw.chance(0.75) })],
    [3, () => ({ do: 'autoscale', key: target, replicas: draw.int(1, 9) })],
    [1, () => ({ do: 'budget', source: draw.pick(sources), exists: draw.chance(0.75) })],
    [0.5, () => ({ do: 'bindElsewhere', namespace: draw.pick(namespaces) })],
  ]);
  return make();
}

/** Some rules texts are followed by the same text with a mistake in it, and most of those by the right one again. */
function mistaken(seed: number, stormEndsAt: number, actions: readonly TimedAction[]): readonly TimedAction[] {
  const draw = Draw.of(seed, 'mistakes');
  const rate = draw.pick([0, 0, 0.3, 0.7]);
  return actions.flatMap((timed): readonly TimedAction[] => {
    const { at, action } = timed;
    if (action.do !== 'rules' || action.draft.kind !== 'rules' || !draw.chance(rate)) return [timed];
    const { rules } = action.draft;
    const mistakes = draw.times(draw.int(1, 3), (): TimedAction => {
      const how = draw.pick(WRONG_TEXTS);
      return { at: Math.min(stormEndsAt, at + draw.int(10, 9_000)), action: { ...action, draft: { kind: 'wrong', how, rules } } };
    });
    return [timed, ...mistakes, ...(draw.chance(0.7) ? [{ at: Math.min(stormEndsAt, at + 9_001), action }] : [])];
  });
}

/** People who may write Deployments, or the memory, and know what the operator goes by. */
function drawForgeries(seed: number, { namespaces, sources, clones, stormEndsAt }: Stage): readonly TimedAction[] {
  const draw = Draw.of(seed, 'forgeries');
  if (draw.chance(0.6)) return [];
  const places = [...namespaces, BINDING.namespace];
  return draw
    .times(draw.int(1, 6), () => draw.int(500, stormEndsAt))
    .flatMap((at) => {
      const clone = draw.pick(clones);
      const source = draw.pick(sources);
      const soon = Math.min(stormEndsAt, at + draw.int(10, 20_000));
      const make = draw.weighted<() => readonly TimedAction[]>([
        [
          2,
          () => [
            { at, action: { do: 'forgeMark', key: source, exists: true } },
            ...(draw.chance(0.6) ? undone(source, soon) : []),
          ],
        ],
        [
          2,
          () => [
            { at, action: { do: 'squat', key: clone, source: drawSource(draw, clone) } },
            { at, action: { do: 'forgeMark', key: clone, exists: true } },
          ],
        ],
        [
          1.5,
          () => [
            { at, action: { do: 'forgeMany', namespace: draw.pick(places), count: draw.int(4, 12) } },
            ...(draw.chance(0.5) ? [{ at: soon, action: { do: 'editMemory', what: 'forge' } } as const] : []),
          ],
        ],
        [2, () => [{ at, action: { do: 'copy', key: clone, namespace: draw.pick(places) } }]],
        [
          2,
          () => [
            { at, action: { do: 'delete', key: clone, propagation: 'Background' } },
            { at: soon, action: { do: 'copy', key: clone, namespace: clone.slice(0, clone.indexOf('/')) } },
          ],
        ],
        [3, () => stripped(draw, clone, at, soon)],
        [2, () => [{ at, action: { do: 'editMemory', what: draw.pick(MEMORY_EDITS) } }]],
      ]);
      return make();
    });
}

function undone(key: Key, at: number): readonly TimedAction[] {
  return [{ at, action: { do: 'forgeMark', key, exists: false } }];
}

function stripped(draw: Draw, key: Key, at: number, soon: number): readonly TimedAction[] {
  const label = draw.pick(MARK_LABELS);
  const strip: TimedAction = { at, action: { do: 'editMark', key, label, what: 'strip' } };
  return draw.chance(0.3) ? [strip] : [strip, { at: soon, action: { do: 'editMark', key, label, what: 'restore' } }];
}

const HOUR_MS = 3_600_000;

/** Rules that end within a day, and a clock that is a day ahead, mostly for a time. */
function drawDayAhead(seed: number, stage: Stage): readonly TimedAction[] {
  const draw = Draw.of(seed, 'a day ahead');
  if (draw.chance(0.85)) return [];
  const { stormEndsAt } = stage;
  const drawn = drawRules(draw, draw, stage);
  const rules = drawn.kind === 'rules' ? drawn.rules : [];
  const ending = rules.map((rule) => (draw.chance(0.8) ? { ...rule, until: draw.int(1, 20) * HOUR_MS } : rule));
  const from = draw.int(1_000, stormEndsAt);
  const at = draw.int(from, stormEndsAt);
  const ahead: TimedAction = { at, action: { do: 'jumpDate', byMs: 24 * HOUR_MS } };
  const back: TimedAction = { at: draw.int(at, stormEndsAt), action: { do: 'jumpDate', byMs: -24 * HOUR_MS } };
  const draft: RulesDraft = { kind: 'rules', rules: ending };
  const made: TimedAction = { at: from, action: { do: 'rules', draft, configMap: CONFIG_MAPS[0] } };
  return [made, ahead, ...(draw.chance(0.7) ? [back] : [])];
}

function drawMostClones(seed: number): number | undefined {
  const draw = Draw.of(seed, 'places');
  return draw.chance(0.12) ? draw.int(1, 5) : undefined;
}

/** For a time the memory cannot be written. */
function drawMemoryRevocations(seed: number, stormEndsAt: number): readonly Revocation[] {
  const draw = Draw.of(seed, 'memory revocations');
  const from = draw.int(0, stormEndsAt);
  const to = Math.min(stormEndsAt, from + draw.int(1, 60) * 1_000);
  return draw.chance(0.12) ? [{ verb: 'patch', resource: 'configmaps', from, to }] : [];
}

function drawAction(draw: Draw, more: Draw, stage: Stage): Action {
  const { namespaces, sources, clones } = stage;
  const key = draw.pick(sources);
  const clone = draw.pick(clones);
  const configMap = draw.chance(0.85) ? CONFIG_MAPS[0] : CONFIG_MAPS[1];
  const make = draw.weighted<() => Action>([
    [6, () => ({ do: 'scale', key, replicas: draw.chance(0.3) ? 10 : draw.int(0, 12) })],
    [4, () => ({ do: 'setImage', key, image: draw.pick(IMAGES) })],
    [4, () => ({ do: 'setEnv', key, name: draw.pick(VARIABLES), value: draw.pick(VALUES) })],
    [4, () => ({ do: 'unsetEnv', key, name: draw.pick(VARIABLES) })],
    [1, () => ({ do: 'rolloutRestart', key })],
    [1, () => ({ do: 'pause', key, paused: draw.chance(0.5) })],
    [2, () => ({ do: 'annotate', key, name: draw.pick(['team', 'kubectl.kubernetes.io/note']), value: draw.pick(VALUES) })],
    [1.5, () => ({ do: 'churn', key, times: draw.int(20, 200), everyMs: draw.int(5, 45) })],
    [3, () => ({ do: 'delete', key, propagation: draw.pick(['Background', 'Foreground', 'Orphan'] as const) })],
    [3, () => ({ do: 'makeSource', key, source: drawSource(draw, key) })],
    [2, () => ({ do: 'recreate', key, source: drawSource(draw, key) })],
    [7, () => ({ do: 'rules', draft: drawRules(draw, more, stage), configMap })],
    [2, () => ({ do: 'rules', draft: { kind: 'hostile', text: draw.pick(HOSTILE) }, configMap })],
    [0.7, () => ({ do: 'deleteConfigMap', configMap })],
    [0.7, () => ({ do: 'unbind' })],
    [1.5, () => ({ do: 'bind', configMap })],
    [4, () => ({ do: 'editClone', key: clone, what: draw.pick(CLONE_EDITS) })],
    [3, () => ({ do: 'delete', key: clone, propagation: draw.pick(['Background', 'Foreground', 'Orphan'] as const) })],
    [0.7, () => ({ do: 'squat', key: clone, source: drawSource(draw, clone) })],
    [0.4, () => ({ do: 'deleteNamespace', namespace: draw.pick(namespaces) })],
    [1.5, () => ({ do: 'compact' })],
    [0.7, () => ({ do: 'jumpDate', byMs: draw.int(-7_200, 7_200) * 1_000 })],
    [
      2,
      () => ({
        do: 'restartOperator',
        how: draw.pick(['kill', 'stop'] as const),
        downMs: draw.chance(0.5) ? 0 : draw.int(0, 20_000),
      }),
    ],
  ]);
  return make();
}

function drawSource(draw: Draw, key: Key): SourceDraft {
  const name = key.slice(key.indexOf('/') + 1);
  const variables = VARIABLES.filter(() => draw.chance(0.4));
  return {
    replicas: draw.int(0, 9),
    image: draw.pick(IMAGES),
    env: Object.fromEntries(variables.map((variable) => [variable, draw.pick(VALUES)])),
    app: draw.chance(0.8) ? name : `${name}-2`,
    extras: EXTRAS.filter(() => draw.chance(0.25)),
  };
}

/** Looks and the Lease have draws of their own, below: they came later, and histories stay what they were. */
const CALLS = ['list', 'watch', 'write'] as const satisfies readonly Call[];

function drawFaults(draw: Draw, stormEndsAt: number): readonly FaultWindow[] {
  return draw.times(draw.int(1, 7), (): FaultWindow => {
    const on = draw.pick(CALLS);
    const kinds = on === 'write' ? FAULTS.any : [...FAULTS.any, ...FAULTS[on], ...FAULTS[on]];
    const from = draw.int(0, stormEndsAt);
    return {
      fault: draw.pick(kinds),
      on,
      from,
      to: Math.min(stormEndsAt, from + draw.int(1, 60) * 1_000),
      rate: draw.pick([0.2, 0.5, 1]),
    };
  });
}

/**
 * Faults of the whole storm, for what short windows seldom hit: a watch is opened rarely, and meets its faults then; a write is on its way for
 * some milliseconds, unless it is slow, and what happens in that time must not be lost.
 */
function drawLongFaults(seed: number, stormEndsAt: number): readonly FaultWindow[] {
  const draw = Draw.of(seed, 'long faults');
  const window = { from: 0, to: stormEndsAt };
  return [
    ...draw.times(draw.chance(0.5) ? 1 : 0, () => ({
      ...window,
      fault: draw.pick(FAULTS.watch),
      on: 'watch' as const,
      rate: draw.pick([0.3, 0.6, 1]),
    })),
    ...draw.times(draw.chance(0.25) ? 1 : 0, () => ({ ...window, fault: 'slow' as const, on: 'write' as const, rate: 0.5 })),
  ];
}

/** Operators that elect one of them: how many, what becomes of the leader, and what becomes of the calls for the Lease. */
function drawElection(seed: number, stormEndsAt: number): Pick<Plan, 'operators' | 'actions' | 'faults'> | undefined {
  const draw = Draw.of(seed, 'leadership');
  if (!draw.chance(0.3)) return undefined;
  return {
    operators: draw.pick([2, 2, 2, 3, 1] as const),
    actions: draw.times(draw.int(0, 4), () => ({
      at: draw.int(1_000, stormEndsAt),
      action: {
        do: 'restartOperator',
        how: draw.pick(['kill', 'stop'] as const),
        downMs: draw.chance(0.5) ? 0 : draw.int(0, 40_000),
        whom: 'leader',
      },
    })),
    faults: draw.times(draw.int(0, 4), () => {
      const from = draw.int(0, stormEndsAt);
      return {
        fault: draw.pick(['slow', 'slow', 'lostRequest', 'lostAnswer', ...FAULTS.any] as const),
        on: 'lease',
        from,
        to: Math.min(stormEndsAt, from + draw.int(1, 60) * 1_000),
        rate: draw.pick([0.2, 0.5, 1]),
      };
    }),
  };
}

/** Looks are few and far between, so that their faults last. */
function drawLookFaults(seed: number, stormEndsAt: number): readonly FaultWindow[] {
  const draw = Draw.of(seed, 'look faults');
  return draw.times(draw.chance(0.5) ? draw.int(1, 2) : 0, () => ({
    from: 0,
    to: draw.int(1, stormEndsAt),
    fault: draw.pick(FAULTS.any),
    on: 'get' as const,
    rate: draw.pick([0.2, 0.5, 0.8]),
  }));
}

function drawLookRevocations(seed: number, stormEndsAt: number): readonly Revocation[] {
  const draw = Draw.of(seed, 'look revocations');
  const from = draw.int(0, stormEndsAt);
  const revocation = { verb: 'get', resource: 'deployments.apps', from, to: draw.int(from, stormEndsAt) } as const;
  return draw.chance(0.15) ? [revocation] : [];
}

/**
 * Audits as often as a storm can show them; with faults of their own, or beside a server that loses lines: then nothing but they can put it
 * right, so that they meet none.
 */
function drawAudits(seed: number, stormEndsAt: number): Partial<Pick<Plan, 'audits' | 'faults'>> {
  const draw = Draw.of(seed, 'audits');
  if (draw.chance(0.6)) return {};
  const least = draw.int(1, 10) * 1_000;
  const audits = { least, most: least + draw.int(0, 20) * 1_000 };
  const window = { from: 0, to: stormEndsAt };
  if (draw.chance(0.3)) return { audits, faults: [{ ...window, fault: draw.pick(FAULTS.broken), on: 'watch', rate: 0.5 }] };
  const faults = draw.times(draw.int(0, 2), () => ({
    ...window,
    fault: draw.pick([...FAULTS.audit, ...FAULTS.audit, ...FAULTS.any]),
    on: 'audit' as const,
    rate: draw.pick([0.2, 0.5]),
  }));
  return { audits, faults };
}

function drawRevocation(draw: Draw, stormEndsAt: number): Revocation {
  const from = draw.int(0, stormEndsAt);
  const resource = draw.pick(['deployments.apps', 'deployments.apps', 'configmaps', 'ddprofcrds.crds.grove'] as const);
  return {
    verb:
      resource === 'deployments.apps'
        ? draw.pick(['list', 'watch', 'patch', 'delete'] as const)
        : draw.pick(['list', 'watch'] as const),
    resource,
    from,
    to: Math.min(stormEndsAt, from + draw.int(1, 60) * 1_000),
  };
}
