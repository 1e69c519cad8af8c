import { markdownTable, withPart } from '../../scripts/written-part.ts';
import type { NamedQuery } from './queries.ts';

/** What came of a query: the value of its first series, and how many series there were. */
export interface Answer extends NamedQuery {
  readonly series: number;
  readonly value: number;
}

const PART = {
  page: 'docs/monitoring.md',
  begin: '<!-- queries: written by make monitoring-table -->',
  end: '<!-- end of queries -->',
};

/** docs/monitoring.md with its table made anew. */
export function pageWithAnswers(page: string, answers: readonly Answer[]): string {
  const rows = answers.map(({ kind, name, expr, series, value }) => [kind, name, code(expr), String(series), rounded(value)]);
  return withPart(page, PART, markdownTable([['of', 'name', 'query', 'series', 'value'], ...rows]));
}

export const code = (expr: string): string => `\`${expr.replaceAll('|', '\\|')}\``;

const rounded = (value: number): string => String(Number(value.toPrecision(3)));
