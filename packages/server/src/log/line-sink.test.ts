import { execFile } from 'node:child_process';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { oncePerTurn } from './line-sink.ts';
import { createLogger } from './log.ts';

/** A destination that notes what is written, and how the process ends. */
function given() {
  const writes: string[] = [];
  let exit = (): void => {};
  const sink = oncePerTurn({ write: (text) => writes.push(text) }, (flush) => {
    exit = flush;
  });
  return { sink, writes, exit: () => exit() };
}

test('lines of one turn are written together, in order, when it ends; those of the next turn again', async () => {
  const { sink, writes } = given();
  sink.write('a\n');
  await Promise.resolve();
  sink.write('b\n');
  expect(writes).toEqual([]);
  await nextTurn();
  sink.write('c\n');
  await nextTurn();
  await nextTurn();
  expect(writes).toEqual(['a\nb\n', 'c\n']);
});

test('what is not yet written is when the process ends', () => {
  const { sink, writes, exit } = given();
  sink.write('last words\n');
  exit();
  expect(writes).toEqual(['last words\n']);
});

test('a flood within one turn is not held until its end', () => {
  const { sink, writes } = given();
  const line = `${'x'.repeat(999)}\n`;
  for (let count = 0; count < 100; count += 1) sink.write(line);
  expect(writes.length).toBeGreaterThan(0);
  expect(writes.join('').length).toBeGreaterThan(60_000);
});

test('a fatal line is written at once', () => {
  const { sink, writes } = given();
  createLogger('INFO', sink).fatal('ends');
  expect(writes).toHaveLength(1);
});

test('a process that ends at once has written all its lines to standard output, in order', async () => {
  const log = fileURLToPath(new URL('log.ts', import.meta.url));
  const script = `
    import { createLogger } from ${JSON.stringify(log)};
    const log = createLogger('INFO');
    for (let count = 0; count < 1000; count += 1) log.info({ count }, 'a line');
    process.exit(3);`;
  const ended = promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
  const { stdout } = await ended.catch((error: { readonly stdout: string }) => error);
  const counts = stdout
    .trimEnd()
    .split('\n')
    .map((line) => Number(JSON.parse(line).count));
  expect(counts).toEqual(Array.from({ length: 1_000 }, (_, count) => count));
});
