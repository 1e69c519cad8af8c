/** What the Prometheus operator is to read, held to its own types in Go: a field that it does not know would do nothing, silently. */
import { readFile } from 'node:fs/promises';
import { describe, expect, inject, test } from 'vitest';
import { helmTemplate } from './render.ts';
import { runTool } from './tool.ts';

const check = (manifests: string) => runTool(inject('tools').monitoringCheck, [], manifests);

describe.for([
  ['everything.yaml', 2],
  ['pod-monitor.yaml', 2],
  ['default.yaml', 0],
] as const)('%s', ([name, count]) => {
  test(`${count} objects, of which each is as its type has it`, async () => {
    const { stdout } = await helmTemplate(await readFile(new URL(`values/${name}`, import.meta.url), 'utf8'));
    const verdict = await check(stdout);
    expect(verdict.said).toBe(`checked ${count}\n`);
    expect(verdict.isWell).toBe(true);
  });
});

test.for([
  ['a field that it does not have', 'kind: ServiceMonitor\nspec: { endpoint: [] }\n', 'unknown field "endpoint"'],
  ['a field of another type', 'kind: PodMonitor\nspec: { podMetricsEndpoints: { port: http } }\n', 'cannot unmarshal object'],
  ['a kind that it does not have', 'kind: ServiceMonitors\n', 'no such kind'],
] as const)('%s is refused', async ([, manifest, reason]) => {
  const verdict = await check(`apiVersion: monitoring.coreos.com/v1\n${manifest}`);
  expect(verdict.isWell).toBe(false);
  expect(verdict.said).toContain(reason);
});
