import { type RulesReading, recallRules, rememberRule } from '@ddprofiler-rc/core';
import type { RecordedReading } from './record.ts';

/** A reading in JSON's terms. */
export function recordReading(text: string, reading: RulesReading): RecordedReading {
  if (reading.kind !== 'read') return { text, reading };
  const { rules, problems } = reading.ruleSet;
  return {
    text,
    reading: {
      kind: 'read',
      rules: [...rules.values()].map(rememberRule),
      problems,
    },
  };
}

export function recallReading({ reading }: RecordedReading): RulesReading {
  if (reading.kind !== 'read') return reading;
  const { rules, problems } = reading;
  return {
    kind: 'read',
    ruleSet: {
      rules: recallRules(rules),
      problems,
    },
  };
}
