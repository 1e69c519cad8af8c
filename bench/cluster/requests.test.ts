import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { mark, requestsSince } from './requests.ts';

const line = (uri: string): string =>
  `${JSON.stringify({ stage: 'ResponseComplete', requestURI: uri, verb: 'get', user: { username: 'operator-a' } })}\n`;

let folder: string | undefined;
afterEach(async () => {
  if (folder !== undefined) await rm(folder, { recursive: true });
});

test('given a line half written when the place is marked, then it is among the requests since', async () => {
  folder = await mkdtemp(join(tmpdir(), 'ddprofiler-rc-'));
  const log = join(folder, 'audit.log');
  const [written, half] = [line('/before'), line('/half')];
  await writeFile(log, written + half.slice(0, 20));
  const from = await mark(log);
  await appendFile(log, half.slice(20) + line('/after'));
  const uris = (await requestsSince(log, from, 'operator-a')).map(({ uri }) => uri);
  expect(uris).toEqual(['/half', '/after']);
});
