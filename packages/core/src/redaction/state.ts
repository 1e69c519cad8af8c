import { memoryOf } from '../clone/memory.ts';
import type { State } from '../state.ts';
import { redactDeployment } from './deployment.ts';
import type { Digest } from './digest.ts';
import { redactFailure } from './event.ts';
import { redactRules } from './rule.ts';

/** The state that redacted events lead to, where the events led to `state`. */
export function redactState(state: State, digest: Digest): State {
  const { binding, rulesText, book, ours, writeFailures } = state;
  const deployments = state.deployments.map((deployment) => redactDeployment(deployment, digest));
  return {
    ...state,
    // Nothing is decided by what was told.
    binding: binding && { ...binding, status: {} },
    rulesText: rulesText === undefined ? undefined : digest(rulesText),
    book: { ...book, rules: redactRules(book.rules, digest) },
    deployments,
    ours: ours.map((memory, key) => {
      const clone = deployments.get(key);
      return clone === undefined ? memory : memoryOf(clone);
    }),
    writeFailures: writeFailures.map((failure) => redactFailure(failure, digest)),
  };
}
