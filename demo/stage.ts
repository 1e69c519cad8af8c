/** What the story is played on: a cluster with the CRD and the sources, the operator in sync with it, and somebody who looks on. */

import { readFile } from 'node:fs/promises';
import { makeGuardedDirectory } from '@ddprofiler-rc/control-plane/guarded-directory';
import { waitFor } from '@ddprofiler-rc/control-plane/wait';
import { Api } from './api.ts';
import type { DemoCluster, OpenCluster } from './demo-cluster.ts';
import { type DemoOperator, startDemoOperator } from './demo-operator.ts';
import { readKubeconfig } from './kubeconfig.ts';
import { Mirror } from './mirror.ts';
import type { Screen } from './screen.ts';
import { BINDING, GROUNDWORK } from './story.ts';
import { rowsOf } from './table.ts';

export interface StageOptions {
  readonly openCluster: OpenCluster;
  /** In words, for the first line. */
  readonly clusterName: string;
  /** Path of the operator. */
  readonly program: string;
  readonly screen: Screen;
}

export interface Stage {
  readonly screen: Screen;
  readonly cluster: DemoCluster;
  readonly api: Api;
  readonly mirror: Mirror;
  readonly operator: DemoOperator;
  /** When the first clone was seen, on the clock of `performance.now()`. */
  firstCloneAt(): number | undefined;
}

/** What ends what was begun; to be called from last to first. */
export type Endings = (() => Promise<unknown>)[];

/** Binding, rules and clones are not there yet: the story begins with them. */
export async function setStage({ openCluster, clusterName, program, screen }: StageOptions, endings: Endings): Promise<Stage> {
  screen.say(`ddprofiler-rc on ${clusterName}`, 'title');
  const directory = await makeGuardedDirectory('ddprofiler-rc-demo-');
  endings.push(directory.remove);
  const cluster = await openCluster((line) => screen.say(`    ${line}`, 'quiet'), directory.path);
  endings.push(cluster.stop);
  const api = new Api(readKubeconfig(await readFile(cluster.kubeconfig, 'utf8')));
  screen.say(`    API server  ${api.server}`);

  for (const action of GROUNDWORK) await action.run(api);
  await waitFor('the API server to serve bindings', async () => {
    await api.get('/apis/crds.grove/v1/ddprofcrds');
    return true;
  });

  const operator = await startDemoOperator({
    program,
    directory: directory.path,
    kubeconfig: cluster.kubeconfig,
    binding: BINDING,
    onStart: (process) => endings.push(() => process.stop()),
  });
  screen.say(`    operator    ${operator.url}  (bin/ddprofiler-rc, process ${operator.process.pid}, CLIENT=local)`);

  let firstCloneAt: number | undefined;
  const following = new AbortController();
  const mirror = new Mirror(api, (workloads) => {
    const rows = rowsOf(workloads.values());
    if (rows.some(({ isClone }) => isClone)) firstCloneAt ??= performance.now();
    screen.show(rows);
  });
  const followed = mirror.follow(following.signal);
  endings.push(() => {
    following.abort();
    return followed;
  });
  const bothSources = async () => mirror.workloads.size === 2 || `${mirror.workloads.size} of 2 sources are seen`;
  await waitFor('the sources to be seen', bothSources, { program: operator.process, pollMs: 10 });
  return { screen, cluster, api, mirror, operator, firstCloneAt: () => firstCloneAt };
}
