import { type FileHandle, mkdir, mkdtemp, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DEFAULT_LIMITS,
  type Decision,
  decide,
  type Event,
  evolve,
  initialState,
  type Json,
  type Scope,
  type State,
} from '@ddprofiler-rc/core';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { memoryAnswers, remembered } from '../../../core/test/given.ts';
import { JournalFile, type JournalLine, JournalRing, type JournalSink, Recorder, replay } from './index.ts';

const SCOPE: Scope = { binding: { namespace: 'ops', name: 'rc' }, namespaces: '*', limits: DEFAULT_LIMITS };
const SECRETS = ['hunter2', 's3cret'];

const recorder = (): Recorder => new Recorder({ scope: SCOPE, version: '1.2.3', origin: 0 });

const NOON = Date.UTC(2026, 0, 1, 12);

/** A short life of an operator: what it was told, and what it decided, in order. */
function live(replicas: readonly number[], sink: JournalSink): State {
  let state = initialState(SCOPE);
  let at = 0;
  const take = (event: Event): void => {
    state = evolve(state, event);
    at += 10;
    sink.event(event, at, state);
  };
  const binding = { ruleType: 'configmap', cmName: 'rules', cmNamespace: 'ops', cmConfigTag: 'r' };
  const identity = (name: string, resourceVersion: string): Json => ({ namespace: 'ops', name, uid: name, resourceVersion });
  const text = 'shop: {deployments: {web: {scale_factor: 0.5, name_suffix: p, env: {PASSWORD: hunter2}}}}';
  take({ type: 'listed', stream: 'binding', resourceVersion: '5', objects: [{ metadata: identity('rc', '4'), ...binding }] });
  const configMap = { metadata: identity('rules', '3'), data: { r: text } };
  take({ type: 'listed', stream: 'configmap/ops/rules', resourceVersion: '5', objects: [configMap] });
  take({ type: 'listed', stream: 'deployments/*', resourceVersion: '5', objects: [] });
  take({ type: 'listed', stream: 'autoscalers/*', resourceVersion: '5', objects: [] });
  take({ type: 'listed', stream: 'memory', resourceVersion: '5', objects: [] });
  for (const event of memoryAnswers(state, NOON)) take(event);
  for (const [index, count] of replicas.entries()) {
    const metadata = { namespace: 'shop', name: 'web', uid: 'w', resourceVersion: String(index + 10), generation: index };
    const container = { name: 'web', image: 'web:1', env: [{ name: 'TOKEN', value: 's3cret' }] };
    const spec = { replicas: count, selector: { matchLabels: { app: 'web' } }, template: { spec: { containers: [container] } } };
    take({ type: 'seen', stream: 'deployments/shop', object: { metadata, spec } });
    sink.decided(decide(state, 'shop/web-p', NOON + at), at + 1, NOON + at);
  }
  return state;
}

function linesOf(text: string): JournalLine[] {
  const lines = text.split('\n').map((line) => ({ text: line, isWhole: true }));
  const last = lines.pop();
  return last === undefined || last.text === '' ? lines : [...lines, { ...last, isWhole: false }];
}

function ringOf(replicas: readonly number[], capacity: number): string {
  const ring = new JournalRing(capacity, initialState(SCOPE));
  live(replicas, ring);
  return [...ring.lines(recorder())].join('');
}

