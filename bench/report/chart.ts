/** chart.svg: what a run found, as four charts at most. What was not measured is not drawn. */

import { machineInWords } from '../machine.ts';
import { PACES } from '../measure/latency.ts';
import type { Figure, Measurement, MeasurementName } from '../result.ts';
import { spreadOf } from '../statistics.ts';
import { type BarPanel, drawPanel, type LinePanel } from './panel.ts';
import type { Results } from './results.ts';
import { document, text } from './svg.ts';

const PANEL = { width: 560, height: 340 };
const HEAD = 66;

export function chartOf(results: Results): string {
  const of = (name: MeasurementName) => results.measurements.find((one) => one.name === name);
  const panels = [
    convergePanel(of('converge')),
    latencyPanel(of('latency')),
    noisyPanel(of('noisy')),
    memoryPanel(of('memory')),
  ].filter((panel) => panel !== undefined);
  const height = HEAD + Math.ceil(panels.length / 2) * PANEL.height;
  const shapes = panels.map((panel, index) =>
    drawPanel(panel, { ...PANEL, x: (index % 2) * PANEL.width, y: HEAD + Math.floor(index / 2) * PANEL.height }),
  );
  const head = [
    text(16, 30, 'ddprofiler-rc against the limit of the API server', { size: 19, bold: true }),
    text(16, 52, machineInWords(results.machine), { size: 12, fill: '#57606a' }),
  ];
  return document(2 * PANEL.width, height, 'Benchmarks of ddprofiler-rc', [...head, ...shapes]);
}

function find(measurement: Measurement, id: string): Figure | undefined {
  return measurement.figures.find((figure) => figure.id === id);
}

function value(figure: Figure): { readonly value: number; readonly min: number; readonly max: number } {
  const { min, max } = spreadOf(figure.samples);
  return { value: figure.value, min, max };
}

function convergePanel(measurement: Measurement | undefined): BarPanel | undefined {
  if (measurement === undefined) return undefined;
  const sizes = measurement.figures.flatMap(({ id }) => /^floor-(\d+)$/.exec(id)?.[1] ?? []);
  const groups = sizes.flatMap((size) => {
    const [floor, operator] = [find(measurement, `floor-${size}`), find(measurement, `operator-${size}`)];
    if (floor === undefined || operator === undefined) return [];
    const bar = measurement.bars.find(({ what, unit }) => unit === '×' && what.startsWith(`${size} sources`));
    const limit = bar === undefined ? {} : { limit: bar.limit * floor.value };
    return [{ name: `${size} sources`, values: [value(floor), value(operator)], ...limit }];
  });
  return { kind: 'bars', title: 'Process start to the last clone', unit: 'seconds', legend: ['floor', 'operator'], groups };
}

function latencyPanel(measurement: Measurement | undefined): BarPanel | undefined {
  if (measurement === undefined) return undefined;
  const groups = PACES.flatMap((pace) => {
    const all = ['apply-p50', 'p50', 'p99']
      .map((id) => find(measurement, `${id}-${pace}`))
      .filter((found) => found !== undefined);
    return all.length === 3 ? [{ name: `${pace} changes/s`, values: all.map(value) }] : [];
  });
  return {
    kind: 'bars',
    title: 'Source changed → clone changed',
    unit: 'milliseconds',
    legend: ['a bare apply, p50', 'clone, p50', 'clone, p99'],
    groups,
  };
}

function noisyPanel(measurement: Measurement | undefined): BarPanel | undefined {
  if (measurement === undefined) return undefined;
  const group = (name: string, share: string) => {
    const [alone, beside] = [find(measurement, `alone-${share}`), find(measurement, `beside-${share}`)];
    return alone === undefined || beside === undefined ? [] : [{ name, values: [value(alone), value(beside)] }];
  };
  return {
    kind: 'bars',
    title: 'Quiet sources beside one that changes 100 times a second',
    unit: 'milliseconds',
    legend: ['alone', 'beside it'],
    groups: [...group('p50', 'p50'), ...group('p99', 'p99')],
  };
}

function memoryPanel(measurement: Measurement | undefined): LinePanel | undefined {
  if (measurement === undefined) return undefined;
  const names = { unrelated: 'unrelated Deployments', pairs: 'managed pairs' } as const;
  const found = Object.entries(names).flatMap(([id, name]) => {
    const series = measurement.series.find((one) => one.id === id);
    return series === undefined ? [] : [{ name, points: series.points }];
  });
  return {
    kind: 'lines',
    title: 'Heap after garbage collection',
    unit: 'megabytes',
    across: 'Deployments that no rule names, or pairs of source and clone',
    legend: found.map(({ name }) => name),
    series: found.map(({ points }) => points),
  };
}
