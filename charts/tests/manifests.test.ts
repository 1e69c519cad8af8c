/** What the chart makes of each of the values in values/: Helm takes it, and so would the API server. */
import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, inject, test } from 'vitest';
import { helmTemplate } from './render.ts';
import { LOCATION } from './schemas.ts';
import { CHART, runTool } from './tool.ts';

const FOLDER = new URL('values/', import.meta.url);
const VALUES = [
  ...(await readdir(FOLDER)).map((name) => new URL(name, FOLDER)),
  new URL('../ddprofiler-rc/ddprofiler-rc-config.example.yaml', import.meta.url),
];

/** Of the Prometheus operator, whose definitions are not Kubernetes': monitors.test.ts holds them to its own types. */
const FOREIGN = 'ServiceMonitor,PodMonitor,PrometheusRule';

function conform(manifests: string) {
  const { kubeconform, schemas } = inject('tools');
  return runTool(
    kubeconform,
    ['-strict', '-summary', '-schema-location', `${schemas}/${LOCATION}`, '-skip', FOREIGN, '-'],
    manifests,
  );
}

describe.for(VALUES.map((file) => [file.pathname.slice(file.pathname.lastIndexOf('/') + 1), file] as const))('%s', ([, file]) => {
  test('helm lint finds nothing', async () => {
    const lint = await runTool(inject('tools').helm, ['lint', '--strict', CHART, '--values', file.pathname]);
    expect(lint.said).toContain('0 chart(s) failed');
    expect(lint.isWell, lint.said).toBe(true);
  });

  test('each object fits the schema of its kind', async () => {
    const { isWell, stdout, said } = await helmTemplate(await readFile(file, 'utf8'));
    expect(isWell, said).toBe(true);
    const verdict = await conform(stdout);
    expect(verdict.isWell, verdict.said).toBe(true);
    expect(verdict.said).toContain('Invalid: 0, Errors: 0');
  });
});

test.for([
  [
    'a field that no Service has',
    'apiVersion: v1\nkind: Service\nmetadata: { name: a }\nspec: { port: 80 }\n',
    "'port' not allowed",
  ],
  [
    'a field of another type, deep inside',
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: a }\nspec: { selector: {}, template: { spec: { containers: [{ name: a, env: [{ name: A, value: 1 }] }] } } }\n',
    'got number, want string',
  ],
  [
    'a binding of another type',
    'apiVersion: crds.grove/v1\nkind: DDProfCrd\nmetadata: { name: a }\nruleType: other\ncmName: a\ncmConfigTag: b\n',
    "value must be 'configmap'",
  ],
  ['a kind without a schema', 'apiVersion: example.com/v1\nkind: Other\nmetadata: { name: a }\n', 'could not find schema'],
])('kubeconform refuses %s', async ([, manifest, reason]) => {
  const verdict = await conform(manifest ?? '');
  expect(verdict.isWell).toBe(false);
  expect(verdict.said).toContain(reason ?? manifest);
});

test('helm lint refuses values that the schema does not have', async () => {
  const lint = await runTool(inject('tools').helm, ['lint', CHART, '--set', 'replicas=3']);
  expect(lint.isWell).toBe(false);
  expect(lint.said).toContain("additional properties 'replicas' not allowed");
});