describe('the journal in memory', () => {
  test('replays to the same decisions, however little of it is kept', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 8 }),
        fc.integer({ min: 1, max: 30 }),
        async (replicas, capacity) => {
          const result = await replay(linesOf(ringOf(replicas, capacity)));
          expect(result.fault).toBeUndefined();
          expect(result.events + result.decisions).toBe(Math.min(capacity, 6 + 2 * replicas.length));
        },
      ),
    );
  });

  test('has what was read of rules that an audit found', async () => {
    const ring = new JournalRing(100, initialState(SCOPE));
    const state = live([4], ring);
    const text = 'shop: {deployments: {web: {scale_factor: 1, name_suffix: p}}}';
    const metadata = { namespace: 'ops', name: 'rules', uid: 'rules', resourceVersion: '6' };
    const objects = [{ metadata, data: { r: text } }];
    const event: Event = { type: 'audited', stream: 'configmap/ops/rules', resourceVersion: '6', objects };
    const read = evolve(state, event);
    ring.event(event, 100, read);
    const after = remembered(read, NOON);
    for (const answer of memoryAnswers(read, NOON)) ring.event(answer, 100, after);
    const decision = decide(after, 'shop/web-p', NOON);
    ring.decided(decision, 101, NOON);
    expect(decision.effect).toMatchObject({ intent: { spec: { replicas: 4 } } });
    expect((await replay(linesOf([...ring.lines(recorder())].join('')))).fault).toBeUndefined();
  });

  test('has no value of a variable in it', () => {
    for (const secret of SECRETS) expect(ringOf([1, 2], 100)).not.toContain(secret);
  });

  test('holds other digests each time', () => {
    const digests = [0, 1].map(() => /"PASSWORD\\*","value\\*":\\*"(#[0-9a-f]+)/.exec(ringOf([1], 100))?.[1]);
    expect(digests[0]).toMatch(/^#/);
    expect(digests[1]).not.toBe(digests[0]);
  });
});

describe('a replay', () => {
  test('finds and names any one byte that was changed', async () => {
    const text = ringOf([1, 2, 3], 100);
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: text.length - 1 }), fc.integer({ min: 32, max: 126 }), async (offset, code) => {
        const changed = text.slice(0, offset) + String.fromCharCode(code) + text.slice(offset + 1);
        const line = text.slice(0, offset).split('\n').length;
        const { fault } = await replay(linesOf(changed));
        if (changed === text) expect(fault).toBeUndefined();
        // Without its line feed a line and the one after it are one; at the very end it looks cut off, and no more.
        else if (offset === text.length - 1) expect(fault).toBeUndefined();
        else expect(fault).toMatchObject({ kind: 'damaged', line });
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ['removed', (lines: JournalLine[]) => lines.toSpliced(4, 1), 5],
    ['twice', (lines: JournalLine[]) => lines.toSpliced(4, 0, ...lines.slice(4, 5)), 6],
    ['moved', (lines: JournalLine[]) => [...lines.slice(0, 4), ...lines.slice(5, 6), ...lines.slice(4, 5), ...lines.slice(6)], 5],
    ['first, without the header', (lines: JournalLine[]) => lines.slice(1), 1],
  ])('finds a line that is %s', async (_what, change, line) => {
    expect((await replay(change(linesOf(ringOf([1, 2], 100))))).fault).toMatchObject({ kind: 'damaged', line });
  });

  test('of a journal that was cut off tells so, and is the same up to there', async () => {
    const result = await replay(linesOf(ringOf([1, 2], 100).slice(0, -20)));
    expect(result.fault).toBeUndefined();
    expect(result.notes[0]).toContain('is cut off');
  });

  test('of nothing is no success', async () => {
    expect((await replay([])).fault).toMatchObject({ kind: 'damaged', message: 'there is nothing in it' });
  });

  test('names what is decided in another way now, field by field', async () => {
    const ring = new JournalRing(100, initialState(SCOPE));
    const forged: JournalSink = {
      event: (...told) => ring.event(...told),
      decided: (decision: Decision, at, clock) => ring.decided({ ...decision, replicas: 77 }, at, clock),
    };
    live([4], forged);
    const { fault } = await replay(linesOf([...ring.lines(recorder())].join('')));
    expect(fault).toEqual({
      kind: 'differs',
      line: 10,
      key: 'shop/web-p',
      differences: [{ path: 'replicas', recorded: '77', now: '2' }],
    });
  });
});

