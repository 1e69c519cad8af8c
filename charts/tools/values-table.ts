import { markdownTable, withPart } from '../../scripts/written-part.ts';
import type { DescribedValue } from './values-comments.ts';

/** The table of values in the chart's README. */
function valuesTable(values: readonly DescribedValue[]): string {
  const rows = values.map(({ path, description, fallback }) => [
    code(path.join('.')),
    code(JSON.stringify(fallback)),
    cell(description),
  ]);
  return markdownTable([['value', 'default', 'meaning'], ...rows]);
}

const cell = (text: string): string => text.replaceAll('|', '\\|');
const code = (text: string): string => `\`${cell(text)}\``;

const PART = {
  page: 'the chart’s README.md',
  begin: '<!-- values: written by make chart-docs -->',
  end: '<!-- end of values -->',
};

/** The page with its table made anew. */
export function pageWithTable(page: string, values: readonly DescribedValue[]): string {
  return withPart(page, PART, valuesTable(values));
}
