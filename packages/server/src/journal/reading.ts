import { type Key, type RulesReading, recallRules, rememberRule } from '@ddprofiler-rc/core';
import type { RecordedReading } from './record.ts';

/** A reading in JSON's terms. */
export function recordReading(text: string, reading: RulesReading): RecordedReading {
  if (reading.kind !== 'read') return { text, reading };
  const { rules, invalidSources, invalidNamespaces, problems } = reading.ruleSet;
  return {
    text,
    reading: {
      kind: 'read',
      rules: [...rules.values()].map(rememberRule),
      invalidSources: [...invalidSources],
      invalidNamespaces: [...invalidNamespaces],
      problems,
    },
  };
}

export function recallReading({ reading }: RecordedReading): RulesReading {
  if (reading.kind !== 'read') return reading;
  const { rules, invalidSources, invalidNamespaces, problems } = reading;
  return {
    kind: 'read',
    ruleSet: {
      rules: recallRules(rules),
      invalidSources: new Set(invalidSources.filter(isKey)),
      invalidNamespaces: new Set(invalidNamespaces),
      problems,
    },
  };
}

function isKey(text: string): text is Key {
  return text.includes('/');
}
