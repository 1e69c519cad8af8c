/** Writes docs/rules.schema.json and the tables of docs/rules.md: `node scripts/rules-reference.ts` (make reference). */
import { readFile, writeFile } from 'node:fs/promises';
import { rulesReference, rulesSchema } from '@ddprofiler-rc/core';
import { withPart } from './written-part.ts';

export const SCHEMA = new URL('../docs/rules.schema.json', import.meta.url);
export const PAGE = new URL('../docs/rules.md', import.meta.url);

export function schemaText(): string {
  return `${JSON.stringify(rulesSchema(), null, 2)}\n`;
}

/** The page with its tables made anew. */
export function pageWithTables(page: string): string {
  const tables = rulesReference();
  return Object.entries(tables).reduce((text, [name, table]) => {
    const [begin, end] = [`<!-- ${name} fields: written by make reference -->`, `<!-- end of ${name} fields -->`];
    return withPart(text, { page: 'docs/rules.md', begin, end }, table);
  }, page);
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  await writeFile(SCHEMA, schemaText());
  await writeFile(PAGE, pageWithTables(await readFile(PAGE, 'utf8')));
}
