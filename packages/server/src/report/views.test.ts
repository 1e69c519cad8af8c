import { type CloneReport, initialState } from '@ddprofiler-rc/core';
import { expect, test } from 'vitest';
import { SCOPE } from '../../../core/test/given.ts';
import type { PipelineView } from '../pipeline/pipeline.ts';
import { KeyedQueue } from '../queue/queue.ts';
import { metricsOf } from './views.ts';

function report(clone: string, state: CloneReport['state'], reason: CloneReport['reason']): CloneReport {
  return { clone: `shop/${clone}`, source: undefined, state, reason, message: '', ready: 0, hazards: [] };
}

function viewOf(reports: readonly CloneReport[], book: Partial<PipelineView['book']> = {}): PipelineView {
  const queue = new KeyedQueue<`${string}/${string}`>({
    concurrency: 1,
    now: () => 0,
    random: () => 0,
    run: async () => ({ kind: 'success' }),
  });
  return {
    unsynced: [],
    reports,
    book: { ...initialState(SCOPE).book, ...book },
    secondsSinceLastEvent: {},
    queue,
    isTelling: false,
  };
}

test('given clones that are refused and held, then each counts for its reason; one that waits or is suspended does not', () => {
  const { refused } = metricsOf(
    viewOf([
      report('a', 'blocked', 'ImageDenied'),
      report('b', 'blocked', 'ImageDenied'),
      report('c', 'held', 'MassDeletionHeld'),
      report('d', 'held', 'Suspended'),
      report('e', 'ready', 'InSync'),
    ]),
    undefined,
  );
  expect(refused).toMatchObject({ ImageDenied: 2, MassDeletionHeld: 1, NameTaken: 0, CrossNamespaceDenied: 0 });
});

test('given a binding that reaches into a namespace it may not, then it is refused itself', () => {
  const unread = { reason: 'CrossNamespaceDenied', message: '' } as const;
  expect(metricsOf(viewOf([], { unread }), undefined).refused).toMatchObject({ CrossNamespaceDenied: 1, ImageDenied: 0 });
});
