/** What kubectl shows of the embedded cluster is what it shows of a real one. */
import { describe, expect, test } from 'vitest';
import { besideReal } from '../harness/embedded-beside-real.ts';
import { normalized } from '../harness/embedded-output.ts';
import type { Pair, Run } from '../harness/embedded-pair.ts';

const pairFor = besideReal();

/** A Deployment that rolled out, a ConfigMap and a Service. */
async function furnished(purpose: string): Promise<Pair> {
  const pair = await pairFor(purpose);
  await pair.both(['create', 'deployment', 'web', '--image=nginx:1', '--replicas=2', '--port=80']);
  await pair.both(['create', 'configmap', 'settings', '--from-literal=a=1', '--from-literal=b=2']);
  await pair.both(['expose', 'deployment', 'web', '--port=80', '--target-port=8080']);
  await pair.rolledOut('web');
  return pair;
}

const BINDING = (namespace: string): string => `
apiVersion: crds.grove/v1
kind: DDProfCrd
metadata: { name: rules, namespace: ${namespace} }
ruleType: configmap
cmName: rules
cmNamespace: ${namespace}
cmConfigTag: rules.yaml
`;

describe('get', () => {
  test.each([
    ['', []],
    ['-o wide', ['-o', 'wide']],
    ['-o name', ['-o', 'name']],
    ['-o yaml', ['-o', 'yaml']],
    ['--show-labels', ['--show-labels']],
    ['-o jsonpath', ['-o', 'jsonpath={range .items[*]}{.metadata.name} {.spec.replicas}{"\\n"}{end}']],
    ['-o custom-columns', ['-o', 'custom-columns=NAME:.metadata.name,IMAGE:.spec.template.spec.containers[*].image']],
    ['-l, of one that has it', ['-l', 'app=web']],
    ['-l, of none', ['-l', 'app in (x,y),!z']],
    ['--field-selector', ['--field-selector', 'metadata.name=web']],
    ['--field-selector of a field that is none', ['--field-selector', 'spec.replicas=2']],
    ['--sort-by', ['--sort-by', '.metadata.name']],
    ['--no-headers', ['--no-headers']],
  ])('deployments %s', async (_what, flags) => {
    const pair = await furnished('get');
    await pair.comesToTheSame(['get', 'deployments', ...flags]);
  });

  test('replicasets, pods, configmaps, services and the namespace', async () => {
    const pair = await furnished('kinds');
    await pair.comesToTheSame(['get', 'replicasets', '-o', 'wide']);
    await pair.comesToTheSame(['get', 'pods']);
    await pair.comesToTheSame(['get', 'pods', '--field-selector', 'status.phase=Running']);
    await pair.comesToTheSame(['get', 'configmap', 'settings', '-o', 'yaml']);
    await pair.comesToTheSame(['get', 'service', 'web', '-o', 'wide']);
    await pair.comesToTheSame(['get', 'namespace', pair.namespace]);
    await pair.same(['get', 'deploy/web', 'svc/web', 'cm/settings']);
  });

  test('-A has what is in the namespace', async () => {
    const pair = await furnished('all');
    const ofNamespace = ({ code, out, err }: Run) => ({
      code,
      err,
      lines: normalized(out)
        .split('\n')
        .filter((line) => line.startsWith('NAMESPACE') || line.startsWith(pair.namespace))
        // A real cluster puts its certificate into every namespace.
        .filter((line) => !line.includes('kube-root-ca.crt')),
    });
    await pair.comesToTheSame(['get', 'deployments,configmaps', '-A'], { namespaced: false, of: ofNamespace });
  });

  test('what is not there', async () => {
    const pair = await pairFor('nothing');
    await pair.same(['get', 'deployment', 'web']);
    await pair.same(['get', 'deployments']);
    await pair.same(['get', 'gadgets']);
    await pair.same(['get', 'deployment', 'web', '--ignore-not-found']);
  });

  test('ddprofcrd, by its short name', async () => {
    const pair = await pairFor('binding');
    await pair.same(['apply', '-f', '-'], { input: BINDING(pair.namespace) });
    await pair.same(['get', 'ddprofcrd']);
    await pair.same(['get', 'ddprofcrd', 'rules', '-o', 'yaml']);
    await pair.same(['get', 'ddprofcrd', 'rules', '-o', 'jsonpath={.cmConfigTag}']);
    await pair.same(['apply', '-f', '-'], { input: BINDING(pair.namespace) });
    await pair.same(['delete', 'ddprofcrd', 'rules']);
  });

  test('-w tells each change', async () => {
    const pair = await pairFor('watch');
    await pair.both(['create', 'configmap', 'first', '--from-literal=a=1']);
    const both = pair.start([
      'get',
      'configmaps',
      '-w',
      '--output-watch-events',
      '--field-selector=metadata.name!=kube-root-ca.crt',
    ]);
    const shows = (text: string) =>
      expect.poll(() => both.map(({ out }) => out.includes(text)), { timeout: 20_000 }).toEqual([true, true]);
    await shows('first');
    await pair.both(['create', 'configmap', 'second']);
    await shows('second');
    await pair.both(['patch', 'configmap', 'second', '-p', '{"data":{"a":"1","b":"2"}}']);
    await shows('MODIFIED');
    await pair.both(['delete', 'configmap', 'first']);
    await shows('DELETED');
    const [real, embedded] = both.map(({ out }) => normalized(out));
    expect(embedded).toBe(real);
  });

  test('-w of a rollout begins and ends with the same rows', async () => {
    const pair = await furnished('watch-rollout');
    const both = pair.start(['get', 'deployment', 'web', '-w']);
    const ends = () =>
      both.map(({ out }) =>
        [out.split('\n')[0], out.split('\n')[1], out.trim().split('\n').at(-1)].map((row) => normalized(row ?? '')),
      );
    await expect.poll(() => both.every(({ out }) => out.includes('2/2')), { timeout: 20_000 }).toBe(true);
    await pair.both(['scale', 'deployment', 'web', '--replicas=3']);
    await expect.poll(() => both.every(({ out }) => /3\/3 +3 +3 /.test(out)), { timeout: 30_000 }).toBe(true);
    const [real, embedded] = ends();
    expect(embedded).toEqual(real);
  });
});

