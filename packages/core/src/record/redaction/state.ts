import { withMemory } from '../../rules/rule-book.ts';
import type { State } from '../../state.ts';
import { redactDeployment } from './deployment.ts';
import type { Digest } from './digest.ts';
import { redactFailure } from './event.ts';
import { redactRules } from './rule.ts';

/** The state that redacted events lead to, where the events led to `state`. */
export function redactState(state: State, digest: Digest): State {
  const { binding, rulesText, writeFailures, memoryFailure, scope } = state;
  const memory = state.memory && { ...state.memory, rules: redactRules(state.memory.rules, digest) };
  const book = { ...state.book, stated: redactRules(state.book.stated, digest) };
  return {
    ...state,
    // Nothing is decided by what was told.
    binding: binding && { ...binding, status: {} },
    rulesText: rulesText === undefined ? undefined : digest(rulesText),
    memory,
    memoryFailure: memoryFailure && redactFailure(memoryFailure, digest),
    book: withMemory(book, { memory, namespaces: scope.namespaces }),
    deployments: state.deployments.map((deployment) => redactDeployment(deployment, digest)),
    writeFailures: writeFailures.map((failure) => redactFailure(failure, digest)),
  };
}
