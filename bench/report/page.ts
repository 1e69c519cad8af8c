/** docs/benchmarks/README.md: written by people but for what stands between two marks, which each full run writes anew. */
import { withPart } from '../../scripts/written-part.ts';
import { machineInWords } from '../machine.ts';
import type { Results } from './results.ts';
import { inMarkdown } from './table.ts';

const PART = {
  page: 'docs/benchmarks/README.md',
  begin: '<!-- Written by `make bench` from results.json: change nothing here by hand. -->',
  end: '<!-- End of what `make bench` writes. -->',
};

/** @throws where the page lacks the marks: there is no place to write to */
export function pageWith(page: string, results: Results): string {
  return withPart(page, PART, generated(results));
}

/** What a page is that nobody wrote yet. */
export const EMPTY_PAGE = `# Benchmarks\n\n${PART.begin}\n${PART.end}\n`;

function generated(results: Results): string {
  const minutes = Math.round(results.seconds / 60);
  return [
    `Measured on ${machineInWords(results.machine)}, in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}${results.isFull ? '' : '; not a full run'}.`,
    'A _value_ is the median of the rounds, or a percentile over the samples of all of them; _least_ and _most_ are those of the rounds.',
    '![The figures below as charts](chart.svg)',
    inMarkdown(results),
  ].join('\n\n');
}
