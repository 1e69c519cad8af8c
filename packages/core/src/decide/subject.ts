import { intentOf } from '../clone/intent.ts';
import { isOurs } from '../clone/mark.ts';
import type { Key } from '../kube/keys.ts';
import { type Deployment, replicasOf } from '../objects/deployment.ts';
import type { Intent } from '../objects/intent.ts';
import type { Refusal } from '../refusal.ts';
import { type Rule, sourceKeyOf } from '../rules/rule.ts';
import type { State } from '../state.ts';
import { type Hazard, hazardsOf } from './hazards.ts';
import { type Holding, holdingOf } from './holding.ts';

/** The clone as it should be. */
export interface Wanted {
  readonly source: Deployment;
  readonly intent: Intent;
  readonly replicas: number;
  readonly holding: Holding;
  readonly hazards: readonly Hazard[];
}

/** What comes of the source by the rule: nothing where there is no source. */
interface Made {
  readonly wanted?: Wanted;
  /** Why the rule does not fit the source. */
  readonly misfit?: Refusal;
}

/** What a decision by a rule looks at: the rule, which is in force and has not ended, and what is known of its source and its clone. */
export class Subject {
  readonly state: State;
  readonly key: Key;
  readonly rule: Rule;
  /** The clone, where the Deployment of its name bears our mark. */
  readonly ours: Deployment | undefined;
  /** The Deployment of the clone's name, where it does not bear our mark. */
  readonly taken: Deployment | undefined;
  readonly sourceKey: Key;
  /** `undefined` where there is none, it is being deleted, or it was not looked for yet. */
  readonly source: Deployment | undefined;
  #made: Made | undefined;

  /** @param named the Deployment of the clone's name */
  constructor(state: State, key: Key, rule: Rule, named: Deployment | undefined) {
    this.state = state;
    this.key = key;
    this.rule = rule;
    this.ours = named !== undefined && isOurs(named, state.scope.binding) ? named : undefined;
    this.taken = this.ours === undefined ? named : undefined;
    this.sourceKey = sourceKeyOf(rule);
    const source = state.deployments.get(this.sourceKey);
    this.source = source === undefined || source.terminating ? undefined : source;
  }

  /** Made when a check first asks for it: it costs more than all else that is looked at, and many decisions end before. */
  get made(): Made {
    this.#made ??= this.#make();
    return this.#made;
  }

  #make(): Made {
    const { state, key, rule, ours, taken, source } = this;
    if (source === undefined) return {};
    // One that is taken over keeps its autoscaler's replicas too, unless it sleeps.
    const holding = holdingOf(state, key, ours ?? (taken !== undefined && replicasOf(taken) > 0 ? taken : undefined));
    const result = intentOf(source, rule, state.scope.binding, holding === 'hold');
    if (result.kind === 'refused') return { misfit: result.refusal };
    const { intent, replicas } = result;
    return { wanted: { source, intent, replicas, holding, hazards: hazardsOf(state, source, intent) } };
  }
}
