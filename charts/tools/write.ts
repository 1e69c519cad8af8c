/** Writes what the chart has that is made from something else: `node charts/tools/write.ts` (make chart-docs). */
import { readFile, writeFile } from 'node:fs/promises';
import { dashboard } from './dashboard.ts';
import { ROWS } from './panels.ts';
import { readValues } from './values-comments.ts';
import { valuesSchema } from './values-schema.ts';
import { pageWithTable } from './values-table.ts';

const CHART = new URL('../ddprofiler-rc/', import.meta.url);

export interface Written {
  readonly file: URL;
  readonly text: string;
}

/** What the files should hold. */
export async function chartDocs(): Promise<readonly Written[]> {
  const values = readValues(await readFile(new URL('values.yaml', CHART), 'utf8'));
  const readme = new URL('README.md', CHART);
  return [
    { file: new URL('files/dashboard.json', CHART), text: `${JSON.stringify(dashboard(ROWS), null, 2)}\n` },
    { file: new URL('values.schema.json', CHART), text: `${JSON.stringify(valuesSchema(values), null, 2)}\n` },
    { file: readme, text: pageWithTable(await readFile(readme, 'utf8'), values) },
  ];
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  for (const { file, text } of await chartDocs()) await writeFile(file, text);
}
