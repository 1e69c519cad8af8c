import { isJsonObject, type Json, numberAt, objectAt, stringAt } from '@ddprofiler-rc/core';
import { ApiFailure, codeOfStatus, retryAfter } from '../failure.ts';
import { parse } from '../json-answer.ts';

/** One line of a watch, understood. */
export type WatchEvent =
  | { readonly type: 'seen' | 'vanished'; readonly object: Json; readonly resourceVersion: string }
  | { readonly type: 'bookmark'; readonly resourceVersion: string };

/**
 * Reads one line of a watch.
 * @param what the watch in words, for messages
 * @throws ApiFailure for an in-stream `ERROR` (`Gone` for 410), and for a line that is none of the API's
 */
export function readWatchEvent(line: string, what: string): WatchEvent {
  const event = parse(line);
  const object = objectAt(event, 'object');
  const resourceVersion = stringAt(objectAt(object, 'metadata'), 'resourceVersion');
  const type = isJsonObject(event) ? stringAt(event, 'type') : undefined;
  if (type === 'ERROR') {
    const message = `${what}: the API server ended the watch: ${stringAt(object, 'message') ?? 'without a reason'}`;
    // No header can come any more: the object says what one would.
    const retryAfterMs = retryAfter(numberAt(objectAt(object, 'details'), 'retryAfterSeconds')?.toString());
    const options = retryAfterMs === undefined ? {} : { retryAfterMs };
    throw new ApiFailure(codeOfStatus(numberAt(object, 'code') ?? 0), message, options);
  }
  if (resourceVersion !== undefined) {
    if (type === 'ADDED' || type === 'MODIFIED') return { type: 'seen', object, resourceVersion };
    if (type === 'DELETED') return { type: 'vanished', object, resourceVersion };
    if (type === 'BOOKMARK') return { type: 'bookmark', resourceVersion };
  }
  throw new ApiFailure('Malformed', `${what}: a line of ${line.length} characters is no watch event`);
}
