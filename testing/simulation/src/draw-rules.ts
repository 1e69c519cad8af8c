import type { Key } from '@ddprofiler-rc/core';
import type { Draw } from './draw.ts';
import type { DraftPolicy, RuleDraft, RulesDraft } from './plan.ts';

export const SUFFIXES = ['profiler', 'canary'] as const;
export const IMAGES = ['app:1', 'app:2', 'registry.example/app:3'] as const;
export const VARIABLES = ['MODE', 'PROFILING_ENABLED', 'LEVEL', 'REGION'] as const;
export const VALUES = ['True', 'a: b', '1.10', '', 'x y'] as const;
const SCALES = ['0', '0.1', '0.5', '0.3', '1', '1.1', '0.07'] as const;
const POLICIES: readonly DraftPolicy[] = ['scale_to_zero', 'delete', 'keep'];

/** A rule set for some of the sources. `more` draws what only some histories have. */
export function drawRules(
  draw: Draw,
  more: Draw,
  { sources, stormEndsAt }: { readonly sources: readonly Key[]; readonly stormEndsAt: number },
): RulesDraft {
  // Most rules are plain ones, as in the field; in some histories they say all that rules can.
  const isPlain = more.chance(0.4);
  const rules = sources.flatMap((source) =>
    SUFFIXES.filter((_, index) => draw.chance(index === 0 ? 0.8 : 0.25)).map((suffix) => {
      const rule = drawRule(draw, source, suffix);
      return isPlain ? rule : { ...rule, ...drawTerms(more, stormEndsAt) };
    }),
  );
  return { kind: 'rules', rules };
}

function drawRule(draw: Draw, source: Key, suffix: string): RuleDraft {
  const [namespace = '', name = ''] = source.split('/');
  const min = draw.chance(0.1) ? draw.int(0, 3) : undefined;
  return {
    namespace,
    source: name,
    suffix,
    scale: draw.pick(SCALES),
    env: VARIABLES.filter(() => draw.chance(0.35)).map((variable) => [variable, draw.pick(VALUES)] as const),
    unset: draw.chance(0.15) ? ['REGION_OLD'] : [],
    ...(draw.chance(0.3) ? { image: draw.pick(['busybox', 'profiler:7']) } : {}),
    ...(min === undefined ? {} : { min }),
    ...(draw.chance(0.1) ? { max: (min ?? 0) + draw.int(0, 3) } : {}),
    ...(draw.chance(0.4) ? { onSourceDeleted: draw.pick(POLICIES) } : {}),
    ...(draw.chance(0.4) ? { onRuleRemoved: draw.pick(POLICIES) } : {}),
    ...(draw.chance(0.05) ? { isBroken: true } : {}),
  };
}

/** A year: no history lasts so long. */
const FAR_MS = 365 * 24 * 3_600_000;

/** What a rule says beside image, environment and number. */
function drawTerms(draw: Draw, stormEndsAt: number): Partial<RuleDraft> {
  const hasProxy = draw.chance(0.12);
  return {
    ...(draw.chance(0.15) ? { traffic: 'isolated' } : {}),
    ...(hasProxy ? { proxy: { image: draw.pick(IMAGES), env: [['MODE', draw.pick(VALUES)] as const] } } : {}),
    ...(draw.chance(0.1) ? { ignoresRestarts: true } : {}),
    ...(draw.chance(0.12) ? { adopt: true } : {}),
    ...(draw.chance(0.06) ? { suspend: true } : {}),
    ...(draw.chance(0.1) ? { until: draw.chance(0.25) ? FAR_MS : draw.int(5_000, stormEndsAt) } : {}),
  };
}
