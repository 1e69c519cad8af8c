import { kindOfStream, namespaceOfStream, type StreamId, type StreamKind } from '../events.ts';
import type { Json } from '../kube/json.ts';
import type { Key } from '../kube/keys.ts';
import type { KubeObject } from '../kube/kube-object.ts';
import {
  redactAutoscaler,
  redactBinding,
  redactBudget,
  redactConfigMap,
  redactDeploymentObject,
  redactMemory,
} from '../record/redaction/object.ts';
import { fullDeployment, fullMemory, slimAutoscaler, slimBudget, slimDeployment, slimMemory } from '../record/slim-object.ts';
import { rulesStream, streamState } from '../state.ts';
import {
  autoscalerSeen,
  autoscalersAudited,
  autoscalersListed,
  autoscalerVanished,
  budgetSeen,
  budgetsAudited,
  budgetsListed,
  budgetVanished,
} from './companions.ts';
import {
  allKeys,
  concernedByAutoscalers,
  concernedByBudgets,
  concernedByDeployment,
  concernedByDeployments,
} from './concerned.ts';
import { deploymentsAudited, deploymentsListed, deploymentTold, deploymentVanished } from './deployments.ts';
import { allOf, differences } from './differences.ts';
import {
  bindingAudited,
  bindingGone,
  bindingSeen,
  configMapAudited,
  configMapGone,
  configMapSeen,
  memoryGone,
  memoryListed,
  memorySeen,
} from './rules.ts';
import type { WatchedKind } from './watched-kind.ts';

const asItIs = (object: Json): Json => object;
const rawOf = ({ raw }: KubeObject): Json => raw;
/** There is one object, and it differs. */
const one = (): number => 1;
const none = (): readonly Key[] => [];

/** The one table of what is watched. A new kind is a line here and in events.ts, and a file that says what is known of it. */
export const KINDS: Readonly<Record<StreamKind, WatchedKind>> = {
  binding: {
    needs: { decidable: 'asked', complete: 'listed' },
    listed: (state, { objects: [object] }) => (object === undefined ? bindingGone(state) : bindingSeen(state, object)),
    audited: bindingAudited,
    seen: bindingSeen,
    vanished: bindingGone,
    missed: one,
    touched: none,
    slim: rawOf,
    full: asItIs,
    redacted: redactBinding,
  },
  memory: {
    needs: { decidable: 'asked', complete: 'listed' },
    listed: memoryListed,
    audited: memoryListed,
    seen: memorySeen,
    vanished: (state, { resourceVersion }) => memoryGone(state, resourceVersion),
    missed: one,
    // What no rule in force makes was kept for want of the memory.
    touched: (before, after) => (streamState(before, 'memory').listed ? [] : after.unclaimed.keys()),
    slim: slimMemory,
    full: fullMemory,
    redacted: redactMemory,
  },
  configmap: {
    needs: { decidable: 'asked', complete: 'listed' },
    // A late event of the ConfigMap that the binding named before is about nothing that matters.
    isFollowed: (state, stream) => stream === rulesStream(state),
    listed: (state, { objects: [object] }, read) =>
      object === undefined ? configMapGone(state) : configMapSeen(state, object, read),
    audited: configMapAudited,
    seen: configMapSeen,
    vanished: configMapGone,
    missed: one,
    touched: none,
    slim: rawOf,
    full: asItIs,
    redacted: redactConfigMap,
  },
  deployments: {
    needs: { decidable: 'listed', complete: 'listed' },
    listed: deploymentsListed,
    audited: deploymentsAudited,
    seen: deploymentTold,
    vanished: deploymentVanished,
    // What nobody had looked for yet was not missed.
    missed: (before, after) =>
      differences(
        before.deployments,
        after.deployments.filterNot((_, key) => before.unseen.has(key)),
      ),
    touched: (before, after, _, object) =>
      object === undefined ? concernedByDeployments(before, after) : concernedByDeployment(before, after, object),
    slim: slimDeployment,
    full: fullDeployment,
    redacted: redactDeploymentObject,
  },
  autoscalers: {
    needs: { decidable: 'asked', complete: 'asked' },
    listed: autoscalersListed,
    audited: autoscalersAudited,
    seen: autoscalerSeen,
    vanished: autoscalerVanished,
    missed: (before, after) => differences(allOf(before.autoscalers), allOf(after.autoscalers)),
    touched: (before, after, stream) =>
      streamState(before, stream).listed ? concernedByAutoscalers(before, after) : allKeys(after),
    slim: slimAutoscaler,
    full: asItIs,
    redacted: redactAutoscaler,
  },
  budgets: {
    // They only tell of hazards.
    needs: { decidable: 'nothing', complete: 'nothing' },
    listed: budgetsListed,
    audited: budgetsAudited,
    seen: budgetSeen,
    vanished: budgetVanished,
    missed: (before, after) => differences(allOf(before.budgets), allOf(after.budgets)),
    touched: (before, after, stream) => concernedByBudgets(before, after, namespaceOfStream(stream)),
    slim: slimBudget,
    full: asItIs,
    redacted: redactBudget,
  },
};

export function watchedKindOf(stream: StreamId): WatchedKind {
  return KINDS[kindOfStream(stream)];
}
