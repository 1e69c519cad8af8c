import { isJsonArray, isJsonObject, type Json, type JsonObject, listAt, numberAt, stringAt } from '../json.ts';
import { duration } from './age.ts';
import type { Column } from './resource-info.ts';

/** A column that a CustomResourceDefinition asks for (`additionalPrinterColumns`). */
export interface PrinterColumn {
  readonly column: Column;
  cell(object: JsonObject, now: number): Json;
}

/** One step of a path: into a member, an item, all items, or those whose member is equal to a text. */
type Step =
  | { readonly kind: 'member'; readonly name: string }
  | { readonly kind: 'item'; readonly index: number }
  | { readonly kind: 'all' }
  | { readonly kind: 'where'; readonly path: readonly string[]; readonly equals: string };

const STEP =
  /\.([\w-]+(?:\\\.[\w-]+)*)|\[(-?\d+)\]|\[(\*)\]|\['([^']+)'\]|\[\?\(@((?:\.[\w-]+)+) *== *(?:"([^"]*)"|'([^']*)'|([\w.-]+))\)\]/y;

/** The steps of a JSONPath; undefined for one of the many forms that printer columns hardly use. */
function stepsOf(path: string): readonly Step[] | undefined {
  const steps: Step[] = [];
  for (STEP.lastIndex = 0; STEP.lastIndex < path.length; ) {
    const match = STEP.exec(path);
    if (match === null) return undefined;
    const [, member, index, all, quoted, condition, ...values] = match;
    const name = member?.replaceAll('\\.', '.') ?? quoted;
    if (name !== undefined) steps.push({ kind: 'member', name });
    else if (index !== undefined) steps.push({ kind: 'item', index: Number(index) });
    else if (all !== undefined) steps.push({ kind: 'all' });
    else if (condition !== undefined)
      steps.push({
        kind: 'where',
        path: condition.slice(1).split('.'),
        equals: values.find((value) => value !== undefined) ?? '',
      });
  }
  return steps;
}

function taken(value: Json, step: Step): readonly Json[] {
  switch (step.kind) {
    case 'member': {
      const member = isJsonObject(value) ? value[step.name] : undefined;
      return member === undefined ? [] : [member];
    }
    case 'item': {
      const item = isJsonArray(value) ? value.at(step.index) : undefined;
      return item === undefined ? [] : [item];
    }
    case 'all':
      return isJsonArray(value) ? value : [];
    case 'where':
      return isJsonArray(value) ? value.filter((item) => String(stringAt(item, ...step.path)) === step.equals) : [];
  }
}

/** A value in its column; null where it is of another type, which kubectl shows as `<none>`. */
function cellOf(type: Column['type'], found: readonly Json[], now: number): Json {
  const [first] = found;
  if (first === undefined) return null;
  switch (type) {
    case 'string':
      return found.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join(' ');
    case 'integer':
      return typeof first === 'number' ? Math.trunc(first) : null;
    case 'number':
      return typeof first === 'number' ? first : null;
    case 'boolean':
      return typeof first === 'boolean' ? first : null;
    case 'date': {
      const at = typeof first === 'string' ? Date.parse(first) : Number.NaN;
      return Number.isNaN(at) ? '<invalid>' : duration(now - at);
    }
  }
}

const TYPES: ReadonlyMap<string, Column['type']> = new Map(
  (['string', 'integer', 'number', 'boolean', 'date'] as const).map((type): readonly [string, Column['type']] => [type, type]),
);

const AGE: JsonObject = { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' };

/** The columns after the name of one version of a CustomResourceDefinition; its age where it asks for none. */
export function printerColumns(version: JsonObject): readonly PrinterColumn[] {
  const asked = listAt(version, 'additionalPrinterColumns').filter(isJsonObject);
  return (asked.length === 0 ? [AGE] : asked).map((definition) => {
    const jsonPath = stringAt(definition, 'jsonPath') ?? '';
    const type = TYPES.get(stringAt(definition, 'type') ?? '') ?? 'string';
    const steps = stepsOf(jsonPath);
    return {
      column: {
        name: stringAt(definition, 'name') ?? '',
        type,
        format: stringAt(definition, 'format') ?? '',
        description: stringAt(definition, 'description') ?? `Custom resource definition column (in JSONPath format): ${jsonPath}`,
        priority: numberAt(definition, 'priority') ?? 0,
      },
      cell: (object, now) => {
        const found = steps?.reduce<readonly Json[]>((values, step) => values.flatMap((value) => taken(value, step)), [object]);
        return cellOf(type, found ?? [], now);
      },
    };
  });
}
