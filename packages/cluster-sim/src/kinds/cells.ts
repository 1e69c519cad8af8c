import type { Json, JsonObject } from '@ddprofiler-rc/core';
import { listAt, numberAt, objectAt, stringAt, valueAt } from '../json.ts';
import type { Column } from './resource-info.ts';

type Cell = (object: JsonObject, now: number) => Json;

/** What stands in a column, by its name; where a kind means something else by it, by kind and name. */
const CELLS: Readonly<Record<string, Cell>> = {
  Name: (object) => stringAt(object, 'metadata', 'name') ?? '',
  Age: (object, now) => age(stringAt(object, 'metadata', 'creationTimestamp'), now),
  Status: (object) => stringAt(object, 'status', 'phase') ?? '',
  'ConfigMap Data': (object) => Object.keys(objectAt(object, 'data')).length + Object.keys(objectAt(object, 'binaryData')).length,
  'Deployment Ready': (object) => `${count(object, 'status', 'readyReplicas')}/${count(object, 'spec', 'replicas')}`,
  'Up-to-date': (object) => count(object, 'status', 'updatedReplicas'),
  Available: (object) => count(object, 'status', 'availableReplicas'),
  Desired: (object) => count(object, 'spec', 'replicas'),
  Current: (object) => count(object, 'status', 'replicas'),
  Ready: (object) => count(object, 'status', 'readyReplicas'),
  Containers: (object) => containers(object, 'name'),
  Images: (object) => containers(object, 'image'),
  Selector: (object) => pairs(objectAt(object, 'spec', 'selector', 'matchLabels')),
  Holder: (object) => stringAt(object, 'spec', 'holderIdentity') ?? '',
};

/** One row of the table of a kind; a column that nothing is known of is empty. */
export function cellsOf(kind: string, columns: readonly Column[], object: JsonObject, now: number): Json[] {
  return columns.map(({ name }) => (CELLS[`${kind} ${name}`] ?? CELLS[name])?.(object, now) ?? '');
}

function count(object: JsonObject, part: string, field: string): number {
  return numberAt(object, part, field) ?? 0;
}

function containers(object: JsonObject, field: string): string {
  return listAt(object, 'spec', 'template', 'spec', 'containers')
    .map((container) => String(valueAt(container, field) ?? ''))
    .join(',');
}

function pairs(labels: JsonObject): string {
  const texts = Object.entries(labels).map(([name, value]) => `${name}=${String(value)}`);
  return texts.length === 0 ? '<none>' : texts.toSorted().join(',');
}

/** Units by their length in seconds, the largest first. */
const UNITS: readonly (readonly [string, number])[] = [
  ['y', 365 * 86_400],
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
  ['s', 1],
];

/**
 * How long ago a moment was, in the largest unit, with the next one where the first is small: `45s`, `3m20s`, `15m`, `2d4h`, `90d`.
 * The unit is the largest of which there are two; so up to two minutes are told in seconds, and up to two days in hours.
 */
export function age(since: string | undefined, now: number): string {
  const seconds = Math.max(0, Math.floor((now - Date.parse(since ?? '')) / 1_000));
  if (Number.isNaN(seconds)) return '<unknown>';
  const index = UNITS.findIndex(([, length]) => seconds >= 2 * length);
  const [unit, length] = UNITS[index] ?? ['s', 1];
  const whole = Math.floor(seconds / length);
  const [smaller, smallerLength] = UNITS[index + 1] ?? ['', 0];
  const rest = smallerLength === 0 || whole >= 10 ? 0 : Math.floor((seconds % length) / smallerLength);
  return rest === 0 ? `${whole}${unit}` : `${whole}${unit}${rest}${smaller}`;
}
