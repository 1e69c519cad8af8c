import type { Json, JsonObject } from '@ddprofiler-rc/core';
import { compacted } from '../src/api/store.ts';
import { bookmark, readWatch } from '../src/api/watch.ts';
import { handle } from '../src/handle.ts';
import { isJsonObject, objectAt, stringAt } from '../src/json.ts';
import type { Method, Policy, Request, WatchCursor, WatchEvent } from '../src/request.ts';
import { type ClusterState, emptyState } from '../src/state.ts';

export const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);

export const TYPES = {
  json: 'application/json',
  merge: 'application/merge-patch+json',
  jsonPatch: 'application/json-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
} as const;

export interface Asked {
  readonly type?: keyof typeof TYPES;
  readonly user?: string;
  readonly userAgent?: string;
  readonly contentType?: string;
}

export interface Told {
  readonly status: number;
  readonly body: Json;
  readonly headers: Readonly<Record<string, string>>;
}

/** A server that is asked in short: paths may carry a query, and each answer is that of the state before. */
export class Server {
  state: ClusterState = emptyState();
  now = NOW;
  readonly #policy: Policy | undefined;

  constructor(policy?: Policy) {
    this.#policy = policy;
    this.state = handle(this.state, this.#request('POST', '/api/v1/namespaces', { metadata: { name: 'default' } }), NOW).state;
  }

  ask(method: Method, target: string, body?: Json, asked: Asked = {}): Told {
    const { state, answer } = handle(this.state, this.#request(method, target, body, asked), this.now, this.#policy);
    if (answer.kind === 'watch') throw new Error(`${target} is a watch`);
    this.state = state;
    return { status: answer.status, body: answer.body, headers: answer.headers ?? {} };
  }

  /** The body of an answer that must be a success. */
  done(method: Method, target: string, body?: Json, asked?: Asked): JsonObject {
    const told = this.ask(method, target, body, asked);
    if (told.status >= 300 || !isJsonObject(told.body)) throw new Error(`${method} ${target}: ${JSON.stringify(told)}`);
    return told.body;
  }

  watch(target: string): Watch {
    const { answer } = handle(this.state, this.#request('GET', target), this.now, this.#policy);
    if (answer.kind !== 'watch') throw new Error(`${target}: ${JSON.stringify(answer.body)}`);
    return new Watch(this, answer.cursor);
  }

  compact(): void {
    this.state = compacted(this.state, this.state.revision);
  }

  #request(
    method: Method,
    target: string,
    body?: Json,
    { type = 'json', user = 'admin', userAgent = 'test/1', ...asked }: Asked = {},
  ): Request {
    const { pathname, searchParams } = new URL(target, 'http://cluster');
    return {
      method,
      path: pathname,
      query: Object.fromEntries(searchParams),
      contentType: asked.contentType ?? TYPES[type],
      ...(body === undefined ? {} : { body }),
      user,
      userAgent,
    };
  }
}

export class Watch {
  readonly #server: Server;
  cursor: WatchCursor;

  constructor(server: Server, cursor: WatchCursor) {
    this.#server = server;
    this.cursor = cursor;
  }

  read(): readonly WatchEvent[] {
    const { cursor, events } = readWatch(this.#server.state, this.cursor, this.#server.now);
    this.cursor = cursor;
    return events;
  }

  /** What was told, in short: `ADDED a`. */
  told(): readonly string[] {
    return this.read().map(({ type, object }) =>
      `${type} ${stringAt(object, 'metadata', 'name') ?? stringAt(object, 'message') ?? ''}`.trim(),
    );
  }

  bookmark(): WatchEvent {
    return bookmark(this.#server.state, this.cursor);
  }
}

export const MAPS = '/api/v1/namespaces/default/configmaps';
export const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments';

export function configMap(name: string, more: JsonObject = {}, metadata: JsonObject = {}): JsonObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...metadata }, ...more };
}

export function deployment(name: string, spec: JsonObject = {}, metadata: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, ...metadata },
    spec: {
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'main', image: 'image:1' }] } },
      ...spec,
    },
  };
}

export function versionOf(object: Json): string {
  return stringAt(object, 'metadata', 'resourceVersion') ?? '';
}

export function messageOf({ status, body }: Told): string {
  return `${status} ${stringAt(body, 'message') ?? ''}`;
}

export function namesIn(body: Json): readonly string[] {
  const items = isJsonObject(body) ? body.items : undefined;
  return Array.isArray(items) ? items.map((item) => stringAt(objectAt(item), 'metadata', 'name') ?? '') : [];
}
