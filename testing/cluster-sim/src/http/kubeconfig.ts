const NAME = 'embedded';

export interface KubeconfigOptions {
  readonly token?: string;
  /** PEM certificate to trust, for https. */
  readonly ca?: string;
}

/** The text of a kubeconfig (YAML) with one cluster, one user and one context. It names no other file. */
export function kubeconfigFor(url: string, { token, ca }: KubeconfigOptions = {}): string {
  const cluster = {
    server: url,
    ...(ca === undefined ? {} : { 'certificate-authority-data': Buffer.from(ca).toString('base64') }),
  };
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: NAME, cluster }],
    users: [{ name: NAME, user: token === undefined ? {} : { token } }],
    contexts: [{ name: NAME, context: { cluster: NAME, user: NAME } }],
    'current-context': NAME,
  };
  // JSON is YAML as well.
  return `${JSON.stringify(config, null, 2)}\n`;
}
