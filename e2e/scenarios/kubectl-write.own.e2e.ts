/** What kubectl writes to the embedded cluster becomes what it becomes on a real one. */
import { describe, test } from 'vitest';
import { besideReal } from '../harness/embedded-beside-real.ts';
import { normalized } from '../harness/embedded-output.ts';
import type { Pair, Run } from '../harness/embedded-pair.ts';

const pairFor = besideReal();

interface Shape {
  readonly image?: string;
  readonly env?: readonly string[];
  readonly more?: object;
}

/** A Deployment without replicas, so that nothing but kubectl writes to it for long. */
const manifest = ({ image = 'nginx:1', env = ['A', 'B'], more = {} }: Shape = {}): string =>
  JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', labels: { team: 'x' } },
    spec: {
      replicas: 0,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { containers: [{ name: 'app', image, env: env.map((name) => ({ name, value: name.toLowerCase() })) }] },
      },
      ...more,
    },
  });

const stored = (pair: Pair) => pair.comesToTheSame(['get', 'deployment', 'web', '-o', 'yaml']);

/** Entries of one second stand in another order than those of several: who wrote in which second is left out. */
const inOneOrder = (deployment: string): string => {
  const { metadata, ...rest } = JSON.parse(deployment);
  const entries: readonly object[] = metadata.managedFields;
  const sorted = entries.map((entry) => normalized(JSON.stringify(entry))).sort();
  return JSON.stringify({ ...rest, metadata: { ...metadata, managedFields: sorted } });
};
/** Whose fields are which, and when is left out: controllers write when they do. */
const owned = (pair: Pair) =>
  pair.comesToTheSame(['get', 'deployment', 'web', '-o', 'json', '--show-managed-fields'], {
    of: ({ code, out, err }) => ({ code, err, out: code === 0 ? normalized(inOneOrder(out)) : out }),
  });

describe('apply', () => {
  test('creates, changes what the manifest changed, and leaves the rest', async () => {
    const pair = await pairFor('apply');
    await pair.same(['apply', '-f', '-'], { input: manifest() });
    await pair.both(['set', 'env', 'deployment/web', 'OTHER=1']);
    await pair.same(['apply', '-f', '-'], { input: manifest() });
    await pair.same(['apply', '-f', '-'], { input: manifest({ image: 'nginx:2', env: ['B'] }) });
    await stored(pair);
    await owned(pair);
  });

  test('refuses an unknown field, and a wrong one', async () => {
    const pair = await pairFor('strict');
    await pair.same(['apply', '-f', '-'], { input: manifest({ more: { replica: 1 } }) });
    await pair.same(['apply', '-f', '-', '--validate=warn'], { input: manifest({ more: { replica: 1 } }) });
    await pair.same(['apply', '-f', '-'], { input: manifest({ more: { replicas: 'many' } }) });
    await pair.same(['apply', '-f', '-'], { input: manifest({ more: { replicas: -1 } }) });
    await pair.same(['apply', '-f', '-'], { input: manifest({ more: { selector: { matchLabels: { app: 'other' } } } }) });
  });

  test("--server-side meets others' fields, and takes them with force", async () => {
    const pair = await pairFor('server-side');
    await pair.same(['apply', '--server-side', '-f', '-'], { input: manifest() });
    await pair.same(['apply', '--server-side', '--field-manager=other', '-f', '-'], { input: manifest({ image: 'nginx:2' }) });
    await pair.same(['apply', '--server-side', '--field-manager=other', '--force-conflicts', '-f', '-'], {
      input: manifest({ image: 'nginx:2' }),
    });
    await pair.same(['apply', '--server-side', '-f', '-'], { input: manifest({ image: 'nginx:2', env: ['A'] }) });
    await stored(pair);
    await owned(pair);
  });

  test('--dry-run=server changes nothing, diff shows what would', async () => {
    const pair = await pairFor('diff');
    await pair.both(['apply', '-f', '-'], { input: manifest() });
    await pair.comesToTheSame(['get', 'deployment', 'web', '-o', 'jsonpath={.status.observedGeneration}']);
    await pair.same(['apply', '--dry-run=server', '-f', '-'], { input: manifest({ image: 'nginx:2' }) });
    const changes = ({ code, out, err }: Run) => ({
      code,
      err,
      lines: normalized(out)
        .split('\n')
        .filter((line) => /^[-+] /.test(line)),
    });
    await pair.same(['diff', '-f', '-'], { input: manifest({ image: 'nginx:2', env: ['A'] }), of: changes });
    await pair.same(['diff', '-f', '-'], { input: manifest(), of: changes });
  });
});

