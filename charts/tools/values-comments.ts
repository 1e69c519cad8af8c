/**
 * Reads what values.yaml says of each value: its comment.
 *
 * | line | is |
 * | --- | --- |
 * | `# -- text` | begins what is said of the key below |
 * | `# text`, after it | goes on with it |
 * | `# @schema {…}` | narrows what is accepted, as JSON Schema |
 * | `key:` with such a comment | a value; whatever is below it is its default |
 * | `key:` without | a group of values |
 *
 * It reads the block style with two spaces that values.yaml has, and no other YAML.
 */
import { load } from 'js-yaml';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

export interface DescribedValue {
  readonly path: readonly string[];
  /** In Markdown, one paragraph. */
  readonly description: string;
  /** What `@schema` says; empty where it says nothing. */
  readonly narrowed: JsonObject;
  readonly fallback: Json;
}

const KEY = /^( *)([A-Za-z_][A-Za-z0-9_]*):/;
const COMMENT = /^ *# ?(.*)$/;
const INDENT = 2;

export function readValues(text: string): readonly DescribedValue[] {
  const fallbacks = asJson(load(text));
  const values: DescribedValue[] = [];
  const path: string[] = [];
  let comment: string[] = [];
  let inside = Number.POSITIVE_INFINITY; // the depth of the value whose default is being passed over
  for (const [index, line] of text.split('\n').entries()) {
    const said = COMMENT.exec(line)?.[1];
    if (said !== undefined) {
      comment.push(said);
      continue;
    }
    const [, indent = '', key] = KEY.exec(line) ?? [];
    if (key !== undefined) {
      const depth = indent.length / INDENT;
      if (depth <= inside) {
        inside = Number.POSITIVE_INFINITY;
        path.splice(depth, path.length, key);
        const value = described(comment, path, fallbacks, index + 1);
        if (value !== undefined) {
          values.push(value);
          inside = depth;
        }
      }
    }
    comment = [];
  }
  return values;
}

function described(
  comment: readonly string[],
  path: readonly string[],
  fallbacks: Json,
  line: number,
): DescribedValue | undefined {
  const begin = comment.findIndex((said) => said.startsWith('-- '));
  if (begin === -1) return undefined;
  const own = comment.slice(begin);
  const description = own
    .filter((said) => !said.startsWith('@schema '))
    .join(' ')
    .slice('-- '.length);
  const narrowing = own.find((said) => said.startsWith('@schema '))?.slice('@schema '.length) ?? '{}';
  return { path: [...path], description, narrowed: readNarrowing(narrowing, line), fallback: at(fallbacks, path) };
}

function readNarrowing(text: string, line: number): JsonObject {
  try {
    const narrowed: unknown = JSON.parse(text);
    if (isJsonObject(narrowed)) return narrowed;
  } catch (cause) {
    throw new Error(`values.yaml, above line ${line}: @schema is ${text}, which is not JSON`, { cause });
  }
  throw new Error(`values.yaml, above line ${line}: @schema is ${text}; accepted: an object of JSON Schema`);
}

function at(json: Json, path: readonly string[]): Json {
  return path.reduce<Json>((from, key) => (isJsonObject(from) ? (from[key] ?? null) : null), json);
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What YAML without tags gives is JSON. */
function asJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value ?? null));
}
