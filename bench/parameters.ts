/**
 * What a run measures, how large and how often. All by environment, so that `make bench ONLY=converge SIZES=1000 ROUNDS=3` works.
 *
 * | variable | meaning | full run | `QUICK=1` |
 * | --- | --- | --- | --- |
 * | ONLY | measurements, with commas between | all | all |
 * | SIZES | sources of `converge`, with commas between | 1000,5000 | 1000 |
 * | ROUNDS | how often each measurement is done | as below | 2 |
 * | CHANGES | changes per pace of `latency` and per condition of `noisy`, all rounds together | 1000 | 100 |
 * | IDLE_S | seconds of `idle` | 60 | 10 |
 * | OUT | folder for results.json, chart.svg and README.md | docs/benchmarks | dist/bench |
 * | PROFILES | folder for CPU profiles of the operator; none where absent | – | – |
 *
 * A run with ONLY, SIZES, ROUNDS, CHANGES or IDLE_S is no full run either: it writes to dist/bench unless OUT says otherwise.
 */
import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MEASUREMENTS, type MeasurementName } from './result.ts';

export interface Parameters {
  /** Everything at its full size: only then do missed bars fail the run, and only then are the project's own figures written. */
  readonly isFull: boolean;
  readonly only: readonly MeasurementName[];
  readonly sizes: readonly number[];
  /** Of `converge`, per size: the larger, the fewer. */
  readonly roundsOf: (size: number) => number;
  /** Of all else. */
  readonly rounds: number;
  readonly changes: number;
  readonly idleSeconds: number;
  /** Absolute paths. */
  readonly out: string;
  readonly profiles: string | undefined;
}

export type ParametersResult =
  | { readonly kind: 'parameters'; readonly parameters: Parameters }
  | { readonly kind: 'invalid'; readonly messages: readonly string[] };

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const LARGE = 2_000;
const SHAPING = ['QUICK', 'ONLY', 'SIZES', 'ROUNDS', 'CHANGES', 'IDLE_S'];

export function readParameters(env: Readonly<Record<string, string | undefined>>): ParametersResult {
  const messages: string[] = [];
  const text = (name: string): string | undefined => (env[name] === '' ? undefined : env[name]);
  const refuse = (name: string, found: string, accepted: string): void => {
    messages.push(`${name} is ${JSON.stringify(found)}; accepted: ${accepted}`);
  };
  const count = (name: string, fallback: number): number => {
    const found = text(name);
    if (found === undefined) return fallback;
    if (!/^[1-9]\d{0,5}$/.test(found)) refuse(name, found, 'a whole number from 1 to 999999');
    return Number(found);
  };
  const list = <T>(
    name: string,
    fallback: readonly T[],
    read: (item: string) => T | undefined,
    accepted: string,
  ): readonly T[] => {
    const found = text(name);
    if (found === undefined) return fallback;
    return found.split(',').flatMap((item) => {
      const value = read(item.trim());
      if (value === undefined) refuse(name, item, accepted);
      return value === undefined ? [] : [value];
    });
  };

  const quick = text('QUICK');
  if (quick !== undefined && quick !== '1') refuse('QUICK', quick, '1');
  const isQuick = quick === '1';
  const isFull = SHAPING.every((name) => text(name) === undefined);
  const path = (given: string): string => (isAbsolute(given) ? given : resolve(ROOT, given));
  const rounds = text('ROUNDS') === undefined ? undefined : count('ROUNDS', 1);
  const profiles = text('PROFILES');
  const parameters: Parameters = {
    isFull,
    only: list('ONLY', MEASUREMENTS, (item) => MEASUREMENTS.find((name) => name === item), `of ${MEASUREMENTS.join(', ')}`),
    sizes: list(
      'SIZES',
      isQuick ? [1_000] : [1_000, 5_000],
      (item) => (/^[1-9]\d{0,4}$/.test(item) ? Number(item) : undefined),
      'whole numbers from 1 to 99999 with commas between',
    ),
    roundsOf: (size) => rounds ?? (isQuick ? 2 : size >= LARGE ? 3 : 7),
    rounds: rounds ?? 2,
    changes: count('CHANGES', isQuick ? 100 : 1_000),
    idleSeconds: count('IDLE_S', isQuick ? 10 : 60),
    out: path(text('OUT') ?? (isFull ? 'docs/benchmarks' : 'dist/bench')),
    profiles: profiles === undefined ? undefined : path(profiles),
  };
  return messages.length > 0 ? { kind: 'invalid', messages } : { kind: 'parameters', parameters };
}
