import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { replay } from './replay.ts';

let directory: string;
let journal: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ddprofiler-rc-replay-'));
  journal = join(directory, 'journal.ndjson');
  await writeFile(journal, '');
});
afterAll(() => rm(directory, { recursive: true }));

async function programThat(does: string): Promise<string> {
  const path = join(directory, 'program');
  await writeFile(path, `#!/bin/sh\n${does}\n`);
  await chmod(path, 0o755);
  return path;
}

test('given the same decisions, then it tells what the command said of this journal', async () => {
  expect(await replay(await programThat('echo "$@"'), journal)).toBe(`replay ${journal}`);
});

test('given other decisions, then it fails with what the command said', async () => {
  const program = await programThat('echo "line 7 differs" >&2; exit 1');
  await expect(replay(program, journal)).rejects.toThrow('does not replay to the same decisions\nline 7 differs');
});

test('given no journal, then there is nothing to replay', async () => {
  expect(await replay(await programThat('exit 1'), join(directory, 'none'))).toBeUndefined();
});
