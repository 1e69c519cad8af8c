/** What kube-score calls critical of the chart's objects: nothing but what is explained here. */
import { readFile } from 'node:fs/promises';
import { expect, inject, test } from 'vitest';
import { helmTemplate } from './render.ts';
import { runTool } from './tool.ts';

/** Part of the finding, and why the chart has it so. */
const EXPLAINED: Readonly<Record<string, string>> = {
  'ImagePullPolicy is not set to Always':
    'The image has a version that never changes. With Always no pod could start while the registry is away, a standby that is to take over included.',
  'CPU limit is not set': 'Who is throttled follows late. The request says what is needed, and there is a limit of memory.',
  'Ephemeral Storage limit is not set':
    'The root is read-only, and the one volume that is written to, the journal, has a size limit of its own.',
  'Ephemeral Storage request is not set': 'As above: nothing is written but the log.',
  'The pod does not have a matching NetworkPolicy':
    'Off by default, for a wrong one cuts the operator off from the API server: networkPolicy.enabled. The pod of helm test lives for a second.',
};

async function criticalOf(manifests: string): Promise<readonly string[]> {
  const { stdout } = await runTool(inject('tools').kubeScore, ['score', '--output-format', 'ci', '-'], manifests);
  return stdout.split('\n').filter((line) => line.startsWith('[CRITICAL]'));
}

const explanationOf = (finding: string) => Object.keys(EXPLAINED).find((part) => finding.includes(part));

test('every critical finding is explained, and every explanation is needed', async () => {
  const everything = await readFile(new URL('values/everything.yaml', import.meta.url), 'utf8');
  const findings = [
    ...(await criticalOf((await helmTemplate()).stdout)),
    // But for its budget: kube-score reads no percentages.
    ...(await criticalOf((await helmTemplate(everything.replace('"50%"', '2'))).stdout)),
  ];
  expect(findings.filter((finding) => explanationOf(finding) === undefined)).toEqual([]);
  expect(new Set(findings.map(explanationOf))).toEqual(new Set(Object.keys(EXPLAINED)));
});

test('a finding that is not explained is told', async () => {
  const [first = ''] = (await criticalOf((await helmTemplate('resources: { limits: null }')).stdout)).filter(
    (finding) => explanationOf(finding) === undefined,
  );
  expect(first).toContain('Memory limit is not set');
});
