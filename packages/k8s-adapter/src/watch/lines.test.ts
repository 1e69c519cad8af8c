import fc from 'fast-check';
import { expect, test } from 'vitest';
import { linesOf } from './lines.ts';

async function* chunksOf(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  let start = 0;
  for (const end of ends) {
    yield bytes.subarray(start, end);
    start = end;
  }
}

const LINE = fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\n', ' '));

test('given any lines and any chunks of their bytes, then the very lines are given, and no unfinished one', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(LINE), LINE, fc.array(fc.nat()), async (lines, unfinished, cuts) => {
      const bytes = Buffer.from(lines.map((line) => `${line}\n`).join('') + unfinished);
      const given: string[] = [];
      for await (const line of linesOf(chunksOf(bytes, cuts))) given.push(line);
      expect(given).toEqual(lines);
    }),
  );
});

test('given a reader that leaves after the first line, then the chunks are let go', async () => {
  let isReleased = false;
  async function* chunks(): AsyncGenerator<Uint8Array> {
    try {
      yield Buffer.from('one\ntwo\n');
      yield Buffer.from('three\n');
    } finally {
      isReleased = true;
    }
  }
  for await (const line of linesOf(chunks())) {
    expect(line).toBe('one');
    break;
  }
  expect(isReleased).toBe(true);
});
