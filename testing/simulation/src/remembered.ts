import type { State } from '@ddprofiler-rc/core';
import type { PipelineView } from '@ddprofiler-rc/server/pipeline';

/** What an operator still keeps of any Deployment, rule or key, one phrase each: none once everything is gone. */
export function remembered(state: State, { queue, reports }: PipelineView): readonly string[] {
  const { deployments, ours, autoscalers, budgets, unclaimed, deleting, writeFailures, unseen, book, memory } = state;
  const sizes = {
    Deployments: deployments.size,
    'clones of ours': ours.size,
    autoscalers: autoscalers.size,
    budgets: budgets.size,
    'unclaimed Deployments': unclaimed.size,
    'accepted deletions': deleting.size,
    'failures of writes': writeFailures.size,
    'unseen Deployments': unseen.size,
    rules: book.rules.size,
    'rules in the memory': memory?.rules.size ?? 0,
    'removals in the memory': memory?.removed.size ?? 0,
    removals: book.removals.size,
    decisions: reports.length,
    'keys in the queue': queue.isEmpty ? 0 : 1,
  };
  return Object.entries(sizes).flatMap(([what, size]) => (size === 0 ? [] : [`${size} ${what}`]));
}
