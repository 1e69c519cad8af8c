/**
 * The command line of each program, as a function of paths and ports only. Every listener is on loopback. Compared with a
 * production cluster: nothing is synced to disk, there is one of each (so no leader election), and clients are not throttled
 * (else rolling out 200 Deployments would measure the controller manager's default of 20 requests per second).
 */
import { fileURLToPath } from 'node:url';
import type { Layout } from './layout.ts';
import { MANAGED_BY_KWOK } from './nodes.ts';

const config = (name: string): string => fileURLToPath(new URL(`../config/${name}`, import.meta.url));

const LOOPBACK = '127.0.0.1';
const UNTHROTTLED = ['--kube-api-qps=1000', '--kube-api-burst=2000'];

export const etcdFlags = (layout: Layout, member: string, clientPort: number, peerPort: number): string[] => {
  const client = `http://${LOOPBACK}:${clientPort}`;
  const peer = `http://${LOOPBACK}:${peerPort}`;
  return [
    `--name=${member}`,
    `--data-dir=${layout.etcdData}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=${member}=${peer}`,
    '--unsafe-no-fsync',
    '--log-level=warn',
  ];
};

export const apiServerFlags = (layout: Layout, etcdUrl: string, port: number): string[] => [
  `--etcd-servers=${etcdUrl}`,
  `--bind-address=${LOOPBACK}`,
  `--secure-port=${port}`,
  // The self-signed certificate names the advertised address. Nobody reaches this server through the `kubernetes` Service,
  // and an Endpoints object must not hold a loopback address, so none is kept.
  `--advertise-address=${LOOPBACK}`,
  '--endpoint-reconciler-type=none',
  `--cert-dir=${layout.certificates}`,
  '--service-cluster-ip-range=10.96.0.0/16',
  // A real node's (e2e/node) host name is known to nobody.
  '--kubelet-preferred-address-types=InternalIP',
  '--authorization-mode=RBAC',
  `--token-auth-file=${layout.tokenFile}`,
  '--service-account-issuer=https://kubernetes.default.svc',
  `--service-account-key-file=${layout.serviceAccountPublicKey}`,
  `--service-account-signing-key-file=${layout.serviceAccountPrivateKey}`,
  `--audit-policy-file=${config('audit-policy.yaml')}`,
  `--audit-log-path=${layout.auditLog}`,
  '--audit-log-maxsize=10000', // megabytes: never rotated within a test run
];

/** The controller manager and the scheduler serve with the API server's certificate: a stranger on their port is then noticed. */
const healthPort = (layout: Layout, port: number): string[] => [
  `--bind-address=${LOOPBACK}`,
  `--secure-port=${port}`,
  `--tls-cert-file=${layout.servingCertificate}`,
  `--tls-private-key-file=${layout.servingKey}`,
];

export const controllerManagerFlags = (layout: Layout, port: number): string[] => [
  `--kubeconfig=${layout.kubeconfig('system:kube-controller-manager')}`,
  ...healthPort(layout, port),
  '--leader-elect=false',
  // Each controller under its own service account, with its own rights, as in clusters made by the usual installers.
  '--use-service-account-credentials=true',
  `--service-account-private-key-file=${layout.serviceAccountPrivateKey}`,
  `--root-ca-file=${layout.caFile}`,
  ...UNTHROTTLED,
];

export const schedulerFlags = (layout: Layout, port: number): string[] => [
  `--kubeconfig=${layout.kubeconfig('system:kube-scheduler')}`,
  ...healthPort(layout, port),
  '--leader-elect=false',
  ...UNTHROTTLED,
];

/** Without node leases the controller manager would call the nodes NotReady after 40 s. */
export const kwokFlags = (layout: Layout): string[] => [
  `--kubeconfig=${layout.kubeconfig('kwok')}`,
  `--config=${config('kwok-stages.yaml')}`,
  `--manage-nodes-with-annotation-selector=${MANAGED_BY_KWOK}`,
  '--node-lease-duration-seconds=40',
  '--cidr=10.244.0.0/16',
  '--node-ip=192.0.2.1', // reserved for documentation: nobody answers there
];
