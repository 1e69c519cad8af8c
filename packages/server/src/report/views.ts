import { type CloneReport, type HazardKind, isRefusalReason, type RefusalReason, type UnreadReason } from '@ddprofiler-rc/core';
import { countByState, type HealthView } from '../http/health.ts';
import type { Leadership } from '../leadership/elected.ts';
import { NO_HAZARDS, NO_REFUSALS } from '../metrics/clone-metrics.ts';
import type { MetricsView } from '../metrics/metrics.ts';
import type { PipelineView } from '../pipeline/pipeline.ts';

/** What the health routes show of the pipeline. */
export function healthOf({ unsynced, reports, book }: PipelineView, leadership: Leadership | undefined): HealthView {
  const { standing, unread, problems } = book;
  const rules = { standing, problems: problems.length, ...(unread === undefined ? {} : unread) };
  return { unsynced, reports, rules, ...(leadership === undefined ? {} : { leadership }) };
}

/** What the gauges show of the pipeline. */
export function metricsOf(
  { reports, book, secondsSinceLastEvent, queue }: PipelineView,
  leadership: Leadership | undefined,
): Omit<MetricsView, 'clockSkewSeconds'> {
  const { total: _, ...clonesByState } = countByState(reports);
  const error = book.problems.filter(({ severity }) => severity === 'error').length;
  return {
    clonesByState,
    hazards: countHazards(reports),
    refused: countRefusals(reports, book.unread?.reason),
    rulesValid: book.standing === 'read' && error === 0,
    problems: { error, warning: book.problems.length - error },
    secondsSinceLastEvent,
    ...(leadership === undefined ? {} : { leadership: { name: leadership.lease, leads: leadership.role === 'leader' } }),
    queue: {
      depth: queue.depth,
      unfinishedSeconds: queue.unfinishedSeconds(),
      longestRunningSeconds: queue.longestRunningSeconds(),
      activeWorkers: queue.processing,
      maxConcurrent: queue.concurrency,
    },
  };
}

function countHazards(reports: readonly CloneReport[]): Readonly<Record<HazardKind, number>> {
  const counts = { ...NO_HAZARDS };
  for (const { hazards } of reports) for (const { kind } of hazards) counts[kind] += 1;
  return counts;
}

/** @param unread why the rules are not read: the binding itself may be refused */
function countRefusals(
  reports: readonly CloneReport[],
  unread: UnreadReason | undefined,
): Readonly<Record<RefusalReason, number>> {
  const counts = { ...NO_REFUSALS };
  const atPresent = reports.filter(({ state }) => state === 'blocked' || state === 'held').map(({ reason }) => reason);
  for (const reason of [...atPresent, unread]) if (isRefusalReason(reason)) counts[reason] += 1;
  return counts;
}
