import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_REPLICAS, parseScaleFactor, scaleReplicas } from './scale-factor.ts';

/** `digits × 10^exponent`, the number that a generated text stands for. */
interface Decimal {
  readonly text: string;
  readonly digits: bigint;
  readonly exponent: number;
}

const decimal: fc.Arbitrary<Decimal> = fc
  .record({
    whole: fc.stringMatching(/^\d{0,6}$/),
    fraction: fc.stringMatching(/^\d{0,8}$/),
    point: fc.boolean(),
    exponent: fc.option(fc.integer({ min: -12, max: 12 }), { nil: undefined }),
    plus: fc.constantFrom('', '+'),
    letter: fc.constantFrom('e', 'E'),
    space: fc.constantFrom('', ' ', '\t'),
  })
  .filter(({ whole, fraction, point }) => (point ? whole + fraction : whole) !== '')
  .map(({ whole, fraction, point, exponent, plus, letter, space }) => {
    const after = point ? fraction : '';
    return {
      text: `${space}${plus}${whole}${point ? `.${fraction}` : ''}${exponent === undefined ? '' : letter + exponent}${space}`,
      digits: BigInt(whole + after),
      exponent: (exponent ?? 0) - after.length,
    };
  });

/** ceil(digits × 10^exponent × replicas) by a fraction of whole numbers. */
function expectedReplicas({ digits, exponent }: Decimal, replicas: number): number {
  const above = digits * BigInt(replicas) * (exponent > 0 ? 10n ** BigInt(exponent) : 1n);
  const below = exponent < 0 ? 10n ** BigInt(-exponent) : 1n;
  const up = above / below + (above % below === 0n ? 0n : 1n);
  return up > BigInt(MAX_REPLICAS) ? MAX_REPLICAS : Number(up);
}

function scaled(text: string, replicas: number): number | undefined {
  const factor = parseScaleFactor(text);
  return factor && scaleReplicas(factor, replicas);
}

describe('given a scale factor and the replicas of a source, when scaled', () => {
  it.each([
    ['0.5', 6, 3],
    ['0.5', 3, 2],
    ['0.5', 4, 2],
    ['0.5', 2, 1],
    ['0.5', 0, 0],
    ['0.1', 30, 3],
    ['0.1', 31, 4],
    ['0.0000001', 1, 1],
    ['0', 9, 0],
    ['1', 7, 7],
    ['3', 5, 15],
    ['1e20', 1, MAX_REPLICAS],
    ['1', MAX_REPLICAS, MAX_REPLICAS],
  ])('then %s × %i is %i', (text, replicas, expected) => {
    expect(scaled(text, replicas)).toBe(expected);
  });

  it('then the result is the exact product, rounded up', () => {
    fc.assert(
      fc.property(decimal, fc.nat({ max: 100_000 }), (number, replicas) => {
        expect(scaled(number.text, replicas)).toBe(expectedReplicas(number, replicas));
      }),
    );
  });

  it('then factors as people write them, in hundredths, are exact', () => {
    const wrong: string[] = [];
    for (let hundredths = 0; hundredths <= 200; hundredths += 1) {
      const text = `${Math.floor(hundredths / 100)}.${String(hundredths % 100).padStart(2, '0')}`;
      for (let replicas = 0; replicas <= 200; replicas += 1) {
        if (scaled(text, replicas) !== Math.ceil((hundredths * replicas) / 100)) wrong.push(`${text} × ${replicas}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('then more source replicas never give fewer clone replicas', () => {
    fc.assert(
      fc.property(decimal, fc.nat({ max: 10_000 }), ({ text }, replicas) => {
        expect(scaled(text, replicas + 1)).toBeGreaterThanOrEqual(scaled(text, replicas) ?? Number.NaN);
      }),
    );
  });
});

describe('given a text, when read as a scale factor', () => {
  it.each([
    ['0.5', '0.5'],
    ['.5', '0.5'],
    ['5e-1', '0.5'],
    ['00.500', '0.5'],
    [' 1 ', '1'],
    ['1.', '1'],
    ['+2', '2'],
    ['1.5E1', '15'],
    ['0e5', '0'],
    ['0.000', '0'],
  ])('then %j is %s', (text, canonical) => {
    expect(parseScaleFactor(text)).toEqual({ text: canonical });
  });

  it.each([
    '',
    ' ',
    '.',
    'e5',
    '-1',
    '-0',
    'NaN',
    '.nan',
    'inf',
    '.inf',
    'Infinity',
    '1e999999',
    '1e400',
    '0x10',
    '1_000',
    '1,5',
    '0.5.1',
    '50%',
    '9'.repeat(41),
  ])('then %j is refused', (text) => {
    expect(parseScaleFactor(text)).toBeUndefined();
  });

  it('then its canonical text reads as itself', () => {
    fc.assert(
      fc.property(decimal, ({ text }) => {
        const factor = parseScaleFactor(text);
        expect(factor?.text).toMatch(/^(0|[1-9]\d*)(\.\d*[1-9])?$/);
        expect(parseScaleFactor(factor?.text ?? '')).toEqual(factor);
      }),
    );
  });
});
