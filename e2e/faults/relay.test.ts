import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { relay } from './relay.ts';

test('given several chunks, then each waits until bytes may pass', async () => {
  const happened: string[] = [];
  const to = new Writable({
    write: (chunk: Buffer, _, done) => {
      happened.push(`write ${chunk.toString()}`);
      done();
    },
  });
  const from = async function* (): AsyncGenerator<Buffer> {
    yield Buffer.from('a');
    yield Buffer.from('b');
  };
  const open = async (): Promise<void> => void happened.push('open');
  expect(await relay(from(), to, undefined, { injected: () => {}, open })).toBe('whole');
  expect(happened).toEqual(['open', 'write a', 'open', 'write b']);
});

test('given a client that is gone, then it rejects', async () => {
  const to = new Writable({ write: (_chunk, _, done) => done(new Error('gone')) });
  to.on('error', () => {});
  const from = async function* (): AsyncGenerator<Buffer> {
    yield Buffer.from('a');
  };
  await expect(relay(from(), to, undefined, { injected: () => {}, open: async () => {} })).rejects.toThrow('gone');
});
