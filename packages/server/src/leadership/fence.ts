import { ApiFailure, type Transport } from '@ddprofiler-rc/k8s-adapter';

/**
 * The one gate that every write passes: a transport that reads at any time, and writes with leave only. A write's time-out is cut so that
 * nothing is heard of it any more when another operator may lead.
 * @param writeTimeMs how long a write that begins now may take; 0 where none may begin
 */
export function fenced(transport: Transport, writeTimeMs: () => number): Transport {
  return async (request) => {
    if (request.method === 'GET') return transport(request);
    const left = writeTimeMs();
    if (left <= 0) throw new ApiFailure('NotLeading', `${request.what}: not sent, for this operator does not lead`);
    return transport({ ...request, timeoutMs: Math.min(request.timeoutMs, left) });
  };
}
