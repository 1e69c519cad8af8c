import { Map as ImmutableMap } from 'immutable';
import type { Intent } from './clone/intent.ts';
import { cloneKeyOf } from './clone/mark.ts';
import { type Deployment, readDeployment, writeDeployment } from './deployment.ts';
import type { Failure, StreamId } from './events.ts';
import { restoreDeployments } from './evolve-deployments.ts';
import type { JsonObject } from './json.ts';
import type { Key } from './keys.ts';
import { readKubeObject } from './kube-object.ts';
import { bySource, type RuleBook } from './rule-book.ts';
import { recallRule, rememberRule } from './rules/remembered.ts';
import type { Problem, Rule } from './rules/rule.ts';
import { initialState, type Scope, type State, type StreamState, type Sync } from './state.ts';

/** A state in JSON's terms. What follows from the rest (indexes, the scope) is left out. */
export interface StateRecord {
  readonly streams: readonly (readonly [StreamId, StreamState])[];
  readonly sync: Sync;
  readonly location?: NonNullable<State['location']>;
  readonly rulesText?: string;
  readonly book: {
    readonly standing: RuleBook['standing'];
    readonly reason?: string;
    /** Each as on a clone. */
    readonly rules: readonly string[];
    readonly invalidSources: readonly Key[];
    readonly invalidNamespaces: readonly string[];
    readonly unheard: 'all' | { readonly sources: readonly Key[]; readonly namespaces: readonly string[] };
    readonly problems: readonly Problem[];
  };
  readonly deployments: readonly DeploymentRecord[];
  readonly deleting: readonly (readonly [Key, string])[];
  readonly writeFailures: readonly (readonly [Key, Failure])[];
}

interface DeploymentRecord {
  readonly object: JsonObject;
  readonly accepted?: { readonly intent: Intent; readonly answer: JsonObject };
}

export function recordState(state: State): StateRecord {
  const { streams, sync, location, rulesText, book, deployments, deleting, writeFailures } = state;
  const { unheard } = book;
  return {
    streams: [...streams],
    sync,
    ...(location === undefined ? {} : { location }),
    ...(rulesText === undefined ? {} : { rulesText }),
    book: {
      standing: book.standing,
      ...(book.reason === undefined ? {} : { reason: book.reason }),
      rules: [...book.rules.values()].map(rememberRule),
      invalidSources: [...book.invalidSources],
      invalidNamespaces: [...book.invalidNamespaces],
      unheard: unheard === 'all' ? unheard : { sources: [...unheard.sources], namespaces: [...unheard.namespaces] },
      problems: book.problems,
    },
    deployments: [...deployments.values()].map(recordDeployment),
    deleting: [...deleting],
    writeFailures: [...writeFailures],
  };
}

/** Law: `recallState(recordState(state), state.scope)` is `state`, also after JSON. */
export function recallState(record: StateRecord, scope: Scope): State {
  const { unheard } = record.book;
  const rules = recallRules(record.book.rules);
  const start: State = {
    ...initialState(scope),
    streams: ImmutableMap(record.streams.map(([id, stream]) => [id, { ...stream, failure: stream.failure }])),
    sync: record.sync,
    location: record.location,
    rulesText: record.rulesText,
    book: {
      ...record.book,
      rules,
      clonesOf: bySource(rules),
      invalidSources: new Set(record.book.invalidSources),
      invalidNamespaces: new Set(record.book.invalidNamespaces),
      unheard: unheard === 'all' ? unheard : { sources: new Set(unheard.sources), namespaces: new Set(unheard.namespaces) },
    },
  };
  const deployments = record.deployments.map(recallDeployment).filter((deployment) => deployment !== undefined);
  return {
    ...restoreDeployments(start, deployments),
    deleting: ImmutableMap(record.deleting),
    writeFailures: ImmutableMap(record.writeFailures),
  };
}

/** The rules in texts as clones have them, by the keys of their clones. */
export function recallRules(texts: readonly string[]): ReadonlyMap<Key, Rule> {
  const rules = texts.map(recallRule).filter((rule) => rule !== undefined);
  return new Map(rules.map((rule) => [cloneKeyOf(rule), rule]));
}

function recordDeployment(deployment: Deployment): DeploymentRecord {
  const { accepted } = deployment;
  const object = writeDeployment(deployment);
  return accepted === undefined
    ? { object }
    : { object, accepted: { intent: accepted.intent, answer: writeDeployment(accepted.answer) } };
}

function recallDeployment({ object, accepted }: DeploymentRecord): Deployment | undefined {
  const read = readKubeObject(object);
  const answer = accepted && readKubeObject(accepted.answer);
  if (read === undefined) return undefined;
  return readDeployment(read, accepted && answer && { intent: accepted.intent, answer: readDeployment(answer) });
}
