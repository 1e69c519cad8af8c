import { kubeconfigFor } from '@ddprofiler-rc/cluster-sim/http';
import { kubeconfigText } from '@ddprofiler-rc/control-plane/kubeconfig';
import { expect, test } from 'vitest';
import { readKubeconfig } from './kubeconfig.ts';

test('given the kubeconfigs that this project generates, then they are read', () => {
  const server = 'https://127.0.0.1:6443';
  const ca = '-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----\n';
  expect(readKubeconfig(kubeconfigText({ server, ca, user: 'admin', token: 't:1' }))).toEqual({ server, ca, token: 't:1' });
  expect(readKubeconfig(kubeconfigFor(server, { ca, token: 't:1' }))).toEqual({ server, ca, token: 't:1' });
  expect(readKubeconfig(kubeconfigFor('http://127.0.0.1:80'))).toEqual({
    server: 'http://127.0.0.1:80',
    ca: undefined,
    token: undefined,
  });
});

test.each(['{}', 'clusters: []', 'clusters: [{ cluster: {} }]'])('given no server, then it is refused: %j', (text) => {
  expect(() => readKubeconfig(text)).toThrow('names no server');
});
