/**
 * What pods find in every cluster, on a control plane that has only loopback addresses: the Service `kubernetes` leads to its API server, and the
 * Service `kube-dns` to a name server that knows Services (dns.ts). kube-proxy does the rest.
 */
import { connect as connectTo, createServer } from 'node:net';
import { promisify } from 'node:util';
import type { Kubectl } from '@ddprofiler-rc/control-plane/kubectl';
import { serveNames } from './dns.ts';

/** Of the range that the API server was started with. */
export const DNS_ADDRESS = '10.96.0.10';

export interface ClusterServices {
  /** Where the API server is on the given address, with its own certificate. */
  readonly apiServer: string;
  stop(): Promise<void>;
}

/**
 * @param server e.g. `https://127.0.0.1:26001`
 * @param address of this machine, as pods reach it
 */
export async function provideServices(kubectl: Kubectl, server: string, address: string): Promise<ClusterServices> {
  const port = Number(new URL(server).port);
  const relay = await relayTo(port, address);
  const names = await serveNames(kubectl, address);
  const stop = async () => {
    await relay.stop();
    await names.stop();
  };
  const endpoint = (namespace: string, service: string, name: string, protocol: string, to: number) => ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: `${service}-by-hand`, namespace, labels: { 'kubernetes.io/service-name': service } },
    addressType: 'IPv4',
    endpoints: [{ addresses: [address], conditions: { ready: true } }],
    ports: [{ name, protocol, port: to }],
  });
  const dns = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'kube-dns', namespace: 'kube-system' },
    spec: { clusterIP: DNS_ADDRESS, ports: [{ name: 'dns', protocol: 'UDP', port: 53 }] },
  };
  const items = [
    dns,
    endpoint('kube-system', 'kube-dns', 'dns', 'UDP', names.port),
    endpoint('default', 'kubernetes', 'https', 'TCP', port),
  ];
  try {
    await kubectl.withInput(JSON.stringify({ apiVersion: 'v1', kind: 'List', items }), 'apply', '-f', '-');
  } catch (thrown) {
    await stop();
    throw thrown;
  }
  return { apiServer: `https://${address}:${port}`, stop };
}

/** Passes connections on from `address` to loopback, on the same port. */
async function relayTo(port: number, address: string): Promise<{ stop(): Promise<void> }> {
  const open = new Set<{ destroy(): void }>();
  const relay = createServer({ noDelay: true }, (client) => {
    const server = connectTo({ port, host: '127.0.0.1', noDelay: true });
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      open.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve, reject) => {
    relay.once('error', reject);
    relay.listen({ port, host: address }, resolve);
  });
  return {
    stop: async () => {
      const closed = promisify(relay.close.bind(relay))();
      for (const one of open) one.destroy();
      await closed;
    },
  };
}
