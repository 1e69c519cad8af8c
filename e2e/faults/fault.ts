/** What can happen to a request on its way through the proxy. */
export type Fault =
  /** The connection is reset when the head of the request is in: it never arrives. */
  | { readonly kind: 'resetRequest' }
  /** It arrives later. Where the client gave up meanwhile, it does not. */
  | { readonly kind: 'delayRequest'; readonly ms: number }
  /** It arrives later, also where the client gave up: as if it had been in the network all the time. */
  | { readonly kind: 'lateRequest'; readonly ms: number }
  /** The proxy answers by itself: it never arrives. */
  | { readonly kind: 'refuse'; readonly status: RefusalStatus; readonly retryAfterS?: number }
  /** The server did as it was told, and nobody hears of it: the connection is reset, or a gateway says that it waited in vain. */
  | { readonly kind: 'loseAnswer'; readonly tell: 'reset' | 'timeout' }
  | { readonly kind: 'delayAnswer'; readonly ms: number }
  /** The connection is reset in the middle of the body. */
  | { readonly kind: 'cutAnswer'; readonly afterBytes: number }
  /** No further byte comes and the connection stays open; after `ms` it is reset, or never. */
  | { readonly kind: 'stall'; readonly afterBytes: number; readonly ms?: number }
  /** The body comes byte by byte at first, and then in frames that end anywhere. */
  | { readonly kind: 'split'; readonly singleBytes: number; readonly frames: readonly number[] }
  /** The last answer to the same list once more, or one from so many before it: a server that lags behind. */
  | { readonly kind: 'staleList'; readonly back: number }
  /** After so many lines of a watch comes an ERROR 410, and then its end. */
  | { readonly kind: 'expire'; readonly afterLines: number }
  /** After so many lines of a watch comes one that is no JSON. */
  | { readonly kind: 'garble'; readonly afterLines: number };

export type RefusalStatus = 410 | 429 | 500 | 503;

/** What can happen to a connection before anything is sent on it. */
export type ConnectionFault = { readonly kind: 'resetConnection' } | { readonly kind: 'stallConnection'; readonly ms?: number };

export type FaultKind = Fault['kind'] | ConnectionFault['kind'];

export type RequestKind = 'list' | 'watch' | 'read' | 'write';

/** What a fault may hang on. */
export type RequestFacts = {
  readonly kind: RequestKind;
  readonly method: string;
  /** Plural, with its subresource: `deployments`, `ddprofcrds/status`; empty for what is no resource. */
  readonly resource: string;
  /** Path and query. */
  readonly url: string;
  /** How many of this kind and resource came before it. */
  readonly ordinal: number;
};

/** Who decides: a plan that is drawn from a seed, or the script of a test. */
export type FaultSource = {
  readonly ofRequest: (facts: RequestFacts) => Fault | undefined;
  /** @param ordinal how many connections came before it */
  readonly ofConnection: (ordinal: number) => ConnectionFault | undefined;
};

export const NO_FAULTS: FaultSource = { ofRequest: () => undefined, ofConnection: () => undefined };

/** `/api/v1/…` and `/apis/group/version/…`, with or without a namespace. */
const RESOURCE_PATH = /^\/(?:api|apis\/[^/]+)\/[^/]+(?:\/namespaces\/[^/]+(?=\/[^/]+))?\/([^/]+)(?:\/([^/]+))?(?:\/([^/]+))?$/;

/** All but the ordinal. */
export const factsOf = (method: string, url: string): Omit<RequestFacts, 'ordinal'> => {
  const { pathname, searchParams } = new URL(url, 'http://proxy');
  const [, plural = '', name, subresource] = RESOURCE_PATH.exec(pathname) ?? [];
  const resource = subresource === undefined ? plural : `${plural}/${subresource}`;
  return { method, url, resource, kind: kindOf(method, searchParams, plural, name) };
};

const kindOf = (method: string, query: URLSearchParams, plural: string, name: string | undefined): RequestKind => {
  if (method !== 'GET') return 'write';
  if (plural === '') return 'read';
  if (['true', '1'].includes(query.get('watch') ?? '')) return 'watch';
  return name === undefined ? 'list' : 'read';
};
