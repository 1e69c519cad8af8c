/** A name server for pods that knows the Services of one cluster, and nothing else: `SERVICE.NAMESPACE.svc.cluster.local`. */
import { createSocket } from 'node:dgram';
import type { Kubectl } from '@ddprofiler-rc/control-plane/kubectl';
import { answerTo, questionIn } from './dns-message.ts';

export const CLUSTER_DOMAIN = 'cluster.local';

export interface NameServer {
  readonly port: number;
  stop(): Promise<void>;
}

export async function serveNames(kubectl: Kubectl, address: string): Promise<NameServer> {
  const socket = createSocket('udp4');
  socket.on('message', (message, { address: host, port }) => {
    const reply = async () => {
      const { name } = questionIn(message);
      const answer = answerTo(message, await addressOf(kubectl, name));
      socket.send(answer, port, host, () => {}); // who is gone meanwhile asks no more
    };
    reply().catch((thrown: unknown) => process.stderr.write(`the name server of the node: ${String(thrown)}\n`));
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind({ address, port: 0 }, resolve);
  });
  return {
    port: socket.address().port,
    stop: () => new Promise((resolve) => socket.close(resolve)),
  };
}

const SERVICE = new RegExp(`^([^.]+)\\.([^.]+)\\.svc\\.${CLUSTER_DOMAIN.replace('.', '\\.')}$`, 'i');

/** The Service's address; undefined where there is no such Service. */
async function addressOf(kubectl: Kubectl, name: string): Promise<string | undefined> {
  const [, service, namespace] = SERVICE.exec(name) ?? [];
  if (service === undefined || namespace === undefined) return undefined;
  const query = ['-n', namespace, '-o', 'jsonpath={.spec.clusterIP}', '--ignore-not-found'];
  const found = await kubectl('get', 'service', service, ...query);
  return found === '' ? undefined : found;
}
