import type { WriteKind } from './effects.ts';
import type { Json } from './kube/json.ts';
import type { Key } from './kube/keys.ts';
import type { Intent } from './objects/intent.ts';

/**
 * The streams of facts from the cluster. There is one of each binding, memory and Deployment stream for the life of the operator;
 * the ConfigMap stream follows the binding, so its id says which ConfigMap it is about.
 */
export type StreamId = 'binding' | 'memory' | `configmap/${string}/${string}` | `${NamespacedKind}/${string}`;

/** What is watched in each namespace, or in all of them (`*`). */
export const NAMESPACED_KINDS = ['deployments', 'autoscalers', 'budgets'] as const;
export type NamespacedKind = (typeof NAMESPACED_KINDS)[number];

/**
 * Every way in which a call to an API server can fail, as a stable word.
 *
 * | code | when |
 * | --- | --- |
 * | Unreachable | no connection, or it broke: DNS, refused, TLS, reset |
 * | Timeout | no answer in time |
 * | Credentials | no credentials to send: exec plugin failed, token file missing |
 * | Malformed | the answer is not what the API promises |
 * | NotLeading | a write that was not sent, for another operator leads |
 * | Unauthorized 401, Forbidden 403, NotFound 404, Conflict 409, Gone 410, Invalid 400 and 422, TooManyRequests 429, ServerError 5xx | the server's answer |
 */
export type FailureCode =
  | 'Unreachable'
  | 'Timeout'
  | 'Credentials'
  | 'Malformed'
  | 'NotLeading'
  | 'Unauthorized'
  | 'Forbidden'
  | 'NotFound'
  | 'Conflict'
  | 'Gone'
  | 'Invalid'
  | 'TooManyRequests'
  | 'ServerError';

/** Why a stream or a write failed, for people and for the decision to try again. */
export interface Failure {
  readonly code: FailureCode;
  /** One sentence: what happened, where, what to do. */
  readonly message: string;
  /** How long the server asked to wait before the next try, in milliseconds. */
  readonly retryAfterMs?: number;
}

/**
 * What a stream tells. Objects are raw JSON of the API server.
 *
 * | event | says |
 * | --- | --- |
 * | listed | the complete content of a stream at `resourceVersion`: whatever is not in it is gone |
 * | seen | an object was added or changed |
 * | vanished | an object was deleted; `object` is its last state, with the resourceVersion of the deletion |
 * | audited | the content of a stream as of `resourceVersion`, asked for beside a watch that went on past it; whatever differs was missed. What the watch told of meanwhile is left out |
 * | streamOpened | a stream that had failed is watching again |
 * | streamFailed | a stream cannot be read at present; what is known stays known |
 */
export type StreamEvent<Stream extends string = StreamId> =
  | {
      readonly type: 'listed';
      readonly stream: Stream;
      readonly resourceVersion: string;
      readonly objects: readonly Json[];
      /** What matters changed while it was made: what it lacks may be there, where it was wanted only since. */
      readonly isPartial?: true;
    }
  | { readonly type: 'audited'; readonly stream: Stream; readonly resourceVersion: string; readonly objects: readonly Json[] }
  | { readonly type: 'seen'; readonly stream: Stream; readonly object: Json }
  | { readonly type: 'vanished'; readonly stream: Stream; readonly object: Json }
  | { readonly type: 'streamOpened'; readonly stream: Stream }
  | { readonly type: 'streamFailed'; readonly stream: Stream; readonly failure: Failure };

/**
 * A fact that arrived: from a stream, or as the answer to a call of ours.
 *
 * | event | says |
 * | --- | --- |
 * | written | the API server's answer to a create, an apply or a scale of ours; `unmet` is our intent where the answer still lacks some of it |
 * | deleteAccepted | the API server accepted our deletion of the object with `uid` |
 * | writeFailed | a write of ours was refused or got no answer |
 * | looked | the API server's answer to a look for `target`; without `object` there is none |
 * | lookFailed | a look for a Deployment was refused or got no answer |
 * | remembered | the API server's answer to a write of the memory |
 * | rememberFailed | a write of the memory was refused or got no answer |
 */
export type Event =
  | StreamEvent
  | {
      readonly type: 'written';
      readonly key: Key;
      readonly effect: WriteKind;
      readonly object: Json;
      readonly unmet?: Intent;
    }
  | { readonly type: 'deleteAccepted'; readonly key: Key; readonly uid: string }
  | { readonly type: 'writeFailed'; readonly key: Key; readonly effect: WriteKind; readonly failure: Failure }
  | { readonly type: 'looked'; readonly key: Key; readonly target: Key; readonly question: number; readonly object?: Json }
  | { readonly type: 'lookFailed'; readonly key: Key; readonly target: Key; readonly failure: Failure }
  | { readonly type: 'remembered'; readonly object: Json }
  | { readonly type: 'rememberFailed'; readonly failure: Failure };

/** What a stream is about. */
export const STREAM_KINDS = ['binding', 'memory', 'configmap', ...NAMESPACED_KINDS] as const;
export type StreamKind = (typeof STREAM_KINDS)[number];

export function kindOfStream(stream: StreamId): StreamKind {
  if (stream === 'binding' || stream === 'memory') return stream;
  return NAMESPACED_KINDS.find((kind) => stream.startsWith(`${kind}/`)) ?? 'configmap';
}

/** `deployments/team-a` → `team-a`. */
export function namespaceOfStream(stream: StreamId): string {
  return stream.slice(stream.indexOf('/') + 1);
}

export function configMapStream(namespace: string, name: string): StreamId {
  return `configmap/${namespace}/${name}`;
}
