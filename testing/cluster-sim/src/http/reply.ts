import type { ServerResponse } from 'node:http';
import type { Answer } from '../request.ts';
import type { Form } from './accept.ts';
import type { Reply } from './answer.ts';
import type { Head } from './head.ts';
import type { ServedCluster } from './served-cluster.ts';
import { asTable, eventAsTable, includedInRows, type TableOptions } from './table.ts';
import { streamWatch } from './watch-stream.ts';

const CONTENT_TYPES: Readonly<Record<Form, string>> = {
  object: 'application/json',
  table: 'application/json',
  discovery: 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
};
const PLAIN_TEXT = 'text/plain; charset=utf-8';
const NOT_KEPT = { 'Cache-Control': 'no-cache, private' };

/** People read what these send for; `pretty` says otherwise. */
const wantsIndent = ({ headers, query }: Head): boolean =>
  query.pretty === undefined
    ? /^(curl|Wget|Mozilla)/.test(headers['user-agent'] ?? '')
    : query.pretty !== 'false' && query.pretty !== '0';

function send(response: ServerResponse, head: Head, form: Form, { status, body, headers }: Extract<Answer, { kind: 'whole' }>) {
  const text = typeof body === 'string' ? body : JSON.stringify(body, null, wantsIndent(head) ? 2 : 0);
  response.writeHead(status, {
    ...NOT_KEPT,
    'Content-Type': typeof body === 'string' ? PLAIN_TEXT : CONTENT_TYPES[form],
    'Content-Length': Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
}

/** Writes an answer in the form that was asked for: a document at once, a watch until it ends. */
export function replyTo(
  response: ServerResponse,
  head: Head,
  { answer, form }: Reply,
  cluster: ServedCluster,
  now: () => number,
): void {
  const tableOptions = (): TableOptions => ({ rowObject: includedInRows(head.query) ?? 'Metadata', now: now() });
  switch (answer.kind) {
    case 'whole': {
      const body = form === 'table' ? asTable(cluster.state, answer.body, tableOptions()) : answer.body;
      send(response, head, form, { ...answer, body });
      return;
    }
    case 'watch':
      response.writeHead(200, { ...NOT_KEPT, 'Content-Type': CONTENT_TYPES[form] });
      streamWatch(cluster, answer.cursor, response, {
        render: (event, first) => (form === 'table' ? eventAsTable(cluster.state, event, first, tableOptions()) : event),
        now,
      });
  }
}
