/**
 * The real API server, through `kubectl proxy`: it knows every way in which a kubeconfig can authenticate, and what is left to do here is
 * plain HTTP on loopback.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClusterFacts } from '@ddprofiler-rc/control-plane/cluster';
import { startGuarded } from '@ddprofiler-rc/control-plane/guarded-process';
import { waitFor } from '@ddprofiler-rc/control-plane/wait';
import { httpServer } from './http-server.ts';
import type { ClosableServer } from './server.ts';

const ADDRESS = /Starting to serve on (\S+)/;

export async function realServer(facts: ClusterFacts): Promise<ClosableServer> {
  const folder = await mkdtemp(join(tmpdir(), 'ddprofiler-rc-proxy-'));
  const proxy = await startGuarded({
    name: 'kubectl proxy',
    program: facts.kubectl,
    args: ['--kubeconfig', facts.kubeconfig, '--context', facts.context, 'proxy', '--port=0'],
    logFile: join(folder, 'log'),
  });
  const address = () => ADDRESS.exec(proxy.output())?.[1];
  await waitFor('kubectl proxy to listen', async () => address() !== undefined || 'it has not said where', { program: proxy });
  return {
    ...httpServer('real', `http://${address()}`, (user) => (user === undefined ? {} : { 'impersonate-user': user })),
    close: async () => {
      await proxy.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
