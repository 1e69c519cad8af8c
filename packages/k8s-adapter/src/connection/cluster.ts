import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import type { KubeConfig } from '@kubernetes/client-node';
import { type KubeconfigFile, mergeKubeconfigs } from './kubeconfig.ts';

/** How the operator finds the cluster: the kubeconfig's current context, a context of it by name, or the pod's own service account. */
export const CLIENT_MODES = ['local', 'eks', 'incluster'] as const;
type ClientMode = (typeof CLIENT_MODES)[number];

export interface ClusterSettings {
  readonly client: ClientMode;
  /** For `eks`: the kubeconfig context to use. Its credentials come from that context, normally an exec plugin. */
  readonly context?: string;
  /** Value of `KUBECONFIG`: one path, or several as in `PATH`. The usual place, `~/.kube/config`, where absent. */
  readonly kubeconfig?: string;
}

/** What is wrong with the settings or the files that lead to the cluster. A person must mend it: trying again does not help. */
export class ClusterConfigError extends Error {
  override readonly name = 'ClusterConfigError';
}

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * Loads the configuration afresh from its files.
 * @throws ClusterConfigError with what was found, where, and what to do
 */
export function loadCluster<Config extends KubeConfig>(settings: ClusterSettings, config: Config): Config {
  switch (settings.client) {
    case 'local':
      loadFiles(config, settings);
      break;
    case 'eks':
      loadFiles(config, settings);
      chooseContext(config, settings.context ?? '');
      break;
    case 'incluster':
      loadServiceAccount(config);
      break;
  }
  checkContext(settings, config);
  return config;
}

function loadFiles(config: KubeConfig, settings: ClusterSettings): void {
  const named = (settings.kubeconfig ?? '').split(delimiter).filter((path) => path !== '');
  const paths = named.length > 0 ? named : [join(homedir(), '.kube', 'config')];
  const found = paths.filter((path) => existsSync(path));
  if (found.length === 0) {
    const origin = named.length > 0 ? 'KUBECONFIG names' : 'KUBECONFIG is not set, and the usual place is';
    throw new ClusterConfigError(
      `CLIENT=${settings.client} needs a kubeconfig, and there is none: ${origin} ${paths.join(', ')}; set KUBECONFIG to its path`,
    );
  }
  const files = found.map((path) => readKubeconfig(path));
  // An entry that is not used may be incomplete, as with kubectl.
  config.loadFromString(JSON.stringify(mergeKubeconfigs(files)), { onInvalidEntry: 'filter' });
}

/** @throws ClusterConfigError where the file cannot be read, or is no kubeconfig */
function readKubeconfig(path: string): KubeconfigFile {
  try {
    const file = { folder: dirname(path), text: readFileSync(path, 'utf8') };
    mergeKubeconfigs([file]);
    return file;
  } catch (error) {
    throw new ClusterConfigError(
      `the kubeconfig ${path} cannot be read: ${firstLine(error)}; check it with: kubectl --kubeconfig ${path} config view`,
      { cause: error },
    );
  }
}

/** That the current context leads to an address, and that its user is there. */
function checkContext(settings: ClusterSettings, config: KubeConfig): void {
  const name = config.getCurrentContext();
  const context = config.getContextObject(name);
  const cluster = config.getCurrentCluster();
  if (context === null || cluster === null) {
    const lack =
      name === ''
        ? 'the kubeconfig has no current-context'
        : context === null
          ? `the kubeconfig has no context "${name}", which is its current-context`
          : `the context "${name}" names the cluster "${context.cluster}", and the kubeconfig has no complete entry of it`;
    throw new ClusterConfigError(
      `CLIENT=${settings.client}: ${lack}; choose one with: kubectl config use-context NAME; it has: ${contextNames(config)}`,
    );
  }
  if (!/^https?:$/.test(URL.parse(cluster.server)?.protocol ?? '')) {
    throw new ClusterConfigError(
      `CLIENT=${settings.client}: the cluster "${cluster.name}" of the kubeconfig has server: ${cluster.server}; it must be an http:// or https:// URL`,
    );
  }
  if (config.getCurrentUser() === null) {
    throw new ClusterConfigError(
      `CLIENT=${settings.client}: the context "${name}" names the user "${context.user}", which the kubeconfig does not have`,
    );
  }
}

function chooseContext(config: KubeConfig, context: string): void {
  if (config.getContextObject(context) === null) {
    throw new ClusterConfigError(
      `CLUSTER=${context}: the kubeconfig has no context of that name; it has: ${contextNames(config)}`,
    );
  }
  config.setCurrentContext(context);
}

function loadServiceAccount(config: KubeConfig): void {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = process.env;
  const missing = [join(SERVICE_ACCOUNT, 'token'), join(SERVICE_ACCOUNT, 'ca.crt')].filter((path) => !existsSync(path));
  if (host === undefined || port === undefined || missing.length > 0) {
    const lack =
      missing.length > 0 ? `${missing.join(' and ')} missing` : 'KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT not set';
    throw new ClusterConfigError(
      `CLIENT=incluster works inside a pod with a service account token, and this is none (${lack}); outside a cluster use CLIENT=local`,
    );
  }
  config.loadFromCluster();
}

function contextNames(config: KubeConfig): string {
  const names = config.getContexts().map((context) => context.name);
  return names.length === 0 ? 'none at all' : names.join(', ');
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n', 1)[0] ?? text;
}
