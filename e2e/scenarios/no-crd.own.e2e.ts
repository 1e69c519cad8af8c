/** A control plane on which nothing was installed yet. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { startControlPlane } from '@ddprofiler-rc/control-plane/control-plane';
import { expect, inject, test } from 'vitest';
import { hasReplicas, makeWorldIn } from '../harness/world.ts';

const CRD = fileURLToPath(new URL('../../charts/ddprofiler-rc/files/crd.yaml', import.meta.url));

test('given that the CRD is not installed, then the operator waits and says so; once it is, it goes on by itself', async () => {
  const facts = inject('cluster');
  if (facts.kind !== 'own') throw new Error('needs a control plane of its own: unset E2E_KUBECONFIG');
  const controlPlane = await startControlPlane({ programs: facts.programs });
  try {
    const world = await makeWorldIn(controlPlane, 'no-crd');
    await world.rules('$NS:\n  deployments:\n    web:\n      scale_factor: 0.5\n      name_suffix: profiler\n');
    await world.source('web', { replicas: 4 });
    const operator = await world.operator();
    const line = await operator.logged('the reason', ({ stream, reason }) => stream === 'binding' && reason === 'NotFound');
    expect(line.msg).toContain('ddprofcrds.crds.grove is not installed');
    expect((await operator.get('/readyz')).status).toBe(503);
    expect(operator.output()).not.toMatch(/^\s+at .*:\d+/m);

    await controlPlane.kubectl.withInput(await readFile(CRD, 'utf8'), 'apply', '-f', '-');
    await controlPlane.kubectl('wait', '--for=condition=Established', 'crd/ddprofcrds.crds.grove', '--timeout=30s');
    await world.bind();
    await world.eventually('web-profiler', hasReplicas(2));
    await operator.ready();
    await world.end();
  } finally {
    await controlPlane.stop();
  }
});
