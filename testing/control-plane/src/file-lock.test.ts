import { access, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { withFileLock } from './file-lock.ts';
import { temporaryFolder } from './test-folder.ts';

test('one at a time, and all get their turn', async () => {
  const path = join(await temporaryFolder(), 'lock');
  let inside = 0;
  let most = 0;
  const work = async (): Promise<void> => {
    inside += 1;
    most = Math.max(most, inside);
    await delay(5);
    inside -= 1;
  };
  await Promise.all(Array.from({ length: 10 }, () => withFileLock(path, work, { pollMs: 1 })));
  expect(most).toBe(1);
});

test('gives it back when the work throws', async () => {
  const path = join(await temporaryFolder(), 'lock');
  await expect(withFileLock(path, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  await expect(access(path)).rejects.toThrow('ENOENT');
});

test('takes over from a holder that no longer touches it', async () => {
  const path = join(await temporaryFolder(), 'lock');
  await writeFile(path, '');
  const past = new Date(Date.now() - 60_000);
  await utimes(path, past, past);
  let waited = false;
  expect(
    await withFileLock(path, async () => 'mine', {
      onWait: () => {
        waited = true;
      },
    }),
  ).toBe('mine');
  expect(waited).toBe(false);
});

test('a holder that works for longer than staleMs keeps it', async () => {
  const path = join(await temporaryFolder(), 'lock');
  const order: string[] = [];
  const slow = withFileLock(
    path,
    async () => {
      await delay(700);
      order.push('slow');
    },
    { staleMs: 300 },
  );
  await delay(20);
  await withFileLock(path, async () => void order.push('second'), { staleMs: 300, pollMs: 10 });
  await slow;
  expect(order).toEqual(['slow', 'second']);
});
