import type { DescribedValue } from './values-comments.ts';

/** The table of values in the chart's README. */
export function valuesTable(values: readonly DescribedValue[]): string {
  const rows = values.map(({ path, description, fallback }) => [
    code(path.join('.')),
    code(JSON.stringify(fallback)),
    cell(description),
  ]);
  return [['value', 'default', 'meaning'], ['---', '---', '---'], ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

const cell = (text: string): string => text.replaceAll('|', '\\|');
const code = (text: string): string => `\`${cell(text)}\``;

const BEGIN = '<!-- values: written by make chart-docs -->';
const END = '<!-- end of values -->';

/** The page with its table made anew. */
export function pageWithTable(page: string, values: readonly DescribedValue[]): string {
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (from === -1 || to === -1) throw new Error(`the chart's README.md lacks ${BEGIN} … ${END}`);
  return `${page.slice(0, from)}${BEGIN}\n\n${valuesTable(values)}\n\n${page.slice(to)}`;
}
