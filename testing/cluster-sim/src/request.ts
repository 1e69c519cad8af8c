import type { Json, JsonObject } from '@ddprofiler-rc/core';
import type { ClusterState, ObjectKey, ResourceName } from './state.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One request to the API server, decoded: no sockets, no bytes. */
export interface Request {
  readonly method: Method;
  /** Absolute and still percent-encoded, without the query: `/apis/apps/v1/namespaces/default/deployments/web`. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Media type of the body, without parameters; tells the kind of a patch. */
  readonly contentType?: string;
  /** Asks for a table, as `kubectl get` does. */
  readonly accept?: string;
  /** JSON, whatever the wire had (apply patches may be YAML). */
  readonly body?: Json;
  /** Who asks; empty for nobody. */
  readonly user: string;
  /** Names the field manager where the query does not: the part before the first slash. */
  readonly userAgent: string;
}

/** The answer to one request. */
export type Answer =
  | { readonly kind: 'whole'; readonly status: number; readonly body: Json; readonly headers?: Readonly<Record<string, string>> }
  /** Status 200, and a stream: what `readWatch` (watch.ts) tells from here on, until the cursor has ended. */
  | { readonly kind: 'watch'; readonly cursor: WatchCursor };

/** How far one watch has come. Immutable: reading gives the next one. */
export interface WatchCursor {
  readonly resource: ResourceName;
  /** What bookmarks say they are. */
  readonly kind: string;
  readonly apiVersion: string;
  /** Undefined: all namespaces. */
  readonly namespace: string | undefined;
  readonly labelSelector: string;
  readonly fieldSelector: string;
  /** Changes up to here were told. */
  readonly revision: number;
  /** Told before all changes: the synthetic ADDED events of a watch without a resourceVersion, or of `sendInitialEvents`. */
  readonly initial: readonly WatchEvent[];
  readonly bookmarks: boolean;
  /** Objects come as rows of tables. */
  readonly asTable: boolean;
  /** In milliseconds of the clock that `handle` was given; the server ends the watch then. */
  readonly endsAt: number;
  readonly ended: boolean;
}

/** One line of a watch. An `ERROR` carries a `Status`, and is the last. */
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: JsonObject;
}

/** What the cluster's administrator set: who may do what, and what admission makes of writes. Pure functions. */
export interface Policy {
  /** Whether `user` may do `verb` (`get`, `list`, `watch`, `create`, `update`, `patch`, `delete`); all may where absent. */
  readonly authorize?: (access: Access) => boolean;
  /** A mutating webhook: gives the object that is to be stored, or a message of refusal (403). */
  readonly admit?: (write: AdmittedWrite) => JsonObject | string;
}

export interface Access {
  readonly user: string;
  readonly verb: string;
  readonly resource: ResourceName;
  readonly subresource: string | undefined;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
}

interface AdmittedWrite {
  readonly user: string;
  readonly operation: 'CREATE' | 'UPDATE';
  readonly resource: ResourceName;
  readonly key: ObjectKey;
  readonly object: JsonObject;
  readonly former: JsonObject | undefined;
}

/** What one request came to: the answer, and the cluster after it. */
export interface Exchange {
  readonly state: ClusterState;
  readonly answer: Answer;
}
