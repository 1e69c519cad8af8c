import { type JsonObject, stringAt } from '../json.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

/** Up to `below` seconds an age is told in `unit`, and in `rest` as well where there is some. */
interface Step {
  readonly below: number;
  readonly unit: readonly [seconds: number, letter: string];
  readonly rest?: readonly [seconds: number, letter: string];
}

/** Few units where they are many, and two where one would be too coarse: as kubectl tells ages. */
const STEPS: readonly Step[] = [
  { below: 2 * MINUTE, unit: [1, 's'] },
  { below: 10 * MINUTE, unit: [MINUTE, 'm'], rest: [1, 's'] },
  { below: 3 * HOUR, unit: [MINUTE, 'm'] },
  { below: 8 * HOUR, unit: [HOUR, 'h'], rest: [MINUTE, 'm'] },
  { below: 2 * DAY, unit: [HOUR, 'h'] },
  { below: 8 * DAY, unit: [DAY, 'd'], rest: [HOUR, 'h'] },
  { below: 2 * YEAR, unit: [DAY, 'd'] },
  { below: 8 * YEAR, unit: [YEAR, 'y'], rest: [DAY, 'd'] },
  { below: Number.POSITIVE_INFINITY, unit: [YEAR, 'y'] },
];

/** How long `milliseconds` are, for people: `5s`, `3m20s`, `7h5m`, `12d`. */
export function duration(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  // Clocks differ by a little.
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  const step = STEPS.find(({ below }) => seconds < below);
  if (step === undefined) return '<invalid>';
  const [size, letter] = step.unit;
  const whole = `${Math.floor(seconds / size)}${letter}`;
  if (step.rest === undefined) return whole;
  const [restSize, restLetter] = step.rest;
  const rest = Math.floor((seconds % size) / restSize);
  return rest === 0 ? whole : `${whole}${rest}${restLetter}`;
}

/** How long ago the object was created. */
export function ageOf(object: JsonObject, now: number): string {
  const created = Date.parse(stringAt(object, 'metadata', 'creationTimestamp') ?? '');
  return Number.isNaN(created) ? '<unknown>' : duration(now - created);
}
