import { setTimeout as delay } from 'node:timers/promises';
import { styleText } from 'node:util';
import { createLogUpdate } from 'log-update';
import type { Screen, Tone } from './screen.ts';
import { linesOf, type Row } from './table.ts';

const STYLES = { plain: [], title: ['bold'], quiet: ['dim'], good: ['green'], bad: ['red'] } as const satisfies Record<
  Tone,
  unknown
>;

export interface LiveScreenOptions {
  readonly stream: NodeJS.WritableStream & { readonly columns?: number };
  /** How long {@link Screen.pause} lasts. */
  readonly pauseMs: number;
}

/** For people at a terminal: what is said scrolls up, and below it stands the table, redrawn in place. */
export function liveScreen({ stream, pauseMs }: LiveScreenOptions): Screen {
  const update = createLogUpdate(stream);
  let hasEnded = false;
  let table = '';
  return {
    say: (line, tone = 'plain') => {
      if (hasEnded) return;
      // The library forgets the table when it writes a line that stays.
      update.persist(styleText(STYLES[tone], line, { validateStream: false }));
      if (table !== '') update(table);
    },
    show: (rows) => {
      if (hasEnded) return;
      table = draw(rows, stream.columns ?? 80);
      update(table);
    },
    pause: async (signal) => {
      await delay(pauseMs, undefined, { signal });
    },
    end: () => {
      if (!hasEnded) update.done();
      hasEnded = true;
    },
  };
}

function draw(rows: readonly Row[], columns: number): string {
  const [headings = '', ...lines] = linesOf(rows, columns);
  const body = lines.map((line, index) => styleText(styleOf(rows[index]), line, { validateStream: false }));
  return ['', styleText('underline', headings, { validateStream: false }), ...body].join('\n');
}

function styleOf(row: Row | undefined) {
  if (row?.isSettled === false) return ['yellow'] as const;
  return row?.isClone === true ? (['cyan'] as const) : [];
}
