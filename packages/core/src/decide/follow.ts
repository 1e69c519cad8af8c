import type { Key } from '../kube/keys.ts';
import type { Deployment } from '../objects/deployment.ts';
import type { Rule } from '../rules/rule.ts';
import type { State } from '../state.ts';
import type { Decision, Reason } from './decision.ts';
import { type Guardrail, NAME_TAKEN, OF_CLONE, OF_RULE, OF_SOURCE, TOO_MANY_CLONES } from './guardrails/guardrails.ts';
import { isRemembered, remember } from './memory-due.ts';
import { settle } from './settle.ts';
import { Subject } from './subject.ts';
import { towards } from './towards.ts';

/** One thing that is looked at in its turn. */
export interface Check {
  readonly name: string;
  /** What a decision of it may have as its reason. */
  readonly reasons: readonly Reason[];
  /** @returns `undefined` where nothing stands in the way: the next check is asked */
  readonly check: (subject: Subject) => Decision | undefined;
  /** The memory is to have the rule though nothing is done by it: the check that asks for that is not reached. */
  readonly remembers?: true;
}

/**
 * The rows of decide.ts where there is a rule and it holds now, in their order: the first check that says something decides, and where none does,
 * there is no source to follow. A check may rely on those above it: below `remembered` the memory has the rule, and below `looked for` a source
 * that is not there is gone.
 */
export const CHAIN: readonly Check[] = [
  { name: 'suspended', reasons: ['Suspended'], check: suspended, remembers: true },
  ...OF_RULE.map((guardrail): Check => ({ ...guard(guardrail), remembers: true })),
  guard(TOO_MANY_CLONES),
  { name: 'remembered', reasons: ['NotRemembered'], check: notRemembered },
  { name: 'looked for', reasons: ['NotSeen'], check: notSeen },
  { name: 'source gone', reasons: ['SourceDeleted'], check: sourceDeleted },
  ...OF_SOURCE.map(guard),
  ...OF_CLONE.map(guard),
  guard(NAME_TAKEN),
  {
    name: 'followed',
    reasons: ['CloneMissing', 'SelectorDiffers', 'HpaOnClone', 'InSync', 'Drift', 'Adopted'],
    check: towards,
  },
];

/** What a rule comes to that is in force and has not ended. */
export function follow(state: State, key: Key, rule: Rule, named: Deployment | undefined): Decision {
  const subject = new Subject(state, key, rule, named);
  for (const { check, remembers } of CHAIN) {
    const decision = check(subject);
    if (decision !== undefined) return remembers ? remembering(subject, decision) : decision;
  }
  return sourceMissing(subject);
}

function guard({ name, reason, refusal }: Guardrail): Check {
  return {
    name,
    reasons: [reason],
    check: (subject) => {
      const message = refusal(subject);
      return message === undefined ? undefined : { key: subject.key, verdict: 'blocked', reason, message };
    },
  };
}

/** Nothing is done by the rule, but the memory has it all the same: nobody else asks for that, where a clock was set back. */
function remembering({ state, key, rule }: Subject, decision: Decision): Decision {
  return isRemembered(state, key, rule) ? decision : { ...decision, effect: { kind: 'remember', key } };
}

function suspended({ key, rule }: Subject): Decision | undefined {
  if (!rule.suspend) return undefined;
  return { key, verdict: 'held', reason: 'Suspended', message: 'its rule is suspended: the clone is left as it is' };
}

function notRemembered({ state, key, rule }: Subject): Decision | undefined {
  return isRemembered(state, key, rule) ? undefined : remember(key, 'waiting until its rule is saved in the memory');
}

function notSeen({ state, key, sourceKey }: Subject): Decision | undefined {
  const question = state.unseen.get(sourceKey);
  return question === undefined ? undefined : look(key, sourceKey, question);
}

/** Whether `target` is there must be known before anything is decided that hangs on it: unseen is not absent. */
export function look(key: Key, target: Key, question: number): Decision {
  const effect = { kind: 'look', key, target, question } as const;
  return { key, verdict: 'waiting', reason: 'NotSeen', message: `${target} was not looked for yet`, effect };
}

function sourceDeleted({ rule, ours, source, sourceKey }: Subject): Decision | undefined {
  if (source !== undefined || ours === undefined) return undefined;
  return settle(ours, rule.onSourceDeleted, 'SourceDeleted', `the source ${sourceKey} is gone`);
}

function sourceMissing({ key, sourceKey }: Subject): Decision {
  return { key, verdict: 'waiting', reason: 'SourceMissing', message: `the source ${sourceKey} does not exist` };
}
