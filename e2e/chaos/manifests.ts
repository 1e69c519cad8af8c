/** The Deployments of a chaos run, as people write them. */
import type { Random } from '../faults/random.ts';

export const SOURCES = ['app-1', 'app-2', 'app-3', 'app-4', 'app-5', 'app-6'] as const;
export const SUFFIXES = ['profiler', 'canary', 'x'] as const;

const CLONE_NAME = new RegExp(`^(${SOURCES.join('|')})-(${SUFFIXES.join('|')})$`);
export const isCloneName = (name: string): boolean => CLONE_NAME.test(name);

/** What GitOps tools and Helm put on what they keep, and must not be found on a clone. */
const TOOLS = {
  labels: { 'app.kubernetes.io/instance': 'shop', 'app.kubernetes.io/managed-by': 'Helm', 'helm.sh/chart': 'shop-1.0.0' },
  annotations: { 'meta.helm.sh/release-name': 'shop', 'argocd.argoproj.io/tracking-id': 'shop:apps/Deployment' },
};

/** A source, each time another: with a selector that may differ from that of the one before it. */
export const source = (name: string, random: Random): object => {
  const selector = { app: name, ...(random.chance(0.3) ? { track: random.pick(['stable', 'next']) } : {}) };
  const isKept = random.chance(0.3);
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name,
      labels: { app: name, ...(isKept ? TOOLS.labels : {}) },
      annotations: { made: String(random.int(1, 99)), ...(isKept ? TOOLS.annotations : {}) },
    },
    spec: {
      replicas: random.int(0, 9),
      selector: { matchLabels: selector },
      template: {
        metadata: { labels: { ...selector, tier: random.pick(['web', 'back']) } },
        spec: {
          containers: [
            {
              name: 'app',
              image: `registry.test/app:${random.int(1, 9)}`,
              env: [
                { name: 'V1', value: '1' },
                { name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
              ],
              resources: { requests: { cpu: '1000m', memory: '64Mi' } },
            },
            ...(random.chance(0.3) ? [{ name: 'side', image: 'registry.test/side:1' }] : []),
          ],
          tolerations: [{ key: 'spare', operator: 'Exists' }],
        },
      },
    },
  };
};

/** A Deployment that is no business of the operator's. */
export const bystander = (name: string, labels: Readonly<Record<string, string>>): object => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, labels },
  spec: {
    replicas: 1,
    selector: { matchLabels: { bystander: name } },
    template: {
      metadata: { labels: { bystander: name } },
      spec: { containers: [{ name: 'app', image: 'registry.test/other:1' }] },
    },
  },
});
