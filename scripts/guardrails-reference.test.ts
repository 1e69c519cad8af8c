import { readFile } from 'node:fs/promises';
import { rowsOf, TABLE } from '@ddprofiler-rc/server/settings';
import { expect, test } from 'vitest';
import { PAGE, pageWithTables } from './guardrails-reference.ts';
import { unpadded } from './written-part.ts';

test('the page of guardrails has each setting, each refusal and each hazard', async () => {
  const page = await readFile(PAGE, 'utf8');
  expect(unpadded(pageWithTables(page)), 'make reference writes it anew').toBe(unpadded(page));
});

test('each limit has a row with its default', async () => {
  const page = pageWithTables(await readFile(PAGE, 'utf8'));
  for (const { name, fallback } of rowsOf(TABLE.limits)) {
    const line = page.split('\n').find((one) => one.startsWith(`| \`${name}\` |`));
    expect(line, name).toContain(fallback === undefined || fallback === '' ? '| – |' : `| \`${fallback}\` |`);
  }
});
