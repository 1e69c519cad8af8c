/** What the pods of the chart would do, where no container runs: one operator for each of its Deployments, whoever applied it. */
import type { Kubectl } from '@ddprofiler-rc/control-plane/kubectl';
import type { Operator } from '@ddprofiler-rc/control-plane/operator-process';
import { operatorOfRelease } from './release.ts';

export interface PodsStandIn {
  /** Starts the operators of Deployments that are new, and stops those whose Deployment is gone. */
  catchUp(): Promise<void>;
  stop(): Promise<void>;
}

export function podsStandIn(kubectl: Kubectl): PodsStandIn {
  const running = new Map<string, Operator>();
  const stopAllBut = async (uids: ReadonlySet<string>) => {
    for (const [uid, operator] of running) {
      if (uids.has(uid)) continue;
      running.delete(uid);
      await operator.stop();
    }
  };
  return {
    catchUp: async () => {
      const chart = ['-A', '-l', 'app.kubernetes.io/name=ddprofiler-rc'];
      const { items } = JSON.parse(await kubectl('get', 'deployments', ...chart, '-o', 'json'));
      await stopAllBut(new Set(items.map(({ metadata }: { metadata: { uid: string } }) => metadata.uid)));
      for (const { metadata } of items) {
        if (running.has(metadata.uid)) continue;
        const operator = await operatorOfRelease({ kubectl, namespace: metadata.namespace });
        running.set(metadata.uid, operator);
        await operator.ready();
      }
    },
    stop: () => stopAllBut(new Set()),
  };
}
