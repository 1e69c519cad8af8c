/** Audits beside a busy watch, on the real API server: it answers them as of the very moment that is asked for, and nothing was missed. */

import { waitFor } from '@ddprofiler-rc/control-plane/wait';
import { connect, namespacedTarget, watchStream } from '@ddprofiler-rc/k8s-adapter';
import { expect, inject, onTestFinished, test } from 'vitest';
import { worldOfTest } from '../harness/test-world.ts';

const AUDITS = 8;

interface Known {
  readonly name: string;
  readonly resourceVersion: string;
}

test('given Deployments that come, change and go, when everything is listed beside their watch again and again, then it told of all', async () => {
  const world = await worldOfTest('audit');
  const { kubeconfig, context } = inject('cluster');
  const connection = connect({ client: 'eks', kubeconfig, context }, { userAgent: 'e2e', now: () => performance.now() });
  onTestFinished(() => connection.close());
  const known = new Map<string, string>();
  const missed: string[] = [];
  let audits = 0;
  const stream = watchStream(connection.transport, namespacedTarget(`deployments/${world.namespace}`), {
    now: () => performance.now(),
    random: Math.random,
    audits: { least: 100, most: 200 },
  }).subscribe((event) => {
    if (event.type === 'listed') for (const object of event.objects) see(object);
    else if (event.type === 'seen') see(event.object);
    else if (event.type === 'vanished') known.delete(identityOf(event.object).name);
    else if (event.type === 'audited') {
      audits += 1;
      const found = new Map(event.objects.map(identityOf).map(({ name, resourceVersion }) => [name, resourceVersion]));
      for (const [name, version] of found)
        if (BigInt(known.get(name) ?? '0') < BigInt(version)) missed.push(`${name} at ${version}`);
      for (const [name, version] of known)
        if (!found.has(name) && BigInt(version) <= BigInt(event.resourceVersion)) missed.push(`the end of ${name}`);
    } else throw new Error(`the stream told ${JSON.stringify(event)}`);
  });
  const see = (object: unknown): void => {
    const { name, resourceVersion } = identityOf(object);
    known.set(name, resourceVersion);
  };
  onTestFinished(() => stream.unsubscribe());

  let round = 0;
  await waitFor(`${AUDITS} audits`, async () => {
    round += 1;
    await world.source(`web-${round % 3}`, { replicas: round % 2 });
    if (round % 4 === 0)
      await world.kubectl('delete', 'deployment', `web-${(round + 1) % 3}`, '-n', world.namespace, '--ignore-not-found');
    return audits >= AUDITS || `there were ${audits}`;
  });
  expect(missed).toEqual([]);
  expect([...known.keys()].length).toBeGreaterThan(0);
});

function identityOf(object: unknown): Known {
  const { metadata } = object as { readonly metadata: Known };
  return metadata;
}