describe('describe', () => {
  /**
   * Events come from controllers' own clocks and words, and are told apart from what the object is. Endpoints are of a kind that the embedded
   * cluster does not have.
   */
  const withoutEvents = ({ code, out, err }: Run) => ({
    code,
    err: normalized(err),
    out: normalized(out)
      .split(/^Events:/m)[0]
      ?.replace(/^Endpoints:.*$/m, ''),
  });

  test.each(['deployment/web', 'configmap/settings', 'service/web'])('%s', async (what) => {
    const pair = await furnished('describe');
    await pair.comesToTheSame(['describe', what], { of: withoutEvents });
  });

  test('what is not there', async () => {
    const pair = await pairFor('describe-nothing');
    await pair.same(['describe', 'deployment', 'web']);
  });
});

describe('what there is', () => {
  /** The embedded cluster has a part of the real one's resources; each of them is described as there. */
  const rowsOf = ({ out }: Run): readonly string[] => normalized(out).trim().split('\n');

  test('api-resources and explain', async () => {
    const pair = await pairFor('resources');
    const runs: Run[] = [];
    await pair.same(['api-resources', '-o', 'wide'], {
      namespaced: false,
      of: (run) => {
        runs.push(run);
        return run.code;
      },
    });
    const [embedded, real] = runs.map(rowsOf);
    expect(embedded?.length).toBeGreaterThan(10);
    expect((embedded ?? []).filter((row) => !real?.includes(row))).toEqual([]);
    // Descriptions are left out of the embedded cluster's types.
    const fields = ({ code, out }: Run) => ({
      code,
      fields: normalized(out)
        .split('\n')
        .filter((line) => /^( {2}\w+\t<|GROUP|KIND|VERSION)/.test(line)),
    });
    await pair.same(['explain', 'deployment.spec'], { of: fields });
    await pair.same(['explain', 'deployment.spec.template.spec.containers'], { of: fields });
    await pair.same(['explain', 'ddprofcrd'], { of: fields });
  });

  test('auth can-i and whoami', async () => {
    const pair = await pairFor('auth');
    await pair.same(['auth', 'can-i', 'create', 'deployments']);
    await pair.same(['auth', 'can-i', 'delete', 'ddprofcrd/rules']);
    await pair.same(['auth', 'can-i', 'get', 'gadgets']);
    const user = ({ code, out }: Run) => ({ code, user: /^Username +(\S+)$/m.exec(out)?.[1] });
    await pair.same(['auth', 'whoami'], { of: user });
  });

  test('logs and exec are not, and say so', async () => {
    const pair = await furnished('logs');
    const failed = ({ code, err }: Run) => ({ failed: code !== 0, said: err.trim() !== '' });
    await pair.same(['logs', 'deployment/nothing'], { of: failed });
    await pair.same(['exec', 'deployment/nothing', '--', 'true'], { of: failed });
  });
});
