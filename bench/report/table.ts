/** The tables of a run: at a terminal in columns, in the documentation as Markdown. Both from the same rows. */
import type { Bar, Measurement } from '../result.ts';
import { spreadOf } from '../statistics.ts';
import { inWords } from './number.ts';
import type { Results } from './results.ts';

type Row = readonly string[];

const FIGURE_HEAD: Row = ['figure', 'value', 'least', 'most', 'rounds'];
const BAR_HEAD: Row = ['bar', 'value', 'at most', 'verdict'];

/** @param value over all rounds; the spread is that of the rounds */
function figureRows({ figures }: Measurement): readonly Row[] {
  return figures.map(({ what, unit, samples, value }) => {
    const { min, max, count } = spreadOf(samples);
    return [what, inWords(value, unit), inWords(min, unit), inWords(max, unit), String(count)];
  });
}

function barRows(bars: readonly Bar[]): readonly Row[] {
  return bars.map(({ what, unit, value, limit, met }) => [
    what,
    inWords(value, unit),
    inWords(limit, unit),
    met ? 'met' : 'MISSED',
  ]);
}

function allBars({ measurements }: Results): readonly Bar[] {
  return measurements.flatMap(({ bars }) => bars);
}

/** For a terminal. */
export function inColumns(results: Results): string {
  const tables = results.measurements.map((one) => `${one.title}\n${columns([FIGURE_HEAD, ...figureRows(one)])}`);
  return [...tables, `Bars\n${columns([BAR_HEAD, ...barRows(allBars(results))])}`].join('\n\n');
}

/** For the documentation. */
export function inMarkdown(results: Results): string {
  const sections = results.measurements.map(
    (one) => `### ${one.title}\n\n${one.how}\n\n${markdown([FIGURE_HEAD, ...figureRows(one)])}`,
  );
  return [`### Bars\n\n${markdown([BAR_HEAD, ...barRows(allBars(results))])}`, ...sections].join('\n\n');
}

function widthsOf(rows: readonly Row[]): readonly number[] {
  return (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => [...(row[column] ?? '')].length)));
}

function columns(rows: readonly Row[]): string {
  const widths = widthsOf(rows);
  return rows.map((row) => `  ${row.map((cell, column) => padded(cell, widths[column] ?? 0)).join('  ')}`.trimEnd()).join('\n');
}

/** As the formatter of this project lays tables out, so that it finds nothing to change. */
function markdown(rows: readonly Row[]): string {
  const [head = [], ...body] = rows;
  const widths = widthsOf(rows);
  const line = (row: Row) => `| ${row.map((cell, column) => padded(cell, widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...body.map(line)].join('\n');
}

/** By characters, not by UTF-16 units. */
function padded(cell: string, width: number): string {
  return cell + ' '.repeat(Math.max(0, width - [...cell].length));
}
