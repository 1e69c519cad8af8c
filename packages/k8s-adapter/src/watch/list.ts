import { isJsonArray, type Json, listAt, objectAt, stringAt } from '@ddprofiler-rc/core';
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
export async function listAll(transport: Transport, target: WatchTarget, signal: AbortSignal): Promise<Listing> {
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
    if (resourceVersion === undefined || !isJsonArray(objectAt(answer).items)) {
      throw new ApiFailure('Malformed', `${what}: the answer is no list`);
    }
    objects.push(...listAt(answer, 'items'));
    next = stringAt(metadata, 'continue') ?? '';
    if (next === '') return { resourceVersion, objects };
  }
}

export function selector(target: WatchTarget): Readonly<Record<string, string>> {
  return target.fieldSelector === undefined ? {} : { fieldSelector: target.fieldSelector };
}
