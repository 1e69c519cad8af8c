import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { DEFAULT_LIMITS, type Decision, decide, initialState, type Scope } from '@ddprofiler-rc/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Recorder } from '../journal/index.ts';
import { replayCommand } from './replay.ts';

const SCOPE: Scope = { binding: { namespace: 'ops', name: 'rc' }, namespaces: '*', limits: DEFAULT_LIMITS };

/** A journal of one decision, which was so or otherwise. */
function journalOf(change: Partial<Decision> = {}): string {
  const recorder = new Recorder({ scope: SCOPE, version: '1.2.3', origin: 0 });
  const state = initialState(SCOPE);
  return recorder.begin(state, 0) + recorder.decision({ ...decide(state, 'a/b', 7), ...change }, 1_500, 7) + recorder.end(2_000);
}

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ddprofiler-rc-replay-'));
});
afterAll(() => rm(directory, { recursive: true }));

async function run(args: readonly string[], input = '') {
  const said = { out: '', err: '' };
  const code = await replayCommand(args, {
    stdin: Readable.from([input]),
    stdout: (text) => {
      said.out += text;
    },
    stderr: (text) => {
      said.err += text;
    },
  });
  return { code, ...said };
}

async function fileOf(text: string): Promise<string> {
  const path = join(directory, 'journal');
  await writeFile(path, text);
  return path;
}

test('given a journal as it was written, then it is the same, and 0', async () => {
  expect(await run([await fileOf(journalOf())])).toEqual({
    code: 0,
    err: '',
    out: [
      '4 lines: 0 events, 1 decisions on 1 keys, in 2.0 s',
      'written by version 1.2.3, started 1970-01-01T00:00:00.000Z',
      'same: every decision is made again as it was recorded',
      '',
    ].join('\n'),
  });
});

test('given standard input, then that is read', async () => {
  expect(await run(['-'], journalOf())).toMatchObject({ code: 0, err: '' });
});

test('given one changed byte, then its line is named, and 1', async () => {
  const { code, out } = await run(['-'], journalOf().replace('"a/b"', '"a/c"'));
  expect(code).toBe(1);
  expect(out).toContain('damaged: line 3: the line, or the one before it, is not as the operator wrote it');
});

test('given another decision, then it is told field by field, and 1', async () => {
  const { code, out } = await run(['-'], journalOf({ message: 'because' }));
  expect(code).toBe(1);
  expect(out).toContain('differs: line 3: the decision on a/b\n  message\n    recorded "because"\n    now      "the first');
});

test('given a journal that was cut off, then that is told, and 0', async () => {
  const { code, out } = await run(['-'], journalOf().slice(0, -30));
  expect(code).toBe(0);
  expect(out).toContain('note: line 4 is cut off');
});

test.each([
  [[], 'got none'],
  [['a', 'b'], 'got a b'],
  [['--all'], 'got --all'],
  [['/no/such/file'], 'the journal /no/such/file cannot be read: ENOENT'],
])('given %j, then it says what it takes, and 2', async (args, expected) => {
  const { code, err } = await run(args);
  expect(code).toBe(2);
  expect(err).toContain(expected);
});

test('given --help, then the usage, and 0', async () => {
  expect(await run(['--help'])).toMatchObject({ code: 0, out: expect.stringContaining('ddprofiler-rc replay JOURNAL') });
});
