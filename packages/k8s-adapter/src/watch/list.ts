import { isJsonArray, type Json, objectAt, stringAt } from '@ddprofiler-rc/core';
import { ApiFailure } from '../failure.ts';
import { requestJson } from '../json-answer.ts';
import type { WatchTarget } from '../resources.ts';
import type { Transport } from '../transport.ts';

const PAGE = 500;
const PAGE_TIMEOUT_MS = 60_000;

export interface Listing {
  /** Where a watch goes on without a gap. */
  readonly resourceVersion: string;
  readonly objects: readonly Json[];
}

/**
 * The complete list of a target, page by page, as of one moment (a consistent read: no `resourceVersion` is asked for).
 * @throws ApiFailure; `Gone` where the server let go of the pages' moment before the last one: list again
 */
export async function listAll(
  transport: Transport,
  target: WatchTarget,
  signal: AbortSignal,
  keep: (object: Json) => boolean = () => true,
): Promise<Listing> {
  const what = `list ${target.what}`;
  const objects: Json[] = [];
  let next = '';
  for (;;) {
    const answer = await requestJson(transport, {
      verb: 'list',
      method: 'GET',
      path: target.path,
      query: { limit: String(PAGE), ...selector(target), ...(next === '' ? {} : { continue: next }) },
      what,
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
    // Not spread into `push`: a server that ignores `limit` may answer with more items than a call has room for arguments.
    for (const item of items ?? []) if (keep(item)) objects.push(item);
    next = stringAt(metadata, 'continue') ?? '';
    if (next === '') return { resourceVersion, objects };
  }
}

export function selector(target: WatchTarget): Readonly<Record<string, string>> {
  return target.fieldSelector === undefined ? {} : { fieldSelector: target.fieldSelector };
}
