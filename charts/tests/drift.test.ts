/** What is made from something else is as it would be made now. */
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { allQueries } from '../tools/queries.ts';
import { code } from '../tools/queries-table.ts';
import { chartDocs } from '../tools/write.ts';

const fileName = (file: URL): string => file.pathname.slice(file.pathname.lastIndexOf('/') + 1);

const words = (text: string): string => text.replaceAll(/ +/g, ' ').replaceAll(/-{3,}/g, '---');

test.for((await chartDocs()).map(({ file, text }) => [fileName(file), file, text] as const))(
  '%s is as make chart-docs writes it',
  async ([name, file, text]) => {
    const there = await readFile(file, 'utf8');
    // The formatter sets out JSON and tables in its own way.
    if (name.endsWith('.json')) expect(JSON.parse(there)).toEqual(JSON.parse(text));
    else expect(words(there)).toBe(words(text));
  },
);

test('the example in the chart has the shape of the Python operator’s values', async () => {
  const example = await readFile(new URL('../ddprofiler-rc/ddprofiler-rc-config.example.yaml', import.meta.url), 'utf8');
  for (const key of ['targetNameSpaces:', 'roles_permissions:', 'customResources:', 'eksCluster:'])
    expect(example).toContain(key);
});

test('docs/monitoring.md has every query, and no other', async () => {
  const page = await readFile(new URL('../../docs/monitoring.md', import.meta.url), 'utf8');
  const alerts = await readFile(new URL('../ddprofiler-rc/files/alerts.yaml', import.meta.url), 'utf8');
  const there = [...page.matchAll(/^\| (?:panel|alert) +\| [^|]+\| (`.*?[^\\]`) +\| \d/gm)].map(([, query = '']) => query);
  expect(there).toEqual(allQueries(alerts).map(({ expr }) => code(expr)));
});
