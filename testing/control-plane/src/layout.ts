/** Where a control plane keeps what: every path below its one directory. */
import { join } from 'node:path';

export type Layout = {
  readonly directory: string;
  readonly logs: string;
  readonly etcdData: string;
  readonly certificates: string;
  /** The certificate for 127.0.0.1 that the API server makes for itself, followed by that of the CA that signed it. */
  readonly servingCertificate: string;
  readonly servingKey: string;
  /** Only the CA's. */
  readonly caFile: string;
  readonly serviceAccountPrivateKey: string;
  readonly serviceAccountPublicKey: string;
  readonly tokenFile: string;
  readonly auditLog: string;
  readonly kubeconfig: (user: string) => string;
  readonly log: (program: string) => string;
};

export const layoutOf = (directory: string): Layout => {
  const logs = join(directory, 'logs');
  const certificates = join(directory, 'certificates');
  return {
    directory,
    logs,
    etcdData: join(directory, 'etcd'),
    certificates,
    servingCertificate: join(certificates, 'apiserver.crt'),
    servingKey: join(certificates, 'apiserver.key'),
    caFile: join(certificates, 'ca.crt'),
    serviceAccountPrivateKey: join(certificates, 'service-account.key'),
    serviceAccountPublicKey: join(certificates, 'service-account.pub'),
    tokenFile: join(certificates, 'tokens.csv'),
    auditLog: join(logs, 'audit.ndjson'),
    kubeconfig: (user) => join(directory, `kubeconfig-${user.replaceAll(':', '-')}.yaml`),
    log: (program) => join(logs, `${program}.log`),
  };
};
