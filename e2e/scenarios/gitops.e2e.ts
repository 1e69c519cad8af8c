/**
 * Sources as Helm, Argo CD, Flux and kubectl leave them: their clones carry none of the marks by which these tools know what is theirs, so that
 * none of them prunes a clone.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasReplicas, IMAGE, makeWorld, type World } from '../harness/world.ts';

interface Tool {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** By what the tool finds the objects that it may delete; a label selector where it asks the API server by one. */
  readonly finds: { readonly selector?: string; readonly annotation?: string };
}

const TOOLS: readonly Tool[] = [
  {
    name: 'helm',
    labels: { 'app.kubernetes.io/managed-by': 'Helm', 'app.kubernetes.io/instance': 'shop', 'helm.sh/chart': 'shop-1.2.3' },
    annotations: { 'meta.helm.sh/release-name': 'shop', 'meta.helm.sh/release-namespace': 'shop' },
    finds: { selector: 'app.kubernetes.io/managed-by=Helm', annotation: 'meta.helm.sh/release-name' },
  },
  {
    name: 'argo-label',
    labels: { 'app.kubernetes.io/instance': 'shop' },
    annotations: {},
    finds: { selector: 'app.kubernetes.io/instance=shop' },
  },
  {
    name: 'argo-annotation',
    labels: { 'argocd.argoproj.io/instance': 'shop' },
    annotations: {
      'argocd.argoproj.io/tracking-id': 'shop:apps/Deployment:shop/argo-annotation',
      'argocd.argoproj.io/sync-wave': '1',
    },
    finds: { selector: 'argocd.argoproj.io/instance=shop', annotation: 'argocd.argoproj.io/tracking-id' },
  },
  {
    name: 'flux-kustomize',
    labels: { 'kustomize.toolkit.fluxcd.io/name': 'shop', 'kustomize.toolkit.fluxcd.io/namespace': 'flux-system' },
    annotations: { 'kustomize.toolkit.fluxcd.io/checksum': 'abc' },
    finds: { selector: 'kustomize.toolkit.fluxcd.io/name=shop', annotation: 'kustomize.toolkit.fluxcd.io/checksum' },
  },
  {
    name: 'flux-helm',
    labels: { 'helm.toolkit.fluxcd.io/name': 'shop', 'helm.toolkit.fluxcd.io/namespace': 'flux-system' },
    annotations: {},
    finds: { selector: 'helm.toolkit.fluxcd.io/name=shop' },
  },
  { name: 'kubectl', labels: {}, annotations: {}, finds: { annotation: 'kubectl.kubernetes.io/last-applied-configuration' } },
];

let world: World;

beforeAll(async () => {
  world = await makeWorld('gitops');
  await world.bind();
  const rule = { scale_factor: 0.5, name_suffix: 'profiler' };
  await world.rules(JSON.stringify({ $NS: { deployments: Object.fromEntries(TOOLS.map(({ name }) => [name, rule])) } }));
  for (const { name, labels, annotations } of TOOLS) {
    await world.apply({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, labels: { ...labels, team: 'a' }, annotations: { ...annotations, 'example.com/owner': 'a' } },
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: name } },
        template: {
          metadata: { labels: { app: name, ...labels } },
          spec: { containers: [{ name: 'app', image: IMAGE }] },
        },
      },
    });
  }
  await (await world.operator()).ready();
});

afterAll(() => world.end());

describe.each(TOOLS)('given a source as $name leaves it', ({ name, finds }) => {
  test('then its own prune rule does not match the clone, and other marks are copied', async () => {
    const { metadata } = await world.eventually(`${name}-profiler`, hasReplicas(1));
    expect(metadata.labels).toEqual({
      team: 'a',
      'app.kubernetes.io/managed-by': 'ddprofiler-rc',
      'ddprofiler-rc.grove/binding': expect.any(String),
      'ddprofiler-rc.grove/clone': `${name}-profiler`,
    });
    const foreign = Object.keys(metadata.annotations ?? {}).filter(
      (annotation) => !/^(ddprofiler-rc\.grove\/|deployment\.kubernetes\.io\/revision$)/.test(annotation),
    );
    expect(foreign).toEqual(['example.com/owner']);
    if (finds.annotation !== undefined) {
      const source = await world.eventually(name, hasReplicas(2));
      expect(source.metadata.annotations).toHaveProperty([finds.annotation]);
    }
    if (finds.selector !== undefined) {
      const found = await world.kubectl('get', 'deployments', '-n', world.namespace, '-l', finds.selector, '-o', 'name');
      expect(found).toContain(`deployment.apps/${name}\n`);
      expect(found).not.toContain('-profiler');
    }
  });
});
