import { Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { liveScreen } from './live-screen.ts';
import { plainScreen } from './plain-screen.ts';
import { rowsOf } from './table.ts';
import type { Workload } from './workload.ts';

const SOURCE: Workload = {
  name: 'web',
  uid: 'u1',
  generation: 1,
  source: undefined,
  wanted: 6,
  ready: 6,
  settled: true,
  image: 'nginx',
  env: [],
};
const CLONE: Workload = {
  ...SOURCE,
  name: 'web-profiler',
  source: 'web',
  wanted: 3,
  ready: 1,
  settled: false,
  env: ['A=1', 'B=2'],
};
const OTHER: Workload = { ...SOURCE, name: 'web-2' };

const ESCAPE = '\u001b';

function written(columns = 80) {
  let text = '';
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      text += String(chunk);
      done();
    },
  });
  return { stream: Object.assign(stream, { columns, rows: 24, isTTY: true }), text: () => text };
}

describe('the plain screen', () => {
  test('given changes, then each is one line, and none is told twice', () => {
    const { stream, text } = written();
    const screen = plainScreen(stream);
    screen.say('Title', 'title');
    screen.show(rowsOf([CLONE, SOURCE]));
    screen.show(rowsOf([CLONE, SOURCE]));
    screen.show(rowsOf([{ ...CLONE, ready: 3, settled: true }, SOURCE]));
    screen.show(rowsOf([SOURCE]));
    expect(text().split('\n')).toEqual([
      'Title',
      '    + web  6/6 ready  nginx',
      '    + web-profiler  1/3 ready  nginx  A=1 B=2',
      '    ~ web-profiler  3/3 ready  nginx  A=1 B=2',
      '    - web-profiler',
      '',
    ]);
    expect(text()).not.toContain(ESCAPE);
  });

  test('given its end, then nothing more is written', () => {
    const { stream, text } = written();
    const screen = plainScreen(stream);
    screen.end();
    screen.say('late');
    screen.show(rowsOf([SOURCE]));
    expect(text()).toBe('');
  });
});

describe('the live screen', () => {
  /** What a terminal shows in the end, as far as the library's sequences go: cursor up, down and to the left, erase line or its rest. */
  function onTerminal(text: string): readonly string[] {
    const lines: string[] = [];
    let row = 0;
    let column = 0;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is read here.
    for (const [token, count = '', command] of text.matchAll(/\u001b\[(\??\d*)([A-Za-z])|./gs)) {
      const line = lines[row] ?? '';
      switch (command) {
        case undefined:
          if (token === '\n') row += 1;
          else lines[row] = line.slice(0, column).padEnd(column) + token + line.slice(column + 1);
          column = token === '\n' ? 0 : column + 1;
          break;
        case 'A':
          row -= Number(count || 1);
          break;
        case 'B':
          row += Number(count || 1);
          break;
        case 'G':
          column = 0;
          break;
        case 'K':
          lines[row] = count === '2' ? '' : line.slice(0, column);
          break;
        case 'h':
        case 'l':
        case 'm':
          break;
        default:
          throw new Error(`a sequence that this terminal does not know: ${JSON.stringify(token)}`);
      }
    }
    return Array.from(lines, (line = '') => line);
  }

  test('given a change, then the table is redrawn in place, below what was said', () => {
    const { stream, text } = written();
    const screen = liveScreen({ stream, pauseMs: 0 });
    screen.say('Title', 'title');
    screen.show(rowsOf([SOURCE, OTHER]));
    screen.show(rowsOf([SOURCE, CLONE, OTHER]));
    screen.say('A step');
    screen.show(rowsOf([SOURCE, { ...CLONE, ready: 3, settled: true }, OTHER]));
    screen.end();
    const shown = onTerminal(text()).filter((line) => line !== '');
    expect(shown).toEqual([
      'Title',
      'A step',
      'DEPLOYMENT       READY   IMAGE   ENV',
      'web              6/6     nginx',
      '└ web-profiler   3/3     nginx   A=1 B=2',
      'web-2            6/6     nginx',
    ]);
  });

  test('given a narrow terminal, then lines are cut and not wrapped', () => {
    const { stream, text } = written(20);
    const screen = liveScreen({ stream, pauseMs: 0 });
    screen.show(rowsOf([SOURCE, CLONE]));
    screen.end();
    for (const line of onTerminal(text())) expect(line.length).toBeLessThanOrEqual(20);
  });

  test('given somebody who interrupts, then a pause ends at once', async () => {
    const screen = liveScreen({ stream: written().stream, pauseMs: 2 ** 30 });
    await expect(screen.pause(AbortSignal.abort())).rejects.toThrow();
    screen.end();
  });
});