describe('patch', () => {
  test('of each kind', async () => {
    const pair = await pairFor('patch');
    await pair.both(['apply', '-f', '-'], { input: manifest() });
    const containers = { spec: { template: { spec: { containers: [{ name: 'app', env: [{ name: 'C', value: 'c' }] }] } } } };
    await pair.same(['patch', 'deployment', 'web', '-p', JSON.stringify(containers)]);
    await pair.same(['patch', 'deployment', 'web', '--type=merge', '-p', '{"metadata":{"labels":{"team":null,"a":"b"}}}']);
    await pair.same([
      'patch',
      'deployment',
      'web',
      '--type=json',
      '-p',
      '[{"op":"replace","path":"/spec/minReadySeconds","value":5}]',
    ]);
    await pair.same(['patch', 'deployment', 'web', '--type=json', '-p', '[{"op":"remove","path":"/spec/nothing"}]']);
    await pair.same(['patch', 'deployment', 'web', '--type=merge', '-p', '{"metadata":{"labels":{"a":"b"}}}']);
    await pair.same(['patch', 'deployment', 'web', '-p', '{"spec":{"replicas":"x"}}']);
    await stored(pair);
  });

  test('of subresources', async () => {
    const pair = await pairFor('subresource');
    await pair.both(['apply', '-f', '-'], { input: manifest() });
    await pair.same(['patch', 'deployment', 'web', '--subresource=scale', '--type=merge', '-p', '{"spec":{"replicas":2}}']);
    await pair.rolledOut('web');
    await pair.same(['get', 'deployment', 'web', '--subresource=scale', '-o', 'yaml']);
    await pair.same(['get', 'deployment', 'web', '--subresource=scale']);
    const binding = { apiVersion: 'crds.grove/v1', kind: 'DDProfCrd', metadata: { name: 'rules' }, cmName: 'rules' };
    await pair.both(['apply', '-f', '-'], { input: JSON.stringify(binding) });
    await pair.same([
      'patch',
      'ddprofcrd',
      'rules',
      '--subresource=status',
      '--type=merge',
      '-p',
      '{"status":{"a":"b"},"cmName":"x"}',
    ]);
    await pair.same(['get', 'ddprofcrd', 'rules', '-o', 'yaml']);
  });
});

describe('label, annotate and create', () => {
  test('labels and annotations come, change and go', async () => {
    const pair = await pairFor('label');
    await pair.both(['apply', '-f', '-'], { input: manifest() });
    await pair.same(['label', 'deployment', 'web', 'a=b', 'team-']);
    await pair.same(['label', 'deployment', 'web', 'a=c']);
    await pair.same(['label', 'deployment', 'web', 'a=c', '--overwrite']);
    await pair.same(['label', 'deployment', 'web', 'a=not valid', '--overwrite']);
    await pair.same(['annotate', 'deployment', 'web', 'note=some text']);
    await pair.same(['annotate', 'deployment', 'web', 'note-']);
    await stored(pair);
  });

  test('objects are created once', async () => {
    const pair = await pairFor('create');
    await pair.same(['create', 'configmap', 'settings', '--from-literal=a=1']);
    await pair.same(['create', 'configmap', 'settings', '--from-literal=a=1']);
    await pair.same(['create', 'configmap', 'Not_Valid']);
    await pair.same(['create', 'deployment', 'web', '--image=nginx:1', '--replicas=0']);
    await pair.same(['create', 'deployment', 'web', '--image=nginx:1', '--replicas=0']);
    await stored(pair);
    await owned(pair);
    await pair.same(['create', 'poddisruptionbudget', 'web', '--selector=app=web', '--min-available=50%']);
    await pair.same(['create', 'service', 'clusterip', 'plain', '--tcp=80:8080']);
    await pair.same(['create', 'namespace', pair.namespace], { namespaced: false });
    await pair.same(['create', 'configmap', 'x', '--namespace=kubectl-none'], { namespaced: false });
  });

  test('replace asks for the version that was read', async () => {
    const pair = await pairFor('replace');
    await pair.same(['create', '-f', '-'], { input: manifest() });
    await pair.same(['replace', '-f', '-'], { input: manifest({ image: 'nginx:2' }) });
    await stored(pair);
    await pair.same(['replace', '-f', '-'], { input: JSON.stringify({ ...JSON.parse(manifest()), metadata: { name: 'none' } }) });
  });
});
