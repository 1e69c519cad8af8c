/** The table of docs/install.md with what the image and a pod take. */

export interface Figure {
  readonly what: string;
  readonly value: string;
}

const BEGIN = '<!-- figures: written by make image-figures -->';
const END = '<!-- end of figures -->';

/** The page with its table made anew. */
export function pageWithFigures(page: string, figures: readonly Figure[]): string {
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (from === -1 || to === -1) throw new Error(`docs/install.md lacks ${BEGIN} … ${END}`);
  const rows = [['what', 'measured'], ['---', '---'], ...figures.map(({ what, value }) => [what, value])];
  return `${page.slice(0, from)}${BEGIN}\n\n${rows.map((row) => `| ${row.join(' | ')} |`).join('\n')}\n\n${page.slice(to)}`;
}

/** In MB, of a million bytes each. */
export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(bytes < 10e6 ? 1 : 0)} MB`;

/** The middle one, or the lower of the two in the middle. */
export function median(values: readonly number[]): number {
  const middle = values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)];
  if (middle === undefined) throw new Error('there is no median of nothing');
  return middle;
}
