/** Server-side apply of one object of each kind. */
import type { JsonObject } from '@ddprofiler-rc/cluster-sim';
import type { Case } from '../../case.ts';
import { autoscaler, binding, budget, configMap, deployment, event, lease, pod, replicaSet, service } from '../../manifests.ts';
import type { Resource } from '../../resources.ts';
import { apply, get } from '../../steps.ts';

const EACH_KIND: readonly (readonly [Resource, string, JsonObject])[] = [
  ['configmaps', 'cm', configMap('cm')],
  ['deployments', 'web', deployment()],
  ['replicasets', 'set', replicaSet()],
  ['services', 'svc', service()],
  ['horizontalpodautoscalers', 'hpa', autoscaler()],
  ['poddisruptionbudgets', 'pdb', budget()],
  ['leases', 'lease', lease()],
  ['events', 'event', event()],
  ['ddprofcrds', 'rules', binding()],
  ['pods', 'pod', pod()],
];

export const EACH: readonly Case[] = EACH_KIND.map(([resource, name, body]) => ({
  name: `creates one of ${resource}, and again changes nothing`,
  pods: resource === 'pods',
  steps: [apply('one', resource, name, body), apply('one', resource, name, body), get(resource, name)],
}));
