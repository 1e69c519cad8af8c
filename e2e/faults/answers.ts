/** What the proxy says by itself, in the words of an API server. */
import type { RefusalStatus } from './fault.ts';

const REASONS: Readonly<Record<RefusalStatus | 504, readonly [reason: string, message: string]>> = {
  410: ['Expired', 'The resourceVersion for the provided list or watch is too old.'],
  429: ['TooManyRequests', 'The server has received too many requests and has asked us to try again later'],
  500: ['InternalError', 'Internal error occurred: injected by the fault proxy'],
  503: ['ServiceUnavailable', 'the server is currently unable to handle the request'],
  504: ['Timeout', 'Timeout: request did not complete within the allotted timeout'],
};

/** A `Status` object. */
export const statusBody = (code: RefusalStatus | 504): string => {
  const [reason, message] = REASONS[code];
  return JSON.stringify({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code });
};

/** A line of a watch. */
export const EXPIRED_LINE = `${JSON.stringify({ type: 'ERROR', object: JSON.parse(statusBody(410)) })}\n`;

/** Another line of a watch: as from a server whose memory is broken. */
export const GARBLED_LINE = '{"type":"MODIFIED","object":{"kind":"Deplo\u0000yment","met\n';
