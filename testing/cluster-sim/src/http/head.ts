import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Request } from '../request.ts';

/** All of a request but its body. */
export interface Head {
  readonly method: string;
  /** Still percent-encoded, without the query. */
  readonly path: string;
  readonly query: Request['query'];
  readonly headers: IncomingHttpHeaders;
}

export function headOf(incoming: IncomingMessage): Head {
  const url = incoming.url ?? '/';
  const [path = '/', ...rest] = url.split('?');
  // Of a name that comes twice the first value counts.
  const query = Object.fromEntries([...new URLSearchParams(rest.join('?'))].reverse());
  return { method: incoming.method ?? '', path, query, headers: incoming.headers };
}
