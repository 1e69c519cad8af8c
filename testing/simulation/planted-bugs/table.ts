import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { withPart } from '../../../scripts/written-part.ts';
import type { PlantedBug } from './bug.ts';
import type { Catch } from './hunt.ts';

/** What caught each bug, by its name. */
export const TABLE = fileURLToPath(new URL('./caught.json', import.meta.url));

/** The page that shows it to people. */
export const PAGE = fileURLToPath(new URL('../../../docs/simulation.md', import.meta.url));

const PART = {
  page: 'docs/simulation.md',
  begin: '<!-- planted bugs: written by make planted-bugs -->',
  end: '<!-- end of planted bugs -->',
};

export async function tableOf(): Promise<Readonly<Record<string, Catch>>> {
  return JSON.parse(await readFile(TABLE, 'utf8'));
}

/** The page with the table of the bugs between its marks. */
export function pageWith(page: string, bugs: readonly PlantedBug[], caught: Readonly<Record<string, Catch>>): string {
  const rows = bugs.map(({ name, what }) => [name, what.replaceAll('|', '\\|'), inWords(caught[name])]);
  const table = inColumns([['bug', 'what is wrong', 'caught by'], ...rows]);
  return withPart(page, PART, table);
}

/** A table of Markdown, its columns as wide as the formatter has them. */
function inColumns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [line(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...body.map(line)].join('\n');
}

function inWords(result: Catch | undefined): string {
  if (result === undefined) return 'nothing yet';
  if (result.by === 'test') return `\`${result.file}\``;
  return `seed ${result.seed}, ${result.mode}: invariant ${result.invariant}`;
}
