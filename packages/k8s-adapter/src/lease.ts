import {
  type Failure,
  type Json,
  LEASE_MS,
  type LeaseCall,
  type LeaseRecord,
  numberAt,
  objectAt,
  stringAt,
} from '@ddprofiler-rc/core';
import { EMPTY, mergeMap, type Observable, of } from 'rxjs';
import { ApiFailure } from './failure.ts';
import { requestJson } from './json-answer.ts';
import { microTime } from './micro-time.ts';
import { type LeaseStreamId, leasePath, leaseTarget } from './resources.ts';
import type { ApiRequest, Transport } from './transport.ts';
import { type WatchOptions, watchStream } from './watch/stream.ts';

/** Half of the time within which a leader must have renewed: one call that gets no answer leaves time for another. */
const TIMEOUT_MS = 5_000;

export interface LeaseName {
  readonly namespace: string;
  readonly name: string;
}

/** Who calls, and when, for people who look at the Lease: milliseconds since 1970. No decision hangs on that time. */
export interface LeaseCaller {
  readonly identity: string;
  readonly time: number;
}

/**
 * Carries out one call of a candidate.
 *
 * | action | request | answer |
 * | --- | --- | --- |
 * | read | GET | the record; `undefined` where there is no Lease |
 * | create | POST | the record; `Conflict` where there is one by now |
 * | hold | PATCH merge of holder and times, with the resourceVersion | the record; `Conflict` where it is another version by now, `NotFound` where it is gone |
 * | release | PATCH merge that empties the holder, with the resourceVersion | as of hold |
 *
 * A merge patch leaves alone what others put on the Lease. Its resourceVersion is a condition, as that of an update is.
 * Source: https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/lease-v1/
 * @throws ApiFailure
 */
export async function callLease(
  transport: Transport,
  lease: LeaseName,
  call: LeaseCall,
  caller: LeaseCaller,
): Promise<LeaseRecord | undefined> {
  const request = requestOf(lease, call, caller);
  try {
    return recordOf(await requestJson(transport, request), request.what);
  } catch (error) {
    if (call.do === 'read' && error instanceof ApiFailure && error.code === 'NotFound') return undefined;
    throw error;
  }
}

/**
 * Tells of each state of the Lease, from the present one on; `undefined` stands for none. Never errors, never completes.
 * @param onFailed told where it cannot be watched at present
 */
export function watchLease(
  transport: Transport,
  lease: LeaseName,
  options: WatchOptions<LeaseStreamId> & { readonly onFailed: (failure: Failure) => void },
): Observable<LeaseRecord | undefined> {
  const target = leaseTarget(lease);
  return watchStream(transport, target, options).pipe(
    mergeMap((event) => {
      switch (event.type) {
        case 'listed': {
          const [object] = event.objects;
          return of(object === undefined ? undefined : recordOf(object, target.what));
        }
        case 'seen':
          return of(recordOf(event.object, target.what));
        case 'vanished':
          return of(undefined);
        case 'streamFailed':
          options.onFailed(event.failure);
          return EMPTY;
        default:
          return EMPTY;
      }
    }),
  );
}

function requestOf(lease: LeaseName, call: LeaseCall, { identity, time }: LeaseCaller): ApiRequest {
  const shared = { query: {}, timeoutMs: TIMEOUT_MS };
  const what = `${call.do} the lease ${lease.namespace}/${lease.name}`;
  const now = microTime(time);
  const held = { holderIdentity: identity, leaseDurationSeconds: LEASE_MS / 1000, renewTime: now };
  switch (call.do) {
    case 'read':
      return { ...shared, verb: 'get', method: 'GET', path: leasePath(lease), what };
    case 'create': {
      const { namespace, name } = lease;
      const spec = { ...held, acquireTime: now, leaseTransitions: 0 };
      const json = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { namespace, name }, spec };
      return {
        ...shared,
        verb: 'create',
        method: 'POST',
        path: leasePath({ namespace }),
        body: { contentType: 'application/json', json },
        what,
      };
    }
    case 'hold': {
      const { holder, transitions } = call.record;
      const taken = holder === identity ? {} : { acquireTime: now, leaseTransitions: transitions + 1 };
      return { ...shared, ...patch(lease, call.record, { ...held, ...taken }), what };
    }
    case 'release':
      return { ...shared, ...patch(lease, call.record, { holderIdentity: '', renewTime: now }), what };
  }
}

function patch(
  lease: LeaseName,
  { resourceVersion }: LeaseRecord,
  spec: Json,
): Pick<ApiRequest, 'verb' | 'method' | 'path' | 'body'> {
  const json = { metadata: { resourceVersion }, spec };
  return { verb: 'patch', method: 'PATCH', path: leasePath(lease), body: { contentType: 'application/merge-patch+json', json } };
}

function recordOf(object: Json, what: string): LeaseRecord {
  const spec = objectAt(object, 'spec');
  const resourceVersion = stringAt(objectAt(object, 'metadata'), 'resourceVersion');
  if (resourceVersion === undefined) throw new ApiFailure('Malformed', `${what}: the answer is no stored object`);
  return {
    holder: stringAt(spec, 'holderIdentity') ?? '',
    durationMs: (numberAt(spec, 'leaseDurationSeconds') ?? 0) * 1000,
    transitions: numberAt(spec, 'leaseTransitions') ?? 0,
    resourceVersion,
  };
}
