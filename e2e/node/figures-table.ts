/** The table of docs/install.md with what the image and a pod take. */
import { markdownTable, withPart } from '../../scripts/written-part.ts';

export interface Figure {
  readonly what: string;
  readonly value: string;
}

const PART = {
  page: 'docs/install.md',
  begin: '<!-- figures: written by make image-figures -->',
  end: '<!-- end of figures -->',
};

/** The page with its table made anew. */
export function pageWithFigures(page: string, figures: readonly Figure[]): string {
  return withPart(page, PART, markdownTable([['what', 'measured'], ...figures.map(({ what, value }) => [what, value])]));
}

/** In MB, of a million bytes each. */
export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(bytes < 10e6 ? 1 : 0)} MB`;

/** The middle one, or the lower of the two in the middle. */
export function median(values: readonly number[]): number {
  const middle = values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)];
  if (middle === undefined) throw new Error('there is no median of nothing');
  return middle;
}
