/** The text of a kubeconfig with one cluster, one user and one context. It holds all it needs: no other file is named in it. */

export const CONTEXT = 'ddprofiler-rc-e2e';

export type KubeconfigFacts = {
  readonly server: string;
  /** PEM */
  readonly ca: string;
  readonly user: string;
  readonly token: string;
};

// A JSON string is a YAML string as well.
const quote = (value: string): string => JSON.stringify(value);

export const kubeconfigText = ({ server, ca, user, token }: KubeconfigFacts): string => `apiVersion: v1
kind: Config
clusters:
  - name: ${CONTEXT}
    cluster:
      server: ${quote(server)}
      certificate-authority-data: ${Buffer.from(ca).toString('base64')}
users:
  - name: ${quote(user)}
    user:
      token: ${quote(token)}
contexts:
  - name: ${CONTEXT}
    context:
      cluster: ${CONTEXT}
      user: ${quote(user)}
current-context: ${CONTEXT}
`;
