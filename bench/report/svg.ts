/** The few shapes that charts are drawn with, as SVG text. All texts are escaped; coordinates are rounded to tenths. */

export interface Style {
  readonly fill?: string;
  readonly stroke?: string;
  readonly width?: number;
  readonly dashed?: boolean;
}

export interface TextStyle {
  readonly size?: number;
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly fill?: string;
  readonly bold?: boolean;
  /** Degrees, about its own place. */
  readonly turned?: number;
  /** To be read on top of lines. */
  readonly halo?: boolean;
}

const round = (value: number): number => Math.round(value * 10) / 10;

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function look({ fill = 'none', stroke, width = 1, dashed = false }: Style): string {
  const line =
    stroke === undefined ? '' : ` stroke="${stroke}" stroke-width="${width}"${dashed ? ' stroke-dasharray="5 4"' : ''}`;
  return `fill="${fill}"${line}`;
}

export function rectangle(x: number, y: number, width: number, height: number, style: Style): string {
  return `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" ${look(style)}/>`;
}

export function line(from: readonly [number, number], to: readonly [number, number], style: Style): string {
  return `<line x1="${round(from[0])}" y1="${round(from[1])}" x2="${round(to[0])}" y2="${round(to[1])}" ${look(style)}/>`;
}

export function circle([x, y]: readonly [number, number], radius: number, style: Style): string {
  return `<circle cx="${round(x)}" cy="${round(y)}" r="${radius}" ${look(style)}/>`;
}

export function text(x: number, y: number, words: string, style: TextStyle = {}): string {
  const { size = 13, anchor = 'start', fill = '#24292f', bold = false, turned, halo = false } = style;
  const turn = turned === undefined ? '' : ` transform="rotate(${turned} ${round(x)} ${round(y)})"`;
  const weight = bold ? ' font-weight="600"' : '';
  const edge = halo ? ' stroke="#ffffff" stroke-width="4" paint-order="stroke"' : '';
  return `<text x="${round(x)}" y="${round(y)}" font-size="${size}" text-anchor="${anchor}" fill="${fill}"${edge}${weight}${turn}>${escaped(words)}</text>`;
}

export function document(width: number, height: number, title: string, shapes: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="system-ui, -apple-system, 'Segoe UI', sans-serif">`,
    `<title>${escaped(title)}</title>`,
    rectangle(0, 0, width, height, { fill: '#ffffff' }),
    ...shapes,
    '</svg>',
    '',
  ].join('\n');
}
