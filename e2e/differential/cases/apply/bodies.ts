/** Bodies of server-side apply that say no more than they must. */
import type { Json, JsonObject } from '@ddprofiler-rc/cluster-sim';
import { configMap } from '../../manifests.ts';

export const FORCE = { force: 'true' };

export const container = (name: string, more: JsonObject = {}): JsonObject => ({ name, image: 'busybox', ...more });

/** An intent that says no more than the selector, labels and what `spec` of the pods says. */
export const intent = (podSpec: JsonObject, spec: JsonObject = {}): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    replicas: 0,
    selector: { matchLabels: { app: 'web' } },
    ...spec,
    template: { metadata: { labels: { app: 'web' } }, spec: podSpec },
  },
});

export const bare = (metadata: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'cm', ...metadata },
});
export const partial = (spec: Json): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec,
});
export const partialPod = (podSpec: Json): JsonObject => partial({ template: { spec: podSpec } });
export const cm = (data: JsonObject, metadata: JsonObject = {}): JsonObject => configMap('cm', data, metadata);
