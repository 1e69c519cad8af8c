/**
 * The cluster of one measurement: etcd and the API server alone, with the CRD, the namespaces and two users that may do just what the operator
 * needs: one for the operator, one for the floor. Each measurement has one of its own, so that none finds what another left behind.
 */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type ControlPlane, startControlPlane } from '@ddprofiler-rc/control-plane/control-plane';
import { makeGuardedDirectory } from '@ddprofiler-rc/control-plane/guarded-directory';
import type { Programs } from '@ddprofiler-rc/control-plane/programs';
import { leastRules } from '@ddprofiler-rc/control-plane/rights';
import type { TestUser } from '@ddprofiler-rc/control-plane/users';
import { isJsonArray, objectAt, stringAt } from '@ddprofiler-rc/core';
import { type Access, type ApiClient, eachOf, JSON_TYPE, MERGE, makeApiClient } from './api-client.ts';
import { BINDING, deployment, NAMESPACES, type Place, RULES_KEY, rulesText, sources } from './workload.ts';

const CRD = fileURLToPath(new URL('../../charts/ddprofiler-rc/files/crd.yaml', import.meta.url));

export const OPERATOR_USER = 'operator-a' satisfies TestUser;
export const FLOOR_USER = 'operator-b' satisfies TestUser;

/** As many requests at a time as the operator sends. */
export const CONCURRENCY = 16;

const ours = encodeURIComponent('app.kubernetes.io/managed-by=ddprofiler-rc');
export const CLONES_PATH = `/apis/apps/v1/deployments?labelSelector=${ours}`;

export interface Stage {
  readonly controlPlane: ControlPlane;
  /** Everybody's rights. */
  readonly admin: ApiClient;
  /** For logs and the like; gone with the stage. */
  readonly directory: string;
  accessOf(user: TestUser): Promise<Access>;
  /** Makes the sources from the one at `from` on up to the one before `to`. */
  addSources(from: number, to: number): Promise<void>;
  /** Deployments that no rule names. */
  addUnrelated(from: number, to: number): Promise<void>;
  /** Makes the rules name the first `count` sources. */
  setRules(count: number): Promise<void>;
  removeClones(): Promise<void>;
  stop(): Promise<void>;
}

export async function openStage(programs: Programs): Promise<Stage> {
  const controlPlane = await startControlPlane({ programs, alone: true });
  const temporary = await makeGuardedDirectory('ddprofiler-rc-bench-');
  const accessOf = async (user: TestUser): Promise<Access> => {
    const path = controlPlane.kubeconfigFor(user);
    const config = JSON.parse(
      await controlPlane.kubectl('config', 'view', '--kubeconfig', path, '--raw', '--minify', '-o', 'json'),
    );
    return { server: controlPlane.server, ca: await readFile(controlPlane.caFile, 'utf8'), token: config.users[0].user.token };
  };
  const admin = makeApiClient(await accessOf('admin'));
  const post = (path: string, object: object) =>
    admin.send('POST', path, { contentType: JSON_TYPE, text: JSON.stringify(object) });
  const addDeployments = (places: readonly Place[]) =>
    eachOf(places, CONCURRENCY, (place) => post(`/apis/apps/v1/namespaces/${place.namespace}/deployments`, deployment(place)));
  const stop = async (): Promise<void> => {
    await admin.close();
    await controlPlane.stop();
    await temporary.remove();
  };

  try {
    await prepare(controlPlane, post);
    return {
      controlPlane,
      admin,
      directory: temporary.path,
      accessOf,
      addSources: (from, to) => addDeployments(sources(to).slice(from)),
      addUnrelated: (from, to) =>
        addDeployments(
          sources(to)
            .slice(from)
            .map(({ namespace, name }) => ({ namespace, name: `unrelated-${name}` })),
        ),
      setRules: async (count) => {
        const text = JSON.stringify({ data: { [RULES_KEY]: rulesText(count) } });
        await admin.send('PATCH', `/api/v1/namespaces/${BINDING.namespace}/configmaps/${BINDING.name}`, {
          contentType: MERGE,
          text,
        });
      },
      removeClones: async () => {
        await Promise.all(
          NAMESPACES.map((namespace) =>
            admin.send('DELETE', `/apis/apps/v1/namespaces/${namespace}/deployments?labelSelector=${ours}`),
          ),
        );
        const { items } = objectAt(await admin.json(`${CLONES_PATH}&limit=1`));
        if (isJsonArray(items) && items.length > 0) throw new Error('clones are left after all of them were deleted');
      },
      stop,
    };
  } catch (thrown) {
    await stop();
    throw thrown;
  }
}

async function prepare({ kubectl }: ControlPlane, post: (path: string, object: object) => Promise<string>): Promise<void> {
  await kubectl.withInput(await readFile(CRD, 'utf8'), 'apply', '-f', '-');
  await kubectl('wait', '--for=condition=Established', 'crd/ddprofcrds.crds.grove', '--timeout=30s');
  for (const name of [...NAMESPACES, BINDING.namespace]) {
    await post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }
  const group = 'rbac.authorization.k8s.io';
  const rbac = `/apis/${group}/v1`;
  await post(`${rbac}/clusterroles`, {
    apiVersion: `${group}/v1`,
    kind: 'ClusterRole',
    metadata: { name: 'operator' },
    rules: leastRules({ namespace: BINDING.namespace, binding: BINDING.name }),
  });
  await post(`${rbac}/clusterrolebindings`, {
    apiVersion: `${group}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name: 'operator' },
    roleRef: { apiGroup: group, kind: 'ClusterRole', name: 'operator' },
    subjects: [OPERATOR_USER, FLOOR_USER].map((name) => ({ apiGroup: group, kind: 'User', name })),
  });
  await post(`/api/v1/namespaces/${BINDING.namespace}/configmaps`, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: BINDING.name },
    data: { [RULES_KEY]: rulesText(0) },
  });
  await post(`/apis/crds.grove/v1/namespaces/${BINDING.namespace}/ddprofcrds`, {
    apiVersion: 'crds.grove/v1',
    kind: 'DDProfCrd',
    metadata: { name: BINDING.name },
    ruleType: 'configmap',
    cmName: BINDING.name,
    cmNamespace: BINDING.namespace,
    cmConfigTag: RULES_KEY,
  });
}

/** The resourceVersion at which a watch of the clones goes on from now. */
export async function presentVersion(admin: ApiClient): Promise<string> {
  const list = await admin.json(`${CLONES_PATH}&limit=1`);
  return stringAt(objectAt(list, 'metadata'), 'resourceVersion') ?? '';
}
