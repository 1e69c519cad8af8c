import type { AgentOptions } from 'node:https';
import { type Cluster, type DispatcherOptions, HttpMethod, KubeConfig, RequestContext } from '@kubernetes/client-node';
import { Agent, type Dispatcher } from 'undici';
import { ApiFailure } from '../failure.ts';
import { type ClusterSettings, loadCluster } from './cluster.ts';
import { ExecPlugin } from './exec-plugin.ts';

/** What a request is sent with: where to, as whom, over which connections. */
export interface Credentials {
  /** Base URL of the API server. Read once: each request needs parts of it. */
  readonly base: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly dispatcher: Dispatcher;
}

/** How long headers are used before the KubeConfig is asked again. It caches tokens itself; this spares reading the CA per request. */
const FRESH_MS = 10_000;
/**
 * How long a failure stands, and how long after a renewal the next refusal leads to none. Each may run an exec plugin: many requests that
 * are refused for good must not run it without end.
 */
const PAUSE_MS = 5_000;

type Outcome = { readonly credentials: Credentials } | { readonly failure: ApiFailure };

/**
 * The present credentials. Tokens that an exec plugin or a file renews are picked up: the KubeConfig is asked every 10 seconds, and
 * loaded anew from its files after the API server refused what it gave (401), for it may hold on to a token for a minute.
 *
 * `applySecurityAuthentication` makes a new dispatcher at each call, with connections of its own. Here one is kept for as long as its
 * TLS material stays the same, else every request would pay for a TLS handshake.
 */
export class CredentialSource {
  readonly #settings: ClusterSettings;
  readonly #now: () => number;
  #config: RecordingKubeConfig;
  #current: Credentials | undefined;
  #tls = '';
  #latest: Outcome | undefined;
  #freshUntil = 0;
  #renewsFrom = Number.NEGATIVE_INFINITY;
  #refreshing: Promise<Outcome> | undefined;

  /**
   * @param now milliseconds since any fixed moment
   * @throws ClusterConfigError where the settings or files lead to no cluster
   */
  constructor(settings: ClusterSettings, now: () => number) {
    this.#settings = settings;
    this.#now = now;
    this.#config = loadCluster(settings, new RecordingKubeConfig());
  }

  /** Base URL of the API server, for messages. */
  get server(): string {
    return (this.#config.getCurrentCluster()?.server ?? '').replace(/\/+$/, '');
  }

  /** @throws ApiFailure `Credentials` where there are none to be had: the exec plugin failed, or a file is gone */
  async get(): Promise<Credentials> {
    const outcome = this.#latest !== undefined && this.#now() < this.#freshUntil ? this.#latest : await this.#refresh();
    if ('failure' in outcome) throw outcome.failure;
    return outcome.credentials;
  }

  /**
   * Credentials to use after the API server refused `used`: newer ones, if there are any.
   * @returns `used` where there are none
   * @throws ApiFailure as `get`
   */
  async renew(used: Credentials): Promise<Credentials> {
    // One that began before the refusal asks the KubeConfig that gave `used`: this one must not be taken for a renewal.
    await this.#refreshing;
    if (used === this.#current && this.#now() >= this.#renewsFrom) {
      this.#renewsFrom = this.#now() + PAUSE_MS;
      this.#freshUntil = 0;
      try {
        this.#config = loadCluster(this.#settings, new RecordingKubeConfig());
      } catch {
        // The files are being rewritten: what was loaded before serves until they can be read.
      }
    }
    return this.get();
  }

  async close(): Promise<void> {
    await this.#current?.dispatcher.destroy();
  }

  /** Whoever comes while an exec plugin runs waits for that one run. */
  #refresh(): Promise<Outcome> {
    this.#refreshing ??= this.#ask()
      .then((outcome) => {
        this.#latest = outcome;
        this.#freshUntil = this.#now() + ('failure' in outcome ? PAUSE_MS : FRESH_MS);
        return outcome;
      })
      .finally(() => {
        this.#refreshing = undefined;
      });
    return this.#refreshing;
  }

  async #ask(): Promise<Outcome> {
    const config = this.#config;
    const { server } = this;
    const context = new RequestContext(`${server}/`, HttpMethod.GET);
    try {
      await config.applySecurityAuthentication(context);
    } catch (error) {
      const reason = error instanceof Error ? error.message.trim() : String(error);
      const user = config.getCurrentUser()?.name ?? 'none';
      const message = `no credentials for ${server} (context ${config.getCurrentContext()}, user ${user}): ${reason}`;
      return { failure: new ApiFailure('Credentials', message, { cause: error }) };
    }
    const former = this.#current;
    const isSameTls = former !== undefined && config.tls === this.#tls;
    const dispatcher = isSameTls ? former.dispatcher : (context.getDispatcher() ?? new Agent(HTTP1));
    // A token file may end in a line break, which no header may hold.
    const headers = Object.fromEntries(Object.entries(context.getHeaders()).map(([name, value]) => [name, value.trim()]));
    const base = new URL(server);
    const isSame = isSameTls && former.base.href === base.href && JSON.stringify(former.headers) === JSON.stringify(headers);
    const credentials = isSame ? former : { base, headers, dispatcher };
    this.#current = credentials;
    this.#tls = config.tls;
    // Gracefully: what runs on the former connections finishes; a watch ends at its time-out at the latest.
    if (former !== undefined && !isSameTls) former.dispatcher.close().catch(() => undefined);
    return { credentials };
  }
}

/**
 * Not HTTP/2, which undici takes where the server offers it. There all requests share one connection, and giving one up leaves it open:
 * when an API server vanishes without a word, each new request would go into the same dead connection, for a quarter of an hour.
 */
const HTTP1 = { allowH2: false };

/** A KubeConfig as we need it: with our exec plugins, HTTP/1.1, and its TLS material noted, so that equal material keeps its connections. */
class RecordingKubeConfig extends KubeConfig {
  tls = '';

  constructor() {
    super();
    this.addAuthenticator(new ExecPlugin());
  }

  override createDispatcherOptions(cluster: Cluster | null, agentOptions: AgentOptions): DispatcherOptions {
    const options = super.createDispatcherOptions(cluster, agentOptions);
    this.tls = JSON.stringify(options);
    switch (options.type) {
      case 'agent':
        return { ...options, connect: { ...options.connect, ...HTTP1 } };
      case 'proxy':
        return { ...options, requestTls: { ...options.requestTls, ...HTTP1 } };
      case 'socks':
      case 'none':
        return options;
    }
  }
}
