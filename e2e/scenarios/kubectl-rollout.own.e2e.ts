/** What kubectl does with a Deployment's rollouts on the embedded cluster is what it does on a real one. */
import { describe, expect, test } from 'vitest';
import { besideReal } from '../harness/embedded-beside-real.ts';
import { normalized } from '../harness/embedded-output.ts';
import type { Pair, Run } from '../harness/embedded-pair.ts';

const pairFor = besideReal();

async function deployed(purpose: string): Promise<Pair> {
  const pair = await pairFor(purpose);
  await pair.same(['create', 'deployment', 'web', '--image=nginx:1', '--replicas=2']);
  await pair.rolledOut('web');
  return pair;
}

/** How it went on in between depends on the moment. */
const lastLine = ({ code, out, err }: Run) => ({ code, err: normalized(err), last: normalized(out).trim().split('\n').at(-1) });

const SPEC = ['get', 'deployment', 'web', '-o', 'yaml'];

describe('a Deployment', () => {
  test('is scaled up, down and to none', async () => {
    const pair = await deployed('scale');
    for (const replicas of [4, 1, 0]) {
      await pair.same(['scale', 'deployment', 'web', `--replicas=${replicas}`]);
      await pair.rolledOut('web');
      await pair.comesToTheSame(['get', 'deployment,replicaset']);
    }
    await pair.same(['scale', 'deployment', 'web', '--current-replicas=5', '--replicas=1']);
    await pair.same(['scale', 'deployment', 'nothing', '--replicas=1']);
  });

  test('gets an image, which is rolled out', async () => {
    const pair = await deployed('image');
    await pair.same(['set', 'image', 'deployment/web', 'nginx=nginx:2']);
    await pair.same(['rollout', 'status', 'deployment/web'], { of: lastLine });
    await pair.rolledOut('web');
    await pair.comesToTheSame(SPEC);
    await pair.same(['set', 'image', 'deployment/web', 'nginx=nginx:2']);
    await pair.same(['set', 'image', 'deployment/web', 'other=nginx:2']);
  });

  test('gets and loses environment variables', async () => {
    const pair = await deployed('env');
    await pair.same(['set', 'env', 'deployment/web', 'A=1', 'B=2']);
    await pair.same(['set', 'env', 'deployment/web', '--list']);
    await pair.same(['set', 'env', 'deployment/web', 'A-', 'B=3']);
    await pair.rolledOut('web');
    await pair.comesToTheSame(SPEC);
  });

  test('gets resources', async () => {
    const pair = await deployed('resources');
    await pair.same(['set', 'resources', 'deployment/web', '--limits=cpu=1000m,memory=1Gi', '--requests=cpu=100m']);
    await pair.rolledOut('web');
    await pair.comesToTheSame(SPEC);
  });

  test('is restarted', async () => {
    const pair = await deployed('restart');
    await pair.same(['rollout', 'restart', 'deployment/web']);
    await pair.same(['rollout', 'status', 'deployment/web'], { of: lastLine });
    await pair.rolledOut('web');
    await pair.comesToTheSame(SPEC);
  });

  test('has a history, and goes back in it', async () => {
    const pair = await deployed('undo');
    await pair.both(['set', 'image', 'deployment/web', 'nginx=nginx:2']);
    await pair.rolledOut('web');
    await pair.comesToTheSame(['rollout', 'history', 'deployment/web']);
    await pair.comesToTheSame(['rollout', 'history', 'deployment/web', '--revision=1']);
    await pair.same(['rollout', 'undo', 'deployment/web']);
    await pair.rolledOut('web');
    await pair.comesToTheSame(['rollout', 'history', 'deployment/web']);
    await pair.comesToTheSame(['get', 'deployment', 'web', '-o', 'wide']);
    await pair.same(['rollout', 'undo', 'deployment/web', '--to-revision=9']);
  });

  test('is paused and resumed', async () => {
    const pair = await deployed('pause');
    await pair.same(['rollout', 'pause', 'deployment/web']);
    await pair.both(['set', 'image', 'deployment/web', 'nginx=nginx:2']);
    await pair.comesToTheSame(['get', 'deployment', 'web', '-o', 'wide']);
    await pair.same(['rollout', 'resume', 'deployment/web']);
    await pair.rolledOut('web');
    await pair.comesToTheSame(SPEC);
  });

  test('is waited for', async () => {
    const pair = await pairFor('wait');
    await pair.both(['create', 'deployment', 'web', '--image=nginx:1']);
    await pair.same(['wait', '--for=condition=Available', 'deployment/web', '--timeout=60s']);
    await pair.same(['wait', '--for=jsonpath={.status.readyReplicas}=1', 'deployment/web', '--timeout=60s']);
    await pair.same(['wait', '--for=condition=Nonsense', 'deployment/web', '--timeout=1s']);
  });

  test('is exposed and autoscaled', async () => {
    const pair = await deployed('expose');
    await pair.same(['expose', 'deployment', 'web', '--port=80', '--target-port=8080']);
    await pair.same(['autoscale', 'deployment', 'web', '--min=1', '--max=3', '--cpu=50%']);
    await pair.same(['get', 'hpa', 'web', '-o', 'jsonpath={.spec}']);
    await pair.same(['get', 'service', 'web', '-o', 'jsonpath={.spec.selector} {.spec.ports}']);
  });
});

describe('delete', () => {
  const names = (pair: Pair, kind: string) => pair.comesToTheSame(['get', kind, '--ignore-not-found']);

  test.each(['background', 'foreground'])('--cascade=%s takes pods and ReplicaSets along', async (propagation) => {
    const pair = await deployed(propagation);
    await pair.same(['delete', 'deployment', 'web', `--cascade=${propagation}`]);
    for (const kind of ['deployments', 'replicasets', 'pods']) await names(pair, kind);
    expect((await pair.same(['get', 'replicasets'])).out).toBe('');
  });

  test('--cascade=orphan leaves them', async () => {
    const pair = await deployed('orphan');
    await pair.same(['delete', 'deployment', 'web', '--cascade=orphan']);
    await names(pair, 'deployments');
    await names(pair, 'replicasets');
    expect((await pair.same(['get', 'replicasets'])).out).not.toBe('');
  });

  test('-l, --wait=false, and of what is not there', async () => {
    const pair = await deployed('selected');
    await pair.same(['delete', 'deployment', '-l', 'app=web', '--wait=false']);
    await names(pair, 'deployments');
    await pair.same(['delete', 'deployment', 'web']);
    await pair.same(['delete', 'deployment', 'web', '--ignore-not-found']);
  });

  test('of a namespace takes all that is in it', async () => {
    const pair = await deployed('namespace');
    await pair.same(['delete', 'namespace', pair.namespace], { namespaced: false });
    await pair.same(['get', 'namespace', pair.namespace]);
    await pair.same(['create', 'configmap', 'late']);
  });
});