describe('the journal on disk', () => {
  let directory: string;
  let path: string;
  const onChange = vi.fn<(message: string) => void>();

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ddprofiler-rc-journal-'));
    path = join(directory, 'journal.ndjson');
    onChange.mockClear();
  });
  afterEach(() => rm(directory, { recursive: true }));

  const fileWith = (maxBytes = 1e9): JournalFile => new JournalFile({ path, maxBytes, recorder, onChange }, initialState(SCOPE));
  const replayed = async (file: string) => replay(linesOf(await readFile(file, 'utf8')));

  test('replays to the same decisions, to its end', async () => {
    const file = fileWith();
    live([1, 2, 3], file);
    await file.close();
    expect(await replayed(path)).toMatchObject({ events: 9, decisions: 3, notes: [] });
    expect((await replayed(path)).fault).toBeUndefined();
    for (const secret of SECRETS) expect(await readFile(path, 'utf8')).not.toContain(secret);
  });

  test('is for its owner alone', async () => {
    const file = fileWith();
    live([1], file);
    await file.close();
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  test('leaves the journal of the life before beside it', async () => {
    await writeFile(path, 'the former one');
    const file = fileWith();
    live([1], file);
    await file.close();
    expect(await readFile(`${path}.1`, 'utf8')).toBe('the former one');
  });

  test('that was told of nothing is not begun, and the former one stays', async () => {
    await writeFile(path, 'the former one');
    await fileWith().close();
    expect(await readFile(path, 'utf8')).toBe('the former one');
    expect(onChange).not.toHaveBeenCalled();
  });

  test('that has grown too large begins anew, and each part replays by itself', async () => {
    const file = fileWith(3_000);
    live(
      Array.from({ length: 400 }, (_, index) => index % 7),
      file,
    );
    await file.close();
    for (const part of [path, `${path}.1`]) {
      const result = await replayed(part);
      expect(result.fault).toBeUndefined();
      expect(result.events).toBeGreaterThan(0);
      expect(result.events).toBeLessThan(400);
    }
  });

  test('that cannot be written is told of once, and never waited for', async () => {
    const file = new JournalFile({ path: join(path, 'no', 'such'), maxBytes: 1e9, recorder, onChange }, initialState(SCOPE));
    live([1, 2], file);
    await file.close();
    expect(onChange.mock.calls.map(([message]) => message)).toEqual(['the journal cannot be written; it will have a gap']);
  });

  test('that a write of fails in the middle has nothing of that write', async () => {
    const probe = await open(join(directory, 'probe'), 'w');
    const handles: Pick<FileHandle, 'write'> = Object.getPrototypeOf(probe);
    await probe.close();
    const file = fileWith();
    live([1], file);
    await vi.waitFor(async () => expect((await readFile(path, 'utf8')).split('\n').length).toBeGreaterThan(6));
    const full = vi.spyOn(handles, 'write').mockRejectedValueOnce(new Error('ENOSPC'));
    live([1, 2], file);
    await vi.waitFor(() => expect(onChange).toHaveBeenCalledTimes(1));
    full.mockRestore();
    await file.close();
    const result = await replayed(path);
    expect(result.fault).toBeUndefined();
    expect(result.notes[0]).toContain('10 records could not be written');
  });

  test('that begins on a full disk can be replayed from where it can be written', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const probe = await open(join(directory, 'probe'), 'w');
    const handles: Pick<FileHandle, 'write'> = Object.getPrototypeOf(probe);
    await probe.close();
    const full = vi.spyOn(handles, 'write').mockRejectedValue(new Error('ENOSPC'));
    const file = fileWith();
    live([1], file);
    await vi.waitFor(() => expect(onChange).toHaveBeenCalledTimes(1));
    full.mockRestore();
    await vi.advanceTimersByTimeAsync(60_000);
    vi.useRealTimers();
    await vi.waitFor(() => expect(onChange).toHaveBeenCalledTimes(2));
    await file.close();
    const result = await replayed(path);
    expect(result.fault).toBeUndefined();
    expect(result.notes).toEqual([expect.stringContaining('records could not be written')]);
  });

  test('that can be written again goes on after a gap that is told of', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const blocked = join(directory, 'later');
    const file = new JournalFile({ path: join(blocked, 'journal'), maxBytes: 1e9, recorder, onChange }, initialState(SCOPE));
    live([1, 2], file);
    await vi.waitFor(() => expect(onChange).toHaveBeenCalledTimes(1));
    await mkdir(blocked);
    await vi.advanceTimersByTimeAsync(60_000);
    vi.useRealTimers();
    await vi.waitFor(() => expect(onChange).toHaveBeenCalledTimes(2));
    await file.close();
    const result = await replayed(join(blocked, 'journal'));
    expect(result.fault).toBeUndefined();
    expect(result.notes).toEqual([expect.stringContaining('records could not be written')]);
  });
});
