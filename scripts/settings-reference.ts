/** Writes the table of settings in docs/guardrails.md: `node scripts/settings-reference.ts` (make reference). */
import { readFile, writeFile } from 'node:fs/promises';
import { type Row, rowsOf } from '../packages/server/src/settings/row.ts';
import { TABLE } from '../packages/server/src/settings/table.ts';
import { markdownTable, withPart } from './written-part.ts';

export const PAGE = new URL('../docs/guardrails.md', import.meta.url);

/** What no rule can widen. */
const GUARDRAILS: readonly Row<unknown>[] = [TABLE.watchNamespaces, ...rowsOf(TABLE.limits)];

const PART = {
  page: 'docs/guardrails.md',
  begin: '<!-- settings: written by make reference -->',
  end: '<!-- end of settings -->',
};

/** The page with its table made anew. */
export function pageWithSettings(page: string): string {
  const rows = GUARDRAILS.map(({ name, kind, fallback = '', description }) => [
    `\`${name}\``,
    plain(kind.accepted),
    fallback === '' ? '–' : `\`${fallback}\``,
    plain(description),
  ]);
  return withPart(page, PART, markdownTable([['setting', 'accepted', 'default', 'meaning'], ...rows]));
}

/** A text that says the same in Markdown. */
function plain(text: string): string {
  return text.replaceAll(/[*|]/g, '\\$&');
}

if (process.argv[1] === new URL(import.meta.url).pathname) await writeFile(PAGE, pageWithSettings(await readFile(PAGE, 'utf8')));
