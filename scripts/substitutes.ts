/**
 * Modules that the bundle has in place of what their packages would bring, or that it loads only where they are used. What a process loads it
 * compiles, runs and keeps, at each start: without these the operator starts half as fast again, and its resident memory is 130 MB larger.
 * Each must do for the operator what the original does; the end-to-end tests run the bundle.
 */
import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

interface Substitute {
  /** Of the import, as it is written. */
  readonly path: RegExp;
  /** Of the importing file; any where absent. */
  readonly importer?: RegExp;
  /** CommonJS, so that nothing is run before it is asked for. */
  readonly contents: string;
  readonly why: string;
}

/** The module itself, when one of these exports is first looked at. */
function whenUsed(name: string, exports: readonly string[], why: string): Substitute {
  const getter = (key: string) => `${key}: { enumerable: true, get: () => require('${name}').${key} }`;
  return {
    path: new RegExp(`^${name}$`),
    contents: `Object.defineProperties(exports, { ${exports.map(getter).join(', ')} });`,
    why,
  };
}

const SUBSTITUTES: readonly Substitute[] = [
  {
    path: /^undici$/,
    contents: `
      const Dispatcher = require('undici/lib/dispatcher/dispatcher.js');
      Dispatcher.prototype.request = require('undici/lib/api/api-request.js');
      exports.Agent = require('undici/lib/dispatcher/agent.js');
      Object.defineProperty(exports, 'ProxyAgent', { get: () => require('undici/lib/dispatcher/proxy-agent.js') });`,
    why: 'its index loads fetch, WebSocket, mocks and caches; the adapter and KubeConfig use Agent, ProxyAgent and request()',
  },
  {
    path: /^prom-client$/,
    contents: `
      exports.Registry = require('prom-client/lib/registry');
      exports.Counter = require('prom-client/lib/counter');
      exports.Gauge = require('prom-client/lib/gauge');
      exports.Histogram = require('prom-client/lib/histogram');
      exports.collectDefaultMetrics = require('prom-client/lib/defaultMetrics');`,
    why: 'its index loads clustering and a push gateway',
  },
  {
    path: /^\.\/lib\/caller$/,
    importer: /\/pino\/pino\.js$/,
    contents: 'module.exports = () => [];',
    why: 'pino asks who called it to find transports, of which there are none; with source maps the answer costs 200 ms and 80 MB',
  },
  whenUsed('@opentelemetry/api', ['trace', 'context'], 'for exemplars, which no metric of ours has'),
  whenUsed('socks', ['SocksClient'], 'for a kubeconfig with a SOCKS proxy'),
  whenUsed('socks-proxy-agent', ['SocksProxyAgent'], 'for a kubeconfig with a SOCKS proxy'),
  whenUsed('hpagent', ['HttpProxyAgent', 'HttpsProxyAgent'], 'for a kubeconfig with an HTTP proxy'),
  whenUsed('jsonpath-plus', ['JSONPath'], 'for kubeconfigs of the former Google and Azure plugins'),
  whenUsed('openid-client', ['discovery', 'refreshTokenGrant', 'customFetch'], 'for a kubeconfig with OpenID Connect'),
];

const NAMESPACE = 'substitute';

export const substitutes: Plugin = {
  name: 'substitutes',
  setup({ onResolve, onLoad }: Parameters<Plugin['setup']>[0]) {
    for (const [index, { path, importer }] of SUBSTITUTES.entries()) {
      onResolve({ filter: path }, (args) => {
        // From within a substitute the module itself is meant.
        if (args.namespace === NAMESPACE || importer?.test(args.importer) === false) return undefined;
        // Resolved from where it is imported: another package may have another version.
        return { path: `${index}:${relative(ROOT, args.resolveDir)}`, namespace: NAMESPACE, pluginData: args.resolveDir };
      });
    }
    onLoad({ filter: /./, namespace: NAMESPACE }, ({ path, pluginData }) => {
      const contents = SUBSTITUTES[Number.parseInt(path, 10)]?.contents;
      return contents === undefined ? undefined : { contents, loader: 'js', resolveDir: pluginData };
    });
    onLoad({ filter: /\/mime-db\/db\.json$/ }, async ({ path }) => ({ contents: await fewerTypes(path), loader: 'json' }));
  },
};

/** What our HTTP serves, or a browser or a Prometheus asks it for. Koa brings a table of all 2,500 media types, twice. */
const SERVED = [
  'application/javascript',
  'application/json',
  'application/octet-stream',
  'image/png',
  'image/svg+xml',
  'image/x-icon',
  'text/css',
  'text/event-stream',
  'text/html',
  'text/javascript',
  'text/plain',
];

async function fewerTypes(path: string): Promise<string> {
  const all: Readonly<Record<string, unknown>> = JSON.parse(await readFile(path, 'utf8'));
  return JSON.stringify(Object.fromEntries(Object.entries(all).filter(([type]) => SERVED.includes(type))));
}
