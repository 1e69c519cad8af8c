import { delimiter } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { KubeconfigFolder, kubeconfigOf } from '../../test/kubeconfig-folder.ts';
import { ClusterConfigError, type ClusterSettings, loadCluster } from './cluster.ts';

let folder: KubeconfigFolder;

beforeEach(() => {
  folder = new KubeconfigFolder();
});
afterEach(() => {
  folder[Symbol.dispose]();
  vi.unstubAllEnvs();
});

function load(settings: Partial<ClusterSettings>): KubeConfig {
  return loadCluster({ client: 'local', ...settings }, new KubeConfig());
}

/** The error that the settings lead to. */
function refusal(settings: Partial<ClusterSettings>): string {
  try {
    load(settings);
  } catch (error) {
    if (error instanceof ClusterConfigError) return error.message;
    throw error;
  }
  throw new Error('it was loaded');
}

const DEV = kubeconfigOf('https://dev:6443');

describe('which cluster', () => {
  test('given local, then it is that of the current context', () => {
    expect(load({ kubeconfig: folder.write('config', DEV) }).getCurrentCluster()?.server).toBe('https://dev:6443');
  });

  test('given eks, then it is that of the named context', () => {
    const contexts = [{ name: 'prod', context: { cluster: 'dev-cluster', user: 'dev-user' } }];
    const kubeconfig = folder.write('config', { ...DEV, contexts, 'current-context': 'not there' });
    expect(load({ client: 'eks', context: 'prod', kubeconfig }).getCurrentContext()).toBe('prod');
  });

  test('given no KUBECONFIG, then it is read from the usual place', () => {
    vi.stubEnv('HOME', folder.path);
    expect(refusal({})).toContain(`KUBECONFIG is not set, and the usual place is ${folder.path}/.kube/config`);
  });
});

describe('errors', () => {
  test('given files that are not there, then they are named', () => {
    const missing = `${folder.path}/a${delimiter}${folder.path}/b`;
    expect(refusal({ kubeconfig: missing })).toBe(
      `CLIENT=local needs a kubeconfig, and there is none: KUBECONFIG names ${folder.path}/a, ${folder.path}/b; set KUBECONFIG to its path`,
    );
  });

  test.each([
    ['broken YAML', 'clusters: [\n  - name: "dev'],
    ['text that is no mapping', 'hello'],
    ['a list', '- a'],
  ])('given %s, then the file and a way to check it are named', (_, text) => {
    const path = folder.write('config', text);
    expect(refusal({ kubeconfig: path })).toMatch(
      new RegExp(`^the kubeconfig ${path} cannot be read: [^\\n]+; check it with: kubectl --kubeconfig ${path} config view$`),
    );
  });

  test('given a folder in place of a file, then that is told', () => {
    expect(refusal({ kubeconfig: folder.path })).toContain(`the kubeconfig ${folder.path} cannot be read: EISDIR`);
  });

  test('given a context that is not there, then those that are are listed', () => {
    const kubeconfig = folder.write('config', DEV);
    expect(refusal({ client: 'eks', context: 'prod', kubeconfig })).toBe(
      'CLUSTER=prod: the kubeconfig has no context of that name; it has: dev',
    );
  });

  test.each([
    ['no current context', { ...DEV, 'current-context': '' }, 'the kubeconfig has no current-context; choose one with'],
    [
      'an unknown current context',
      { ...DEV, 'current-context': 'prod' },
      'no context "prod", which is its current-context; choose one with: kubectl config use-context NAME; it has: dev',
    ],
    [
      'a context of an unknown cluster',
      { ...DEV, clusters: [] },
      'the context "dev" names the cluster "dev-cluster", and the kubeconfig has no complete entry of it',
    ],
    ['a context of an unknown user', { ...DEV, users: [] }, 'the context "dev" names the user "dev-user", which'],
    [
      'a server that is no URL',
      kubeconfigOf('localhost:8080'),
      'has server: localhost:8080; it must be an http:// or https:// URL',
    ],
    [
      'an empty file',
      '',
      'the kubeconfig has no current-context; choose one with: kubectl config use-context NAME; it has: none',
    ],
  ])('given %s, then it says so', (_, content, expected) => {
    expect(refusal({ kubeconfig: folder.write('config', content) })).toContain(expected);
  });

  test('given incluster outside a pod, then it says what is missing and what to use', () => {
    vi.stubEnv('KUBERNETES_SERVICE_HOST', undefined);
    expect(refusal({ client: 'incluster' })).toMatch(
      /^CLIENT=incluster works inside a pod with a service account token, and this is none \(.+\); outside a cluster use CLIENT=local$/,
    );
  });
});

