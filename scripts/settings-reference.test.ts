import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { rowsOf } from '../packages/server/src/settings/row.ts';
import { TABLE } from '../packages/server/src/settings/table.ts';
import { PAGE, pageWithSettings } from './settings-reference.ts';

/** As the page and the formatter have it: the padding of tables aside. */
const unpadded = (text: string) => text.replaceAll(/ {2,}/g, ' ').replaceAll(/-{2,}/g, '--');

test('the table in docs/guardrails.md is that of the settings', async () => {
  const page = await readFile(PAGE, 'utf8');
  expect(unpadded(pageWithSettings(page)), 'make reference writes it anew').toBe(unpadded(page));
});

test('each limit has a row with its default', async () => {
  const page = pageWithSettings(await readFile(PAGE, 'utf8'));
  for (const { name, fallback } of rowsOf(TABLE.limits)) {
    const line = page.split('\n').find((one) => one.startsWith(`| \`${name}\` |`));
    expect(line, name).toContain(fallback === undefined || fallback === '' ? '| – |' : `| \`${fallback}\` |`);
  }
});
