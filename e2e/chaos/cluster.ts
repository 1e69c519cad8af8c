/**
 * The cluster of a chaos run: etcd and API server, which are killed, and a controller manager that collects garbage and keeps Deployments'
 * status. No pods: the contract of clones ends at the Deployment, and a machine with two cores has better things to do.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ControlPlane, startControlPlane } from '@ddprofiler-rc/control-plane/control-plane';
import { controllerManagerFlags } from '@ddprofiler-rc/control-plane/flags';
import type { GuardedProcess } from '@ddprofiler-rc/control-plane/guarded-process';
import { answersOk } from '@ddprofiler-rc/control-plane/http';
import { textAt } from '@ddprofiler-rc/control-plane/json';
import { launch } from '@ddprofiler-rc/control-plane/launch';
import { layoutOf } from '@ddprofiler-rc/control-plane/layout';
import type { Programs } from '@ddprofiler-rc/control-plane/programs';
import type { TestUser } from '@ddprofiler-rc/control-plane/users';
import { type Api, insist, openApi } from './api.ts';

export type ChaosCluster = {
  readonly controlPlane: ControlPlane;
  readonly api: Api;
  /** PEM. */
  readonly ca: string;
  /** Writes a kubeconfig by which `user` comes to the API server through a proxy; its path. */
  readonly kubeconfigThrough: (url: string, user: TestUser) => Promise<string>;
  /** Lets etcd forget every revision but the present one. */
  readonly compact: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

const CONTROLLERS = '--controllers=deployment-controller,garbage-collector-controller,namespace-controller';

/** @param directory for everything; must not exist */
export const startChaosCluster = async (programs: Programs, directory: string, crd: string): Promise<ChaosCluster> => {
  await mkdir(directory, { recursive: true });
  const controlPlane = await startControlPlane({ programs, directory, alone: true });
  const layout = layoutOf(directory);
  let controllers: GuardedProcess | undefined;
  const ca = await readFile(layout.caFile, 'utf8');
  const kubeconfig = await readFile(layout.kubeconfig('admin'), 'utf8');
  const api = openApi(controlPlane.server, ca, tokenIn(kubeconfig));
  const stop = async (): Promise<void> => {
    api.close();
    await controllers?.kill();
    await controlPlane.stop();
  };
  try {
    await launch(
      {
        name: 'kube-controller-manager',
        program: programs['kube-controller-manager'],
        logFile: layout.log('kube-controller-manager'),
        directory,
        ports: 1,
        flags: ([port = 0]) => [...controllerManagerFlags(layout, port), CONTROLLERS],
        ready:
          ([port]) =>
          () =>
            answersOk(`https://127.0.0.1:${port}/healthz`, { ca }),
      },
      (process) => {
        controllers = process;
      },
    );
    await controlPlane.kubectl.withInput(crd, 'apply', '-f', '-');
    await controlPlane.kubectl('wait', '--for=condition=Established', 'crd/ddprofcrds.crds.grove', '--timeout=60s');
  } catch (thrown) {
    await stop();
    throw thrown;
  }
  return {
    controlPlane,
    api,
    ca,
    kubeconfigThrough: async (url, user) => {
      const path = join(directory, `kubeconfig-${user}-through-proxy.yaml`);
      const text = await readFile(layout.kubeconfig(user), 'utf8');
      await writeFile(path, text.replace(controlPlane.server, url), { mode: 0o600 });
      return path;
    },
    compact: () => compact(controlPlane.etcd),
    stop,
  };
};

const tokenIn = (kubeconfig: string): string => {
  const [, token] = /token: "([^"]+)"/.exec(kubeconfig) ?? [];
  if (token === undefined) throw new Error('the administrator’s kubeconfig has no token');
  return token;
};

/** By etcd's own HTTP gateway: https://etcd.io/docs/v3.6/dev-guide/api_grpc_gateway. Rejects where etcd is down. */
const compact = async (etcd: string): Promise<void> => {
  const post = async (path: string, body: object): Promise<unknown> => {
    const response = await fetch(`${etcd}${path}`, { method: 'POST', body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`etcd answers ${response.status} to ${path}: ${await response.text()}`);
    return response.json();
  };
  const range = await post('/v3/kv/range', { key: Buffer.from('/').toString('base64') });
  await post('/v3/kv/compaction', { revision: textAt(range, 'header', 'revision') });
};

const RBAC = '/apis/rbac.authorization.k8s.io/v1';

export type Rights = 'all' | 'reading' | 'none';

const RULES: readonly {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly writes: readonly string[];
}[] = [
  { apiGroups: ['crds.grove'], resources: ['ddprofcrds'], writes: [] },
  { apiGroups: ['crds.grove'], resources: ['ddprofcrds/status'], writes: ['patch'] },
  { apiGroups: [''], resources: ['configmaps'], writes: ['create', 'patch'] },
  { apiGroups: ['apps'], resources: ['deployments'], writes: ['create', 'patch', 'delete'] },
  { apiGroups: ['autoscaling'], resources: ['horizontalpodautoscalers'], writes: [] },
  { apiGroups: ['policy'], resources: ['poddisruptionbudgets'], writes: [] },
  { apiGroups: ['events.k8s.io'], resources: ['events'], writes: ['create', 'patch'] },
  { apiGroups: ['coordination.k8s.io'], resources: ['leases'], writes: ['create', 'update', 'patch'] },
];

/** Gives an operator's user these rights, and no others, in the whole cluster. */
export const setRights = async (api: Api, user: TestUser, rights: Rights): Promise<void> => {
  const rules = RULES.map(({ apiGroups, resources, writes }) => ({
    apiGroups,
    resources,
    verbs: rights === 'none' ? [] : ['get', 'list', 'watch', ...(rights === 'all' ? writes : [])],
  })).filter(({ verbs }) => verbs.length > 0);
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: user };
  const subjects = [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user }];
  await apply(api, `${RBAC}/clusterroles/${user}`, { apiVersion, kind: 'ClusterRole', metadata: { name: user }, rules });
  await apply(api, `${RBAC}/clusterrolebindings/${user}`, {
    apiVersion,
    kind: 'ClusterRoleBinding',
    metadata: { name: user },
    roleRef,
    subjects,
  });
};

/** Makes an object so, whatever it was; waits for an API server that is down. */
const apply = async (api: Api, path: string, object: object): Promise<void> => {
  const query = { fieldManager: 'people', force: 'true' };
  await insist(api, 'PATCH', path, { query, body: object, contentType: 'application/apply-patch+yaml' }, [200, 201]);
};
