/** Service accounts with exactly the rights that a test gives them, and the ways in which an operator may be handed their tokens. */
import { execFile } from 'node:child_process';
import { mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryDirectory } from '@ddprofiler-rc/control-plane/guarded-directory';
import type { PolicyRule } from '@ddprofiler-rc/control-plane/rights';
import type { Apply, Place } from './place.ts';

export interface ClusterAddress {
  /** e.g. `https://127.0.0.1:6443` */
  readonly server: string;
  /** Base64 of PEM. */
  readonly ca: string;
}

/** Where the cluster under test is, as its own kubeconfig says. */
export async function clusterAddress({ kubectl }: Place): Promise<ClusterAddress> {
  const text = await kubectl('config', 'view', '--raw', '--minify', '--flatten', '-o', 'json');
  const { server, 'certificate-authority-data': ca } = JSON.parse(text).clusters[0].cluster;
  return { server, ca };
}

/** Makes a service account without any rights. */
export async function makeServiceAccount({ apply }: { readonly apply: Apply }, name: string): Promise<void> {
  await apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } });
}

/** Gives the service account these rights in its own namespace. */
export async function grant(
  { apply, namespace }: { readonly apply: Apply; readonly namespace: string },
  name: string,
  rules: readonly PolicyRule[],
): Promise<void> {
  await apply({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name }, rules });
  await apply({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
    subjects: [{ kind: 'ServiceAccount', name, namespace }],
  });
}

/** A token by the TokenRequest API; bound to a Secret, it becomes invalid when that Secret goes. */
export async function requestToken({ kubectl, namespace }: Place, serviceAccount: string, boundTo?: string): Promise<string> {
  const bound = boundTo === undefined ? [] : ['--bound-object-kind', 'Secret', '--bound-object-name', boundTo];
  return (await kubectl('create', 'token', serviceAccount, '-n', namespace, ...bound)).trim();
}

/** A kubeconfig with one context, which uses this token. */
export async function kubeconfigWithToken({ server, ca }: ClusterAddress, token: string, context = 'it'): Promise<string> {
  const path = join(await temporaryDirectory('ddprofiler-rc-kubeconfig-'), 'config');
  const cluster = { server, 'certificate-authority-data': ca };
  await writeFile(
    path,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'it', cluster }],
      users: [{ name: 'it', user: { token } }],
      contexts: [{ name: context, context: { cluster: 'it', user: 'it' } }],
      'current-context': context,
    }),
  );
  return path;
}

export interface ServiceAccountFiles {
  readonly directory: string;
  /** Replaces the token as kubelet does: all files change at one moment, by one rename. */
  rotate(token: string): Promise<void>;
}

/** The files that a pod finds in `/var/run/secrets/kubernetes.io/serviceaccount`, laid out as kubelet does. */
export async function serviceAccountFiles(
  { namespace }: Place,
  { ca }: ClusterAddress,
  token: string,
): Promise<ServiceAccountFiles> {
  const directory = await temporaryDirectory('ddprofiler-rc-serviceaccount-');
  let version = 0;
  const rotate = async (next: string): Promise<void> => {
    version += 1;
    const data = `..version-${version}`;
    await mkdir(join(directory, data));
    await writeFile(join(directory, data, 'token'), next);
    await writeFile(join(directory, data, 'ca.crt'), Buffer.from(ca, 'base64'));
    await writeFile(join(directory, data, 'namespace'), namespace);
    await symlink(data, join(directory, '..data_tmp'));
    await rename(join(directory, '..data_tmp'), join(directory, '..data'));
  };
  await rotate(token);
  for (const file of ['token', 'ca.crt', 'namespace']) await symlink(join('..data', file), join(directory, file));
  return { directory, rotate };
}

/**
 * A wrapper under which a program finds `directory` where a pod has its service account: a mount namespace of its own, in which
 * `/run` is empty but for that. Nothing changes for the machine.
 */
export async function asInPod(directory: string): Promise<readonly string[]> {
  const [unshare, ...isolation] = ['unshare', '--mount', '--map-root-user'] as const;
  await promisify(execFile)(unshare, [...isolation, 'true']).catch((cause: unknown) => {
    throw new Error('this test needs unshare (package util-linux, on Linux) and leave to make user namespaces', { cause });
  });
  const place = '/run/secrets/kubernetes.io/serviceaccount';
  const script = `mount -t tmpfs tmpfs /run && mkdir -p ${place} && mount --bind "$1" ${place} && shift && exec "$@"`;
  return [unshare, ...isolation, 'sh', '-c', script, 'as-in-pod', directory];
}
