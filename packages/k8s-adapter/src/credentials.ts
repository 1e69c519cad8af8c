import type { AgentOptions } from 'node:https';
import { type Cluster, type DispatcherOptions, HttpMethod, KubeConfig, RequestContext } from '@kubernetes/client-node';
import { Agent, type Dispatcher } from 'undici';
import { type ClusterSettings, loadCluster } from './cluster.ts';
import { ApiFailure } from './failure.ts';

/** What a request is sent with: where to, as whom, over which connections. */
export interface Credentials {
  /** Base URL of the API server, without a slash at the end. */
  readonly server: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly dispatcher: Dispatcher;
}

/** How long headers are used before the KubeConfig is asked again. It caches tokens itself; this spares reading the CA per request. */
const FRESH_MS = 10_000;

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
  #freshUntil = 0;
  #refreshing: Promise<Credentials> | undefined;

  /** @throws ClusterConfigError where the settings or files lead to no cluster */
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
    if (this.#current !== undefined && this.#now() < this.#freshUntil) return this.#current;
    // Requests that come while an exec plugin runs wait for that one run.
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  /** Tells that the API server refused `used`. Does nothing where newer credentials are there already. */
  refused(used: Credentials): void {
    if (used !== this.#current) return;
    this.#freshUntil = 0;
    try {
      this.#config = loadCluster(this.#settings, new RecordingKubeConfig());
    } catch {
      // The files are being rewritten: what was loaded before serves until they can be read.
    }
  }

  async close(): Promise<void> {
    await this.#current?.dispatcher.destroy();
  }

  async #refresh(): Promise<Credentials> {
    const config = this.#config;
    const context = new RequestContext(`${this.server}/`, HttpMethod.GET);
    try {
      await config.applySecurityAuthentication(context);
    } catch (error) {
      const reason = error instanceof Error ? error.message.trim() : String(error);
      const user = config.getCurrentUser()?.name ?? 'none';
      throw new ApiFailure(
        'Credentials',
        `no credentials for ${this.server} (context ${config.getCurrentContext()}, user ${user}): ${reason}`,
        { cause: error },
      );
    }
    const former = this.#current;
    const isSameTls = former !== undefined && config.tls === this.#tls;
    const dispatcher = isSameTls ? former.dispatcher : (context.getDispatcher() ?? new Agent());
    const headers = context.getHeaders();
    const isSame = isSameTls && former.server === this.server && former.headers.Authorization === headers.Authorization;
    const current = isSame ? former : { server: this.server, headers, dispatcher };
    this.#current = current;
    this.#tls = config.tls;
    this.#freshUntil = this.#now() + FRESH_MS;
    // Gracefully: what runs on the former connections finishes; a watch ends at its time-out at the latest.
    if (former !== undefined && !isSameTls) former.dispatcher.close().catch(() => undefined);
    return current;
  }
}

/** Notes the TLS material that a dispatcher is made of, so that equal material can keep its connections. */
class RecordingKubeConfig extends KubeConfig {
  tls = '';

  override createDispatcherOptions(cluster: Cluster | null, agentOptions: AgentOptions): DispatcherOptions {
    const options = super.createDispatcherOptions(cluster, agentOptions);
    this.tls = JSON.stringify(options);
    return options;
  }
}
