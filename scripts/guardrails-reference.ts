/** Writes the tables of settings, refusals and hazards in docs/guardrails.md: `node scripts/guardrails-reference.ts` (make reference). */
import { readFile, writeFile } from 'node:fs/promises';
import { HAZARDS, REFUSALS } from '@ddprofiler-rc/core';
import { type Row, rowsOf, TABLE } from '@ddprofiler-rc/server/settings';
import { markdownTable, withPart } from './written-part.ts';

export const PAGE = new URL('../docs/guardrails.md', import.meta.url);

/** What no rule can widen. */
const GUARDRAILS: readonly Row<unknown>[] = [TABLE.watchNamespaces, ...rowsOf(TABLE.limits)];

/** The page with its tables made anew. */
export function pageWithTables(page: string): string {
  const settings = GUARDRAILS.map(({ name, kind, fallback = '', description }) => [
    `\`${name}\``,
    plain(kind.accepted),
    fallback === '' ? '–' : `\`${fallback}\``,
    plain(description),
  ]);
  const refusals = REFUSALS.map(({ reason, meaning }) => [`\`${reason}\``, meaning]);
  const hazards = HAZARDS.map(({ kind, meaning }) => [`\`${kind}\``, meaning]);
  const tables = {
    settings: markdownTable([['setting', 'accepted', 'default', 'meaning'], ...settings]),
    refusals: markdownTable([['word', 'what was refused'], ...refusals]),
    hazards: markdownTable([['hazard', 'what was found'], ...hazards]),
  };
  return Object.entries(tables).reduce((text, [name, table]) => {
    const [begin, end] = [`<!-- ${name}: written by make reference -->`, `<!-- end of ${name} -->`];
    return withPart(text, { page: 'docs/guardrails.md', begin, end }, table);
  }, page);
}

/** A text that says the same in Markdown. */
function plain(text: string): string {
  return text.replaceAll(/[*|]/g, '\\$&');
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  await writeFile(PAGE, pageWithTables(await readFile(PAGE, 'utf8')));
}
