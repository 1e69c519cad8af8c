import { expect, test } from 'vitest';
import { handovers, readVersions } from './lease-history.ts';

const version = (holder: string, renewedAt: number, acquiredAt: number) => ({ holder, renewedAt, acquiredAt });

test('a renewal is no handover', () => {
  expect(handovers([version('a', 0, 0), version('a', 2_000, 0)])).toEqual([]);
});

test('the gap is from the release to the next acquisition', () => {
  const versions = [version('a', 2_000, 0), version('', 3_000, 0), version('b', 3_040, 3_040)];
  expect(handovers(versions)).toEqual([{ from: 'a', to: 'b', gapMs: 40 }]);
});

test('or from the last renewal, where it was not released', () => {
  expect(handovers([version('a', 2_000, 0), version('b', 17_500, 17_500)])).toEqual([{ from: 'a', to: 'b', gapMs: 15_500 }]);
});

test('and where the same one takes it again', () => {
  const versions = [version('a', 2_000, 0), version('', 3_000, 0), version('a', 5_000, 5_000)];
  expect(handovers(versions)).toEqual([{ from: 'a', to: 'a', gapMs: 2_000 }]);
});

test('versions are read from whole lines alone', () => {
  const text =
    'a_1|2026-01-01T00:00:02.500000Z|2026-01-01T00:00:00.000000Z\n|2026-01-01T00:00:03.000000Z|2026-01-01T00:00:00.000000Z\nb_2|2026-01-01T00:00:04.000000Z|20';
  expect(readVersions(text)).toEqual([
    { holder: 'a_1', renewedAt: Date.UTC(2026, 0, 1, 0, 0, 2, 500), acquiredAt: Date.UTC(2026, 0, 1) },
    { holder: '', renewedAt: Date.UTC(2026, 0, 1, 0, 0, 3), acquiredAt: Date.UTC(2026, 0, 1) },
  ]);
});
