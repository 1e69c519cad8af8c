import { isJsonArray, type Json, objectAt, stringAt } from '@ddprofiler-rc/core';
import { ApiFailure } from '../failure.ts';
import { requestJson } from '../json-answer.ts';
import type { WatchTarget } from '../resources.ts';
import type { Transport } from '../transport.ts';
import type { WatchFilter } from './filter.ts';

const PAGE = 500;
const PAGE_TIMEOUT_MS = 60_000;

/** Which page of which list. */
export interface PageRequest {
  /** The token for it; empty for the first one. */
  readonly next: string;
  /** The list as it was at this resourceVersion; absent: as it is (a consistent read: no `resourceVersion` is asked for). */
  readonly at?: string;
}

/** One page of a list, without what does not matter. All pages of a list are as of one moment. */
export interface Page {
  /** Where a watch goes on without a gap, once all pages are there. */
  readonly resourceVersion: string;
  /** The token for the next page; empty after the last. */
  readonly next: string;
  readonly objects: readonly Json[];
  /** What the objects were chosen by. */
  readonly filter: WatchFilter;
}

/**
 * Reads one page. Of the whole page nothing is left when it is over: a list of many unrelated objects costs the memory of one page.
 * @param filter asked when the page is there
 * @throws ApiFailure; `Gone` where the server let go of the pages' moment before the last one
 */
export async function readPage(
  transport: Transport,
  target: WatchTarget<string>,
  { next, at }: PageRequest,
  filter: () => WatchFilter,
  signal: AbortSignal,
): Promise<Page> {
  const what = `list ${target.what}`;
  // A token stands for a moment too: the server accepts but one of the two.
  const moment = at === undefined || next !== '' ? {} : { resourceVersion: at, resourceVersionMatch: 'Exact' };
  const answer = await requestJson(transport, {
    verb: 'list',
    method: 'GET',
    path: target.path,
    query: { limit: String(PAGE), ...selector(target), ...moment, ...(next === '' ? {} : { continue: next }) },
    what: at === undefined ? what : `${what} once more`,
    signal,
    timeoutMs: PAGE_TIMEOUT_MS,
  });
  const metadata = objectAt(answer, 'metadata');
  const resourceVersion = stringAt(metadata, 'resourceVersion');
  const { items } = objectAt(answer);
  // Go writes an empty list as null.
  if (resourceVersion === undefined || !(items === null || isJsonArray(items))) {
    throw new ApiFailure('Malformed', `${what}: the answer is no list`);
  }
  const chosen = filter();
  const objects = (items ?? []).filter((item) => chosen.keep(item));
  return { resourceVersion, next: stringAt(metadata, 'continue') ?? '', objects, filter: chosen };
}

export function selector(target: WatchTarget<string>): Readonly<Record<string, string>> {
  return target.fieldSelector === undefined ? {} : { fieldSelector: target.fieldSelector };
}
