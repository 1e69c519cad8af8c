/** What a kubeconfig of one cluster and one user with a token says: the only kind that the demo meets, for it is generated. */
import { isRecord } from '@ddprofiler-rc/control-plane/json';
import { load } from 'js-yaml';

export interface Access {
  readonly server: string;
  readonly token: string | undefined;
  /** PEM; absent where the server speaks plain HTTP. */
  readonly ca: string | undefined;
}

/** @throws Error where it names no server */
export function readKubeconfig(text: string): Access {
  const config = load(text);
  const cluster = firstOf(config, 'clusters', 'cluster');
  const user = firstOf(config, 'users', 'user');
  if (typeof cluster?.server !== 'string') throw new Error('the kubeconfig names no server under clusters[0].cluster.server');
  const ca = cluster['certificate-authority-data'];
  return {
    server: cluster.server,
    token: typeof user?.token === 'string' ? user.token : undefined,
    ca: typeof ca === 'string' ? Buffer.from(ca, 'base64').toString() : undefined,
  };
}

function firstOf(config: unknown, list: string, field: string): Readonly<Record<string, unknown>> | undefined {
  const entries = isRecord(config) ? config[list] : undefined;
  const entry: unknown = Array.isArray(entries) ? entries[0] : undefined;
  const value = isRecord(entry) ? entry[field] : undefined;
  return isRecord(value) ? value : undefined;
}
