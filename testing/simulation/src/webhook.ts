import type { Policy } from '@ddprofiler-rc/cluster-sim';
import { isJsonArray, isJsonObject, type JsonObject, objectAt } from '@ddprofiler-rc/core';
import { changedAt, withFirstContainer } from './json.ts';
import type { Webhook } from './plan.ts';
import { isMarked } from './truth.ts';

export const INJECTED = { container: 'injected', variable: 'INJECTED', annotation: 'injected' } as const;

/**
 * A mutating webhook that has its say on every write of a clone.
 *
 * | webhook | what it makes of the clone |
 * | --- | --- |
 * | sidecar | one more container |
 * | env | one more variable in the first container |
 * | imagePullPolicy | `Always`, whatever the intent said |
 * | annotation | one more annotation |
 * | strip (in no plan that is drawn: nothing can converge) | no label that says who manages it |
 */
export function admitBy(webhook: Webhook | 'strip'): NonNullable<Policy['admit']> {
  return ({ resource, object }) => (resource === 'deployments.apps' && isMarked(object) ? MUTATIONS[webhook](object) : object);
}

const MUTATIONS: Readonly<Record<Webhook | 'strip', (clone: JsonObject) => JsonObject>> = {
  sidecar: (clone) =>
    changedAt(clone, ['spec', 'template', 'spec', 'containers'], (containers) => {
      if (!isJsonArray(containers) || containers.some((one) => isJsonObject(one) && one.name === INJECTED.container))
        return containers;
      const [first] = containers;
      // Complete as a stored container is: an admission plugin sees and gives objects with their defaults.
      const defaults = isJsonObject(first) ? { imagePullPolicy: 'IfNotPresent', ...defaultsOf(first) } : {};
      return [...containers, { name: INJECTED.container, image: 'mesh:1', ...defaults }];
    }),
  env: (clone) =>
    withFirstContainer(clone, (app) => {
      const env = isJsonArray(app.env) ? app.env : [];
      if (env.some((one) => isJsonObject(one) && one.name === INJECTED.variable)) return app;
      return { ...app, env: [...env, { name: INJECTED.variable, value: 'by a webhook' }] };
    }),
  imagePullPolicy: (clone) => withFirstContainer(clone, (app) => ({ ...app, imagePullPolicy: 'Always' })),
  strip: (clone) => changedAt(clone, ['metadata', 'labels', 'app.kubernetes.io/managed-by'], () => undefined),
  annotation: (clone) => changedAt(clone, ['metadata', 'annotations', INJECTED.annotation], () => 'by a webhook'),
};

function defaultsOf(container: JsonObject): JsonObject {
  const { terminationMessagePath = '/dev/termination-log', terminationMessagePolicy = 'File' } = container;
  return { resources: objectAt(undefined), terminationMessagePath, terminationMessagePolicy };
}
