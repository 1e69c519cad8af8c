import type { NamedQuery } from './queries.ts';

/** What came of a query: the value of its first series, and how many series there were. */
export interface Answer extends NamedQuery {
  readonly series: number;
  readonly value: number;
}

const BEGIN = '<!-- queries: written by make monitoring-table -->';
const END = '<!-- end of queries -->';

/** docs/monitoring.md with its table made anew. */
export function pageWithAnswers(page: string, answers: readonly Answer[]): string {
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (from === -1 || to === -1) throw new Error(`docs/monitoring.md lacks ${BEGIN} … ${END}`);
  const rows = answers.map(({ kind, name, expr, series, value }) => [kind, name, code(expr), String(series), rounded(value)]);
  const table = [['of', 'name', 'query', 'series', 'value'], ['---', '---', '---', '---', '---'], ...rows];
  return `${page.slice(0, from)}${BEGIN}\n\n${table.map((row) => `| ${row.join(' | ')} |`).join('\n')}\n\n${page.slice(to)}`;
}

export const code = (expr: string): string => `\`${expr.replaceAll('|', '\\|')}\``;

const rounded = (value: number): string => String(Number(value.toPrecision(3)));
