import { Map as ImmutableMap } from 'immutable';
import { countClones } from '../decide/guardrails/mass-deletion.ts';
import type { Failure, StreamId } from '../events.ts';
import { restoreCompanions } from '../evolve/companions.ts';
import { restoreDeployments } from '../evolve/deployments.ts';
import type { JsonObject } from '../kube/json.ts';
import type { Key } from '../kube/keys.ts';
import { type KubeObject, readKubeObject } from '../kube/kube-object.ts';
import { type Autoscaler, type Budget, readAutoscaler, readBudget, writeAutoscaler, writeBudget } from '../objects/companions.ts';
import { type Deployment, readDeployment, writeDeployment } from '../objects/deployment.ts';
import type { Intent } from '../objects/intent.ts';
import type { Removal } from '../rules/memory.ts';
import type { Problem } from '../rules/problem.ts';
import { recallRule, rememberRule } from '../rules/remembered.ts';
import { cloneKeyOf, type Rule } from '../rules/rule.ts';
import { NO_RULES_YET, type RuleBook, withMemory } from '../rules/rule-book.ts';
import type { Scope } from '../scope.ts';
import { initialState, type State, type StreamState, type Sync, type Unclaimed } from '../state.ts';

/** A state in JSON's terms. What follows from the rest (indexes, the scope) is left out. */
export interface StateRecord {
  readonly streams: readonly (readonly [StreamId, StreamState])[];
  readonly sync: Sync;
  readonly binding?: NonNullable<State['binding']>;
  readonly location?: NonNullable<State['location']>;
  readonly rulesText?: string;
  readonly book: {
    readonly standing: RuleBook['standing'];
    readonly unread?: NonNullable<RuleBook['unread']>;
    readonly confirmed?: string;
    /** Each as in the memory. */
    readonly stated: readonly string[];
    readonly isOpen: boolean;
    readonly problems: readonly Problem[];
  };
  readonly memory?: {
    readonly uid: string;
    readonly resourceVersion: string;
    readonly isDamaged: boolean;
    readonly rules: readonly string[];
    readonly removed: readonly (readonly [Key, Removal])[];
  };
  readonly memoryFailure?: Failure;
  readonly deployments: readonly DeploymentRecord[];
  readonly autoscalers: readonly JsonObject[];
  readonly budgets: readonly JsonObject[];
  readonly deleting: readonly (readonly [Key, string])[];
  readonly writeFailures: readonly (readonly [Key, Failure])[];
  readonly unseen: readonly (readonly [Key, number])[];
  readonly unclaimed: readonly (readonly [Key, Unclaimed])[];
  readonly questions: number;
}

interface DeploymentRecord {
  readonly object: JsonObject;
  readonly accepted?: { readonly intent: Intent; readonly answer: JsonObject };
}

export function recordState(state: State): StateRecord {
  const { streams, sync, binding, location, rulesText, book, deployments, autoscalers, budgets } = state;
  const { deleting, writeFailures, unseen, questions, memory, memoryFailure, unclaimed } = state;
  return {
    streams: [...streams],
    sync,
    ...(binding === undefined ? {} : { binding }),
    ...(location === undefined ? {} : { location }),
    ...(rulesText === undefined ? {} : { rulesText }),
    book: {
      standing: book.standing,
      ...(book.unread === undefined ? {} : { unread: book.unread }),
      ...(book.confirmed === undefined ? {} : { confirmed: book.confirmed }),
      stated: [...book.stated.values()].map(rememberRule),
      isOpen: book.isOpen,
      problems: book.problems,
    },
    ...(memory === undefined
      ? {}
      : { memory: { ...memory, rules: [...memory.rules.values()].map(rememberRule), removed: [...memory.removed] } }),
    ...(memoryFailure === undefined ? {} : { memoryFailure }),
    deployments: [...deployments.values()].map(recordDeployment),
    autoscalers: [...autoscalers.values()].flatMap((all) => [...all.values()].map(writeAutoscaler)),
    budgets: [...budgets.values()].flatMap((all) => [...all.values()].map(writeBudget)),
    deleting: [...deleting],
    writeFailures: [...writeFailures],
    unseen: [...unseen],
    unclaimed: [...unclaimed],
    questions,
  };
}

/** Law: `recallState(recordState(state), state.scope)` is `state`, also after JSON. */
export function recallState(record: StateRecord, scope: Scope): State {
  const memory = record.memory && {
    ...record.memory,
    rules: recallRules(record.memory.rules),
    removed: new Map(record.memory.removed),
  };
  const read = { ...NO_RULES_YET, ...record.book, unread: record.book.unread, stated: recallRules(record.book.stated) };
  const { unread, ...rest } = read;
  const book = withMemory(unread === undefined ? rest : { ...rest, unread }, { memory, namespaces: scope.namespaces });
  const start: State = {
    ...initialState(scope),
    streams: ImmutableMap(record.streams.map(([id, stream]) => [id, { ...stream, failure: stream.failure }])),
    sync: record.sync,
    binding: record.binding,
    location: record.location,
    rulesText: record.rulesText,
    memory,
    memoryFailure: record.memoryFailure,
    book,
  };
  const autoscalers = recallAll<Autoscaler>(record.autoscalers, readAutoscaler);
  const budgets = recallAll<Budget>(record.budgets, readBudget);
  const deployments = record.deployments.map(recallDeployment).filter((deployment) => deployment !== undefined);
  const restored = restoreDeployments(start, deployments);
  const whole = {
    ...restoreCompanions(restored, autoscalers, budgets),
    deleting: ImmutableMap(record.deleting),
    writeFailures: ImmutableMap(record.writeFailures),
    unseen: ImmutableMap(record.unseen),
    unclaimed: ImmutableMap(record.unclaimed),
    questions: record.questions,
  };
  return { ...whole, counts: countClones(whole) };
}

/** The rules in lines of a memory, by the keys of their clones. */
export function recallRules(texts: readonly string[]): ReadonlyMap<Key, Rule> {
  const rules = texts.map(recallRule).filter((rule) => rule !== undefined);
  return new Map(rules.map((rule) => [cloneKeyOf(rule), rule]));
}

function recallAll<Item>(records: readonly JsonObject[], read: (object: KubeObject) => Item | undefined): readonly Item[] {
  const objects = records.map(readKubeObject).filter((object) => object !== undefined);
  return objects.map(read).filter((item) => item !== undefined);
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
