/** docs/benchmarks/README.md: written by people but for what stands between two marks, which each full run writes anew. */
import { machineInWords } from '../machine.ts';
import type { Results } from './results.ts';
import { inMarkdown } from './table.ts';

const BEGIN = '<!-- Written by `make bench` from results.json: change nothing here by hand. -->';
const END = '<!-- End of what `make bench` writes. -->';

/** @throws where the page lacks the marks: there is no place to write to */
export function pageWith(page: string, results: Results): string {
  const [before, rest] = parted(page, BEGIN);
  const [, after] = parted(rest, END);
  return `${before}${BEGIN}\n\n${generated(results)}\n\n${END}${after}`;
}

/** What a page is that nobody wrote yet. */
export const EMPTY_PAGE = `# Benchmarks\n\n${BEGIN}\n${END}\n`;

function generated(results: Results): string {
  const minutes = Math.round(results.seconds / 60);
  return [
    `Measured on ${machineInWords(results.machine)}, in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}${results.isFull ? '' : '; not a full run'}.`,
    'A _value_ is the median of the rounds, or a percentile over the samples of all of them; _least_ and _most_ are those of the rounds.',
    '![The figures below as charts](chart.svg)',
    inMarkdown(results),
  ].join('\n\n');
}

function parted(text: string, mark: string): readonly [string, string] {
  const at = text.indexOf(mark);
  if (at < 0) throw new Error(`the page has no line ${mark}`);
  return [text.slice(0, at), text.slice(at + mark.length)];
}
