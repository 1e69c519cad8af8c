import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { atMost, figure, type Measurement } from '../result.ts';
import { ticksTo } from './axis.ts';
import { chartOf } from './chart.ts';
import { inWords } from './number.ts';
import { EMPTY_PAGE, pageWith } from './page.ts';
import { missedBars, type Results } from './results.ts';
import { inColumns, inMarkdown } from './table.ts';

/** Where the last full run is on record. */
const RECORD = fileURLToPath(new URL('../../docs/benchmarks', import.meta.url));

const MEASUREMENT: Measurement = {
  name: 'idle',
  title: 'Idle',
  how: 'Nothing happens.',
  figures: [figure('writes', 'writes', '', [0, 0, 2])],
  bars: [atMost('writes', '', 2, 0), atMost('memory', 'MB', 87, 87)],
  series: [],
};

const RESULTS: Results = {
  machine: { processor: 'a <processor>', cores: 2, memoryGib: 4, system: 'linux', node: 'v1', kubernetes: 'v2', etcd: 'v3' },
  isFull: true,
  seconds: 120,
  measurements: [MEASUREMENT],
};

test('a bar is met up to and with its limit, and a missed one is told', () => {
  expect(missedBars(RESULTS).map(({ what }) => what)).toEqual(['writes']);
  expect(inColumns(RESULTS)).toMatch(/writes +2 +0 +MISSED/);
  expect(inMarkdown(RESULTS)).toMatch(/\| memory +\| 87 MB +\| 87 MB +\| met/);
});

test('the median is the figure, with the spread of the rounds beside it', () => {
  expect(inMarkdown(RESULTS)).toMatch(/\| writes +\| 0 +\| 0 +\| 2 +\| 3 /);
});

test('a run writes between the marks, and leaves what people wrote', () => {
  const page = `# Words\n${EMPTY_PAGE}\nMore words.\n`;
  const once = pageWith(page, RESULTS);
  expect(once).toMatch(/^# Words\n# Benchmarks[\s\S]*### Idle[\s\S]*\nMore words\.\n$/);
  expect(pageWith(once, RESULTS)).toBe(once);
  expect(() => pageWith('# Words\n', RESULTS)).toThrow('docs/benchmarks/README.md lacks <!--');
});

test('the page and the chart of the documentation are those of its results', async () => {
  const [results, page, chart] = await Promise.all(
    ['results.json', 'README.md', 'chart.svg'].map((name) => readFile(join(RECORD, name), 'utf8')),
  );
  const recorded: Results = JSON.parse(results ?? '');
  expect(recorded.isFull).toBe(true);
  // The linter looks at the page too: so it is laid out as the formatter would have it.
  expect(pageWith(page ?? '', recorded)).toBe(page);
  expect(chartOf(recorded)).toBe(chart);
});

test.each([
  [1234, '', '1234'],
  [1.234, 's', '1.23 s'],
  [12.34, 'ms', '12.3 ms'],
  [123.4, 'MB', '123 MB'],
  [0.0123, '×', '0.012 ×'],
] as const)('%d %s is %s', (value, unit, words) => {
  expect(inWords(value, unit)).toBe(words);
});

test('the ticks of an axis begin at 0, are even, and reach what is largest', () => {
  for (const largest of [0.3, 1, 7, 87, 241, 5_000]) {
    const ticks = ticksTo(largest);
    expect(ticks[0]).toBe(0);
    expect(ticks.at(-1)).toBeGreaterThanOrEqual(largest);
    expect(ticks.at(-2)).toBeLessThan(largest);
  }
  expect(ticksTo(0.3)).toEqual([0, 0.1, 0.2, 0.3]);
  expect(ticksTo(0)).toEqual([0, 1]);
});

test('the chart draws what was measured and nothing else, with the limit, and all texts escaped', () => {
  expect(chartOf(RESULTS)).toContain('a &lt;processor&gt;');
  expect(chartOf(RESULTS)).not.toContain('Process start to the last clone');
  const figures = [figure('floor-10', 'floor', 's', [1, 2, 3]), figure('operator-10', 'operator', 's', [2, 3, 4])];
  const bars = [atMost('10 sources converge', '×', 1.5, 1.3)];
  const converge: Measurement = { ...MEASUREMENT, name: 'converge', figures, bars };
  const chart = chartOf({ ...RESULTS, measurements: [converge] });
  expect(chart).toContain('Process start to the last clone');
  expect(chart).toContain('stroke-dasharray');
  expect(chartOf({ ...RESULTS, measurements: [{ ...converge, bars: [] }] })).not.toContain('stroke-dasharray');
});
