import { type DescribedValue, isJsonObject, type Json, type JsonObject } from './values-comments.ts';

/**
 * The schema by which Helm judges values.
 *
 * | value | accepts |
 * | --- | --- |
 * | a group | an object of the values that it has, and no others: a name that is mistyped would else do nothing, silently |
 * | a value | the type of its default, unless `@schema` says another, narrowed by it |
 *
 * `null` stands for the default, as everywhere in Helm, but only where the default is null itself does the template see it.
 */
export function valuesSchema(values: readonly DescribedValue[]): JsonObject {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Values of ddprofiler-rc',
    ...group(values, 0, { global: { description: 'Of the charts that this one is a part of; not looked at.' } }),
  };
}

function group(values: readonly DescribedValue[], depth: number, more: JsonObject = {}): JsonObject {
  const names = [...new Set(values.map(({ path }) => path[depth] ?? ''))];
  const properties = names.map((name): readonly [string, Json] => {
    const below = values.filter(({ path }) => path[depth] === name);
    const [first] = below;
    const isValue = first !== undefined && first.path.length === depth + 1;
    return [name, isValue ? leaf(first) : group(below, depth + 1)];
  });
  return { type: 'object', additionalProperties: false, properties: { ...Object.fromEntries(properties), ...more } };
}

function leaf({ path, description, narrowed, fallback }: DescribedValue): JsonObject {
  const isTyped = 'type' in narrowed || 'enum' in narrowed;
  if (!isTyped && fallback === null) throw new Error(`values.yaml: ${path.join('.')} is null; say its type by @schema`);
  return { description, ...(isTyped ? {} : { type: typeOf(fallback) }), ...narrowed, default: fallback };
}

function typeOf(value: Json): string {
  if (Array.isArray(value)) return 'array';
  if (isJsonObject(value)) return 'object';
  return Number.isInteger(value) ? 'integer' : typeof value;
}
