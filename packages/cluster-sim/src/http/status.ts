import type { JsonObject } from '@ddprofiler-rc/core';
import type { Answer } from '../request.ts';

/** A `Status` that the face gives by itself, since the request never reached the cluster. */
export function refusal(code: number, reason: string, message: string, details?: JsonObject): Answer {
  const body = {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason,
    ...(details === undefined ? {} : { details }),
    code,
  };
  return { kind: 'whole', status: code, body };
}
