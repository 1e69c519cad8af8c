import type { Json } from '@ddprofiler-rc/core';
import { addressOf } from '../api/address.ts';
import { notAllowed, Refusal, unknownPatch } from '../api/status-error.ts';
import { discoveryDocument, reviewed, VERSION } from '../discovery/index.ts';
import type { Answer, Method, Request } from '../request.ts';
import { acceptedForm, type Form } from './accept.ts';
import { decodedBody } from './body.ts';
import type { Head } from './head.ts';
import type { ServedCluster } from './served-cluster.ts';
import { includedInRows } from './table.ts';

/**
 * From what came over the wire to an answer. The first row that fits decides:
 *
 *   /healthz /livez /readyz /version   200 for everybody
 *   no token that is known             401, where tokens are configured
 *   a method of no verb                405
 *   no form that the client accepts    406
 *   a body that cannot be read         413, 415 or 400
 *   discovery, OpenAPI, self reviews   from the state
 *   anything else                      the cluster answers
 */

export type Body = { readonly kind: 'bytes'; readonly bytes: Buffer } | { readonly kind: 'too large'; readonly limit: number };

export interface Reply {
  readonly answer: Answer;
  readonly form: Form;
}

export interface Access {
  /** User per bearer token; undefined: everybody is `admin`. */
  readonly tokens: ReadonlyMap<string, string> | undefined;
  readonly onRequest: ((request: Request) => void) | undefined;
}

const ADMIN = 'admin';
/** What a real server offers, as it says. */
const REPRESENTATIONS = 'application/json, application/yaml, application/vnd.kubernetes.protobuf';
const OPEN: ReadonlyMap<string, Json> = new Map<string, Json>([
  ['/healthz', 'ok'],
  ['/livez', 'ok'],
  ['/readyz', 'ok'],
  ['/version', VERSION],
]);
const METHODS: ReadonlyMap<string, Method> = new Map(
  (['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const).map((method): readonly [string, Method] => [method, method]),
);

const found = (body: Json): Answer => ({ kind: 'whole', status: 200, body });
const plainly = (answer: Answer): Reply => ({ answer, form: 'object' });
const refused = (refusal: Refusal): Reply => plainly(refusal.toAnswer());

function userOf({ headers }: Head, tokens: Access['tokens']): string | undefined {
  if (tokens === undefined) return ADMIN;
  const [, token] = /^bearer +(\S+) *$/i.exec(headers.authorization ?? '') ?? [];
  return token === undefined ? undefined : tokens.get(token);
}

/** A body is of no concern where nothing is served: `ResourceQuota`, which no reader here knows, is 404 and not 400. */
function unserved({ state }: ServedCluster, path: string): Refusal | undefined {
  try {
    addressOf(state, path);
    return undefined;
  } catch (cause) {
    if (cause instanceof Refusal) return cause;
    throw cause;
  }
}

export function answered(cluster: ServedCluster, head: Head, body: Body, { tokens, onRequest }: Access): Reply {
  const { path, query, headers } = head;
  const open = OPEN.get(path);
  if (open !== undefined) return plainly(found(open));
  const user = userOf(head, tokens);
  if (user === undefined) return refused(new Refusal(401, 'Unauthorized', 'Unauthorized'));
  const method = METHODS.get(head.method);
  if (method === undefined) return refused(notAllowed());
  const form = acceptedForm(headers.accept);
  if (form === undefined)
    return refused(new Refusal(406, 'NotAcceptable', `406: Not Acceptable\n\nAvailable representations: ${REPRESENTATIONS}`, {}));
  if (form === 'table' && includedInRows(query) === undefined) {
    const value = JSON.stringify(query.includeObject);
    const problem = `includeObject: Invalid value: ${value}: must be 'Metadata', 'Object', 'None', or empty`;
    return refused(new Refusal(400, 'BadRequest', `Unable to convert to Table as requested: ${problem}`));
  }
  if (body.kind === 'too large')
    return refused(new Refusal(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${body.limit}`));
  if (method === 'GET') {
    const document = discoveryDocument(cluster.state, path, form === 'discovery');
    if (document !== undefined) return { answer: found(document.body), form: document.aggregated ? 'discovery' : 'object' };
  }
  const decoded = decodedBody(headers['content-type'], body.bytes);
  if (decoded.kind === 'refused' && decoded.code === 415 && method === 'PATCH')
    return refused(unserved(cluster, path) ?? unknownPatch());
  if (decoded.kind === 'refused')
    return refused(unserved(cluster, path) ?? new Refusal(decoded.code, decoded.reason, decoded.message));
  const request: Request = {
    method,
    path,
    query,
    contentType: decoded.contentType,
    ...(headers.accept === undefined ? {} : { accept: headers.accept }),
    ...(decoded.body === undefined ? {} : { body: decoded.body }),
    user,
    userAgent: headers['user-agent'] ?? '',
  };
  onRequest?.(request);
  return { answer: reviewed(request, cluster.policy) ?? cluster.request(request), form: form === 'table' ? form : 'object' };
}
