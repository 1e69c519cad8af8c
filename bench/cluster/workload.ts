/**
 * What the bench puts on a cluster: sources as a service's Deployment usually is (one container with ports, environment, resources and
 * probes), spread over ten namespaces, and a rule for each of them.
 */
import type { JsonObject } from '@ddprofiler-rc/core';

export const NAMESPACES: readonly string[] = Array.from({ length: 10 }, (_, index) => `team-${index}`);
const SUFFIX = 'profiler';
export const RULES_KEY = 'rules';
/** Where the binding and its ConfigMap are, and their name. */
export const BINDING = { namespace: 'profiling', name: 'bench' };

export interface Place {
  readonly namespace: string;
  readonly name: string;
}

/** The first `count` sources. */
export const sources = (count: number): readonly Place[] => Array.from({ length: count }, (_, index) => sourceAt(index));

export function sourceAt(index: number): Place {
  return { namespace: NAMESPACES[index % NAMESPACES.length] ?? '', name: `service-${String(index).padStart(5, '0')}` };
}

export const cloneOf = ({ namespace, name }: Place): Place => ({ namespace, name: `${name}-${SUFFIX}` });

export const imageOf = (version: number): string => `registry.example/shop/service:1.0.${version}`;

export function deployment({ namespace, name }: Place): JsonObject {
  const labels = { app: name, 'app.kubernetes.io/part-of': 'shop', team: namespace };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace, name, labels, annotations: { 'example.com/owner': `${namespace}@example.com` } },
    spec: {
      replicas: 4,
      revisionHistoryLimit: 5,
      selector: { matchLabels: { app: name } },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: 0 } },
      template: {
        metadata: { labels, annotations: { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '9090' } },
        spec: {
          containers: [
            {
              name: 'app',
              image: imageOf(0),
              ports: [
                { name: 'http', containerPort: 8080 },
                { name: 'metrics', containerPort: 9090 },
              ],
              env: [
                { name: 'LOG_LEVEL', value: 'info' },
                { name: 'LOG_FORMAT', value: 'json' },
                { name: 'DATABASE_HOST', value: `${name}-db.${namespace}.svc.cluster.local` },
                { name: 'DATABASE_PASSWORD', valueFrom: { secretKeyRef: { name: `${name}-db`, key: 'password' } } },
                { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
              ],
              resources: { requests: { cpu: '250m', memory: '256Mi' }, limits: { memory: '512Mi' } },
              readinessProbe: { httpGet: { path: '/ready', port: 'http' }, periodSeconds: 5 },
              livenessProbe: { httpGet: { path: '/alive', port: 'http' }, initialDelaySeconds: 20 },
            },
          ],
        },
      },
    },
  };
}

/** One rule for each of the first `count` sources, as a person would write them. */
export function rulesText(count: number): string {
  const lines = NAMESPACES.flatMap((namespace) => {
    const own = sources(count).filter((place) => place.namespace === namespace);
    if (own.length === 0) return [];
    return [`${namespace}:`, '  deployments:', ...own.flatMap(({ name }) => ruleLines(name))];
  });
  return lines.length === 0 ? '{}\n' : `${lines.join('\n')}\n`;
}

function ruleLines(source: string): readonly string[] {
  return [
    `    ${source}:`,
    '      env: "PROFILING_ENABLED: True"',
    '      scale_factor: "0.5"',
    `      name_suffix: ${JSON.stringify(SUFFIX)}`,
  ];
}

export const deploymentPath = ({ namespace, name }: Place): string => `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`;
