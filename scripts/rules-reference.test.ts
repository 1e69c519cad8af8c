import { readFile } from 'node:fs/promises';
import { readRules, rememberRule, rulesSchema } from '@ddprofiler-rc/core';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { PAGE, pageWithTables, SCHEMA, schemaText } from './rules-reference.ts';
import { unpadded } from './written-part.ts';

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, formats: { 'date-time': true } });
const isValid = ajv.compile(rulesSchema());

const HINT = 'make reference writes it anew';

test('the schema and the reference in docs/ are those of the tables that read rules', async () => {
  expect(JSON.parse(await readFile(SCHEMA, 'utf8')), HINT).toEqual(JSON.parse(schemaText()));
  const page = await readFile(PAGE, 'utf8');
  expect(unpadded(pageWithTables(page)), HINT).toBe(unpadded(page));
});

const EVERYTHING = `
shop:
  deployments:
    web:
      - scale_factor: "0.5"
        name_suffix: profiler
        image: profiler:1
        env: "A: b"
        unset_env: [C]
        container: app
        containers: {side: {image: x, env: {A: 1}, unset_env: B, resources: {limits: {cpu: 1}}, command: [a], args: [b, 1]}}
        min_replicas: 1
        max_replicas: "5"
        traffic: isolated
        keep_labels: [app.kubernetes.io/name]
        on_source_deleted: delete
        on_rule_removed: keep
        follow_restarts: false
        adopt: true
        suspend: false
        active_until: "2026-12-24T18:00:00Z"
      - {scale_factor: 1, name_suffix: other, env: [{name: A, valueFrom: {fieldRef: {fieldPath: metadata.name}}}, "B: c"]}
    api: {scale_factor: .1, name_suffix: profiler, cloned_image: x, env: {A: null, B: true}}
  `;

describe('the schema for editors', () => {
  test('takes what the operator takes, and each rule as a clone remembers it', () => {
    const reading = readRules(EVERYTHING);
    if (reading.kind !== 'read') throw new Error('the rules are good');
    expect(reading.ruleSet.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(isValid(load(EVERYTHING)), JSON.stringify(isValid.errors)).toBe(true);
    for (const rule of reading.ruleSet.rules.values())
      expect(isValid(JSON.parse(rememberRule(rule))), JSON.stringify(isValid.errors)).toBe(true);
  });

  test.each([
    ['a missing field', '{scale_factor: 1}'],
    ['a field that is none', '{scale_factor: 1, name_suffix: p, scale_facter: 1}'],
    ['a negative factor', '{scale_factor: -1, name_suffix: p}'],
    ['a factor that is none', '{scale_factor: a tenth, name_suffix: p}'],
    ['a policy that is none', '{scale_factor: 1, name_suffix: p, on_rule_removed: destroy}'],
    ['a flag that is none', '{scale_factor: 1, name_suffix: p, adopt: 1}'],
    ['a container’s field that is none', '{scale_factor: 1, name_suffix: p, containers: {a: {ports: []}}}'],
    ['replicas that are none', '{scale_factor: 1, name_suffix: p, max_replicas: 1.5}'],
    ['no mapping', 'p'],
  ])('refuses %s, as the operator does or warns of', (_, rule) => {
    const text = `shop: {deployments: {web: ${rule}}}`;
    expect(isValid(load(text))).toBe(false);
    const reading = readRules(text);
    expect(reading.kind === 'read' && reading.ruleSet.problems.length).toBeGreaterThan(0);
  });
});
