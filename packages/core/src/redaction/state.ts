import type { State } from '../state.ts';
import { redactDeployment } from './deployment.ts';
import type { Digest } from './digest.ts';
import { redactFailure } from './event.ts';
import { redactRules } from './rule.ts';

/** The state that redacted events lead to, where the events led to `state`. */
export function redactState(state: State, digest: Digest): State {
  const { rulesText, book, deployments, writeFailures } = state;
  return {
    ...state,
    rulesText: rulesText === undefined ? undefined : digest(rulesText),
    book: { ...book, rules: redactRules(book.rules, digest) },
    deployments: deployments.map((deployment) => redactDeployment(deployment, digest)),
    writeFailures: writeFailures.map((failure) => redactFailure(failure, digest)),
  };
}
