/** One chart of several on a page: groups of bars, or lines through points. Frame, axes and legend are the same for both. */
import { ticksTo } from './axis.ts';
import { circle, line, rectangle, text } from './svg.ts';

export interface Frame {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface BarPanel {
  readonly kind: 'bars';
  readonly title: string;
  readonly unit: string;
  readonly legend: readonly string[];
  /** Each with one value per entry of the legend, and the spread of its rounds; `limit` is the bar that the last of them must clear. */
  readonly groups: readonly {
    readonly name: string;
    readonly values: readonly { readonly value: number; readonly min: number; readonly max: number }[];
    readonly limit?: number;
  }[];
}

export interface LinePanel {
  readonly kind: 'lines';
  readonly title: string;
  readonly unit: string;
  readonly across: string;
  readonly legend: readonly string[];
  /** One per entry of the legend. */
  readonly series: readonly (readonly (readonly [number, number])[])[];
}

export type Panel = BarPanel | LinePanel;

/** Told apart by people who do not tell red from green, and in grey by their lightness. */
const COLOURS = ['#9aa7b5', '#1f6feb', '#f2994a', '#8250df'];
const LIMIT = '#b42318';
const GRID = '#e3e7eb';
const AXIS = '#57606a';
const MARGIN = { left: 62, right: 24, top: 62, bottom: 52 };

export function drawPanel(panel: Panel, frame: Frame): string {
  const plot: Frame = {
    x: frame.x + MARGIN.left,
    y: frame.y + MARGIN.top,
    width: frame.width - MARGIN.left - MARGIN.right,
    height: frame.height - MARGIN.top - MARGIN.bottom,
  };
  const largest = panel.kind === 'bars' ? largestBar(panel) : Math.max(...panel.series.flat().map(([, y]) => y));
  const ticks = ticksTo(largest);
  const top = ticks.at(-1) ?? 1;
  const place = (value: number): number => plot.y + plot.height * (1 - value / top);
  const limits = panel.kind === 'bars' && panel.groups.some(({ limit }) => limit !== undefined);
  return [
    text(frame.x + 10, frame.y + 24, panel.title, { size: 15, bold: true }),
    legend(panel.legend, limits, frame),
    ...ticks.flatMap((tick) => [
      line([plot.x, place(tick)], [plot.x + plot.width, place(tick)], { stroke: tick === 0 ? AXIS : GRID }),
      text(plot.x - 8, place(tick) + 4, String(tick), { size: 12, anchor: 'end', fill: AXIS }),
    ]),
    text(frame.x + 16, plot.y + plot.height / 2, panel.unit, { size: 12, anchor: 'middle', fill: AXIS, turned: -90 }),
    ...(panel.kind === 'bars' ? bars(panel, plot, place) : lines(panel, plot, place)),
  ].join('\n');
}

function largestBar({ groups }: BarPanel): number {
  return Math.max(
    ...groups.flatMap(({ values, limit }) => [...values.map(({ max, value }) => Math.max(max, value)), limit ?? 0]),
  );
}

function legend(names: readonly string[], limits: boolean, { x, y }: Frame): string {
  const shapes: string[] = [];
  let left = x + 12;
  const entry = (words: string, symbol: string): void => {
    shapes.push(symbol, text(left + 17, y + 46, words, { size: 12 }));
    left += 17 + words.length * 6.4 + 20;
  };
  names.forEach((name, index) => {
    entry(name, rectangle(left, y + 36, 12, 12, { fill: COLOURS[index] ?? AXIS }));
  });
  if (limits) entry('allowed', line([left, y + 42], [left + 12, y + 42], { stroke: LIMIT, width: 2, dashed: true }));
  return shapes.join('\n');
}

function bars({ groups }: BarPanel, plot: Frame, place: (value: number) => number): readonly string[] {
  const slot = plot.width / groups.length;
  return groups.flatMap(({ name, values, limit }, index) => {
    const width = Math.min(46, (slot * 0.72) / values.length);
    const left = plot.x + slot * (index + 0.5) - (width * values.length) / 2;
    const middleOf = (entry: number): number => left + (entry + 0.5) * width;
    const shapes = values.flatMap(({ value, min, max }, entry) => {
      const middle = middleOf(entry);
      const fill = COLOURS[entry] ?? AXIS;
      return [
        rectangle(middle - width / 2 + 2, place(value), width - 4, plot.y + plot.height - place(value), { fill }),
        line([middle, place(min)], [middle, place(max)], { stroke: '#24292f' }),
      ];
    });
    // Last, for a limit may run right through them.
    const figures = values.map(({ value, max }, entry) => {
      const tip = Math.min(place(value), place(max)) - 6;
      return text(middleOf(entry), tip, value.toPrecision(3), { size: 11, anchor: 'middle', halo: true });
    });
    const label = text(plot.x + slot * (index + 0.5), plot.y + plot.height + 20, name, {
      size: 12,
      anchor: 'middle',
      fill: AXIS,
    });
    if (limit === undefined) return [...shapes, ...figures, label];
    const span = [left - 6, left + width * values.length + 6] as const;
    const allowed = line([span[0], place(limit)], [span[1], place(limit)], { stroke: LIMIT, width: 2, dashed: true });
    return [...shapes, allowed, ...figures, label];
  });
}

function lines({ series, across }: LinePanel, plot: Frame, place: (value: number) => number): readonly string[] {
  const ticks = ticksTo(Math.max(...series.flat().map(([x]) => x)));
  const right = ticks.at(-1) ?? 1;
  const at = ([x, y]: readonly [number, number]) => [plot.x + (plot.width * x) / right, place(y)] as const;
  const drawn = series.flatMap((points, index) => {
    const colour = COLOURS[index] ?? AXIS;
    const sorted = points.toSorted(([a], [b]) => a - b);
    const strokes = sorted
      .slice(1)
      .map((point, before) => line(at(sorted[before] ?? point), at(point), { stroke: colour, width: 2 }));
    return [...strokes, ...sorted.map((point) => circle(at(point), 3.5, { fill: colour }))];
  });
  const labels = ticks.map((tick) =>
    text(plot.x + (plot.width * tick) / right, plot.y + plot.height + 20, String(tick), {
      size: 12,
      anchor: 'middle',
      fill: AXIS,
    }),
  );
  return [
    ...drawn,
    ...labels,
    text(plot.x + plot.width / 2, plot.y + plot.height + 40, across, { size: 12, anchor: 'middle', fill: AXIS }),
  ];
}
