/** Short words for steps, so that a case reads as what a client does. */
import type { Json, JsonObject } from '@ddprofiler-rc/cluster-sim';
import type { AwaitStep, RequestStep, WatchStep } from './case.ts';
import { pathOf, type Resource } from './resources.ts';

export type More = Partial<Omit<RequestStep, 'kind' | 'method' | 'body'>>;

const NO_QUERY: RequestStep['query'] = {};

function request(method: RequestStep['method'], path: string, more: More, body?: Json): RequestStep {
  return { kind: 'request', method, path, query: NO_QUERY, ...more, ...(body === undefined ? {} : { body }) };
}

export const get = (resource: Resource, name: string, more: More = {}) => request('GET', pathOf(resource, name), more);

export const list = (resource: Resource, query: RequestStep['query'] = NO_QUERY, more: More = {}) =>
  request('GET', pathOf(resource), { query, ...more });

export const create = (resource: Resource, body: Json, more: More = {}) => request('POST', pathOf(resource), more, body);

export const replace = (resource: Resource, name: string, body: Json, more: More = {}) =>
  request('PUT', pathOf(resource, name), more, body);

export const remove = (resource: Resource, name: string, options?: JsonObject, more: More = {}) =>
  request('DELETE', pathOf(resource, name), more, options);

export const removeAll = (resource: Resource, query: RequestStep['query'] = NO_QUERY, more: More = {}) =>
  request('DELETE', pathOf(resource), { query, ...more });

const patch =
  (contentType: string) =>
  (resource: Resource, name: string, body: Json, more: More = {}) =>
    request('PATCH', pathOf(resource, name), { contentType, ...more }, body);

export const merge = patch('application/merge-patch+json');
export const strategic = patch('application/strategic-merge-patch+json');
export const json = patch('application/json-patch+json');

/** Server-side apply as `manager`. */
export const apply = (
  manager: string,
  resource: Resource,
  name: string,
  body: Json,
  { query = NO_QUERY, ...more }: More = {},
): RequestStep =>
  patch('application/apply-patch+yaml')(resource, name, body, { query: { fieldManager: manager, ...query }, ...more });

/** Any request at all. */
export const ask = (method: RequestStep['method'], path: string, more: More = {}, body?: Json) =>
  request(method, path, more, body);

export const watch = (
  resource: Resource,
  query: WatchStep['query'],
  until: WatchStep['until'],
  more: Pick<WatchStep, 'accept'> = {},
): WatchStep => ({ kind: 'watch', path: pathOf(resource), query: { watch: 'true', ...query }, until, ...more });

export const untilGone = (resource: Resource, name: string): AwaitStep => ({
  kind: 'await',
  path: pathOf(resource, name),
  query: NO_QUERY,
  at: '',
});

export const DRY_RUN = { dryRun: 'All' } as const;