describe('as kubectl reads it', () => {
  test('given several files, missing ones among them, then they are one, and of two with one name the first wins', () => {
    const other = {
      ...kubeconfigOf('', { token: 'not dev' }),
      'current-context': 'prod',
      contexts: [
        { name: 'dev', context: { cluster: 'prod-cluster', user: 'dev-user' } },
        { name: 'prod', context: { cluster: 'prod-cluster', user: 'dev-user' } },
      ],
    };
    const clusters = [
      { name: 'dev-cluster', cluster: { server: 'https://not-dev:6443' } },
      { name: 'prod-cluster', cluster: { server: 'https://prod:6443' } },
    ];
    const paths = [`${folder.path}/missing`, folder.write('a', DEV), folder.write('b', { ...other, clusters })];
    const kubeconfig = paths.join(delimiter);
    expect(load({ kubeconfig }).getCurrentCluster()?.server).toBe('https://dev:6443');
    expect(load({ kubeconfig }).getCurrentUser()?.token).toBeUndefined();
    const prod = load({ client: 'eks', context: 'prod', kubeconfig });
    expect(prod.getCurrentCluster()?.server).toBe('https://prod:6443');
  });

  test('given a first file without current context, then the next one says it', () => {
    const first = folder.write('a', { ...DEV, 'current-context': '' });
    const second = folder.write('b', { 'current-context': 'dev' });
    expect(load({ kubeconfig: [first, second].join(delimiter) }).getCurrentContext()).toBe('dev');
  });

  test('given relative paths, then they are relative to their own file', () => {
    const user = { 'client-certificate': 'me.crt', 'client-key': '/abs/me.key' };
    const clusters = [{ name: 'dev-cluster', cluster: { server: 'https://dev:6443', 'certificate-authority': 'ca.crt' } }];
    const config = load({ kubeconfig: folder.write('config', { ...kubeconfigOf('', user), clusters }) });
    expect(config.getCurrentCluster()?.caFile).toBe(`${folder.path}/ca.crt`);
    expect(config.getCurrentUser()).toMatchObject({ certFile: `${folder.path}/me.crt`, keyFile: '/abs/me.key' });
  });

  test('given certificates both as file and as data, then the data win', () => {
    const cluster = { server: 'https://dev:6443', 'certificate-authority': 'ca.crt', 'certificate-authority-data': 'Y2E=' };
    const config = load({ kubeconfig: folder.write('config', { ...DEV, clusters: [{ name: 'dev-cluster', cluster }] }) });
    expect(config.getCurrentCluster()).toMatchObject({ caData: 'Y2E=', caFile: undefined });
  });

  test('given entries that are not used and not complete, then they do no harm', () => {
    const clusters = [...[DEV.clusters].flat(), { name: 'half' }];
    const contexts = [...[DEV.contexts].flat(), { name: 'empty', context: {} }];
    expect(load({ kubeconfig: folder.write('config', { ...DEV, clusters, contexts }) }).getCurrentContext()).toBe('dev');
  });

  test('given a context without user, then its user has no credentials', () => {
    const contexts = [{ name: 'dev', context: { cluster: 'dev-cluster' } }];
    const config = load({ kubeconfig: folder.write('config', { ...DEV, contexts }) });
    expect(config.getCurrentUser()).toMatchObject({ token: undefined, authProvider: undefined });
  });
});
