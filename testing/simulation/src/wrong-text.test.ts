import { readRules } from '@ddprofiler-rc/core';
import { expect, test } from 'vitest';
import { Draw } from './draw.ts';
import { drawRules } from './draw-rules.ts';
import { WRONG_TEXTS } from './plan.ts';
import { rulesText } from './rules-text.ts';
import { cloneKeyOf, meaningOf } from './truth.ts';

const SOURCES = ['shop/web', 'shop/api', 'pay/web', 'pay/worker'] as const;

test.for(WRONG_TEXTS)('%s: the operator finds an error, and reads what is stated all the same', (how) => {
  for (let seed = 1; seed <= 50; seed += 1) {
    const sources = SOURCES.slice(0, seed % (SOURCES.length + 1));
    const drawn = drawRules(Draw.of(seed, 'rules'), Draw.of(seed, 'more'), { sources, stormEndsAt: 20_000 });
    if (drawn.kind !== 'rules') throw new Error('rules are drawn');
    const draft = { kind: 'wrong', how, rules: drawn.rules } as const;
    const text = rulesText(draft);
    const reading = readRules(text);
    if (reading.kind === 'read') {
      const { problems, rules } = reading.ruleSet;
      expect(
        problems.some(({ severity }) => severity === 'error'),
        text,
      ).toBe(true);
      const stated = (meaningOf(draft)?.stated ?? []).filter(({ isBroken }) => !isBroken).map(cloneKeyOf);
      expect([...rules.keys()].toSorted(), text).toEqual(stated.toSorted());
    } else {
      expect(reading.kind, text).toBe('unreadable');
      expect(meaningOf(draft)?.stated, text).toEqual([]);
    }
  }
});
