/** The alerts, by promtool: their stories in alerts.test.yaml hold them, and each has a page that says what to do. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dump, load } from 'js-yaml';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { isJsonObject, type Json, type JsonObject } from '../tools/values-comments.ts';
import { at, listAt, NAMESPACE, render, the } from './render.ts';
import { runTool } from './tool.ts';

const ALERTS = fileURLToPath(new URL('../ddprofiler-rc/files/alerts.yaml', import.meta.url));
const STORIES = fileURLToPath(new URL('alerts.test.yaml', import.meta.url));
const RUNBOOKS = new URL('../../docs/runbooks/', import.meta.url);

const json = (text: string): Json => JSON.parse(JSON.stringify(load(text)));
const rulesIn = (file: Json | undefined): readonly JsonObject[] =>
  listAt(file, 'groups')
    .flatMap((group) => listAt(group, 'rules'))
    .filter(isJsonObject);
const alerts = json(await readFile(ALERTS, 'utf8'));
const stories = json(await readFile(STORIES, 'utf8'));
const names = rulesIn(alerts).map(({ alert }) => String(alert));

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ddprofiler-rc-alerts-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const promtool = (...args: readonly string[]) => runTool(inject('tools').promtool, args);

test('promtool finds nothing in them', async () => {
  const check = await promtool('check', 'rules', '--lint-fatal', ALERTS);
  expect(check.isWell, check.said).toBe(true);
});

test('every story comes out as it is told', async () => {
  const verdict = await promtool('test', 'rules', STORIES);
  expect(verdict.isWell, verdict.said).toBe(true);
});

describe.for(names)('%s', (name) => {
  test('has a story in which it fires, and one in which it does not', () => {
    const told = listAt(stories, 'tests').flatMap((story) => listAt(story, 'alert_rule_test'));
    const fires = told.filter((one) => at(one, 'alertname') === name).map((one) => listAt(one, 'exp_alerts').length > 0);
    expect(new Set(fires)).toEqual(new Set([true, false]));
  });

  test.for([
    ['never fires', 'vector(0) > 1'],
    ['always fires', 'vector(1)'],
  ])('one that %s is caught by the stories', async ([_what, expr]) => {
    const rules = rulesIn(alerts).map((rule) => (rule.alert === name ? { ...rule, expr: expr ?? '' } : rule));
    const file = join(folder, `${name}.yaml`);
    await writeFile(file, dump({ groups: [{ name: 'changed', rules }] }));
    const changed = join(folder, `${name}.test.yaml`);
    await writeFile(changed, dump({ ...Object(stories), rule_files: [file] }));
    const verdict = await promtool('test', 'rules', changed);
    expect(verdict.isWell).toBe(false);
    expect(verdict.said).toContain(name);
  });

  test('has a page that says what it means, what to look at, and what to do', async () => {
    const page = await readFile(new URL(`${name}.md`, RUNBOOKS), 'utf8');
    expect(page).toMatch(new RegExp(`^# ${name}\n`));
    for (const part of ['## What it means', '## What to look at', '## What to do']) expect(page).toContain(part);
  });
});

test('no page is about an alert that is not there', async () => {
  const pages = (await readdir(RUNBOOKS)).filter((name) => name !== 'README.md').map((name) => name.replace(/\.md$/, ''));
  expect(new Set(pages)).toEqual(new Set(names));
});

test('without leader election there is no alert on it', async () => {
  const values = 'replicaCount: 1\nleaderElection: { enabled: false }\nmonitoring: { prometheusRule: { enabled: true } }\n';
  const left = rulesIn(the(await render(values), 'PrometheusRule').spec).map(({ alert }) => alert);
  expect(left).toEqual(names.filter((name) => name !== 'DDProfilerNoSingleLeader'));
});

describe('in the chart', () => {
  const ENABLED = 'prometheusRule: { enabled: true, alertLabels: { team: platform }, disabled: [DDProfilerQueueSlow] }';

  test.for([
    ['a ServiceMonitor', 'serviceMonitor: { enabled: true }', 'web-ddprofiler-rc'],
    ['a PodMonitor', 'podMonitor: { enabled: true }', `${NAMESPACE}/web-ddprofiler-rc`],
    ['a job of one’s own', 'job: theirs', 'theirs'],
    ['a PodMonitor, and a job of one’s own', 'podMonitor: { enabled: true }, job: theirs', 'theirs'],
  ])('with %s they speak of the release’s own job and namespace', async ([_what, values, job]) => {
    const rule = the(await render(`monitoring: { ${ENABLED}, ${values} }`), 'PrometheusRule');
    const file = join(folder, 'rendered.yaml');
    await writeFile(file, dump(rule.spec));
    const check = await promtool('check', 'rules', file);
    expect(check.isWell, check.said).toBe(true);
    const rules = rulesIn(rule.spec);
    expect(rules.map(({ alert }) => alert)).toEqual(names.filter((name) => name !== 'DDProfilerQueueSlow'));
    for (const { alert, expr, labels, annotations } of rules) {
      for (const selector of String(expr).match(/\{[^}]*\}/g) ?? [])
        expect(selector).toContain(`{job="${job}",namespace="${NAMESPACE}"`);
      expect(labels).toMatchObject({ team: 'platform' });
      expect(annotations).toMatchObject({ runbook_url: `docs/runbooks/${alert}.md` });
    }
  });
});
