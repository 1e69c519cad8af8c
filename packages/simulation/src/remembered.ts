import type { State } from '@ddprofiler-rc/core';
import type { PipelineView } from '@ddprofiler-rc/server/pipeline';

/** What an operator still keeps of any Deployment, rule or key, one phrase each: none once everything is gone. */
export function remembered(state: State, { queue, reports }: PipelineView): readonly string[] {
  const { deployments, ours, autoscalers, budgets, rememberedClones, deleting, writeFailures, unseen, book } = state;
  const sizes = {
    Deployments: deployments.size,
    'clones of ours': ours.size,
    autoscalers: autoscalers.size,
    budgets: budgets.size,
    'remembered clones': rememberedClones.size,
    'accepted deletions': deleting.size,
    'failures of writes': writeFailures.size,
    'unseen Deployments': unseen.size,
    rules: book.rules.size,
    decisions: reports.length,
    'keys in the queue': queue.isEmpty ? 0 : 1,
  };
  return Object.entries(sizes).flatMap(([what, size]) => (size === 0 ? [] : [`${size} ${what}`]));
}
