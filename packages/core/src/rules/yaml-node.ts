import { boolCoreTag, floatCoreTag, intCoreTag, NOT_RESOLVED, nullCoreTag } from 'js-yaml';
import type { Json } from '../kube/json.ts';
import type { Position } from './positions.ts';
import { quoted } from './quoting.ts';

export type ScalarStyle = 'plain' | 'quoted' | 'block';

/** Its position is its first character's; an empty one's is that of the key or item before it, a block's is its first line's. */
export interface YamlScalar extends Position {
  readonly kind: 'scalar';
  readonly text: string;
  readonly style: ScalarStyle;
}
export interface YamlEntry {
  readonly key: YamlScalar;
  readonly value: YamlNode;
}
/** Keys are unique; entries are in the order of the text. */
export interface YamlMapping extends Position {
  readonly kind: 'mapping';
  readonly entries: readonly YamlEntry[];
}
interface YamlSequence extends Position {
  readonly kind: 'sequence';
  readonly items: readonly YamlNode[];
}
export type YamlNode = YamlScalar | YamlMapping | YamlSequence;

/** `null`, `~` or nothing at all, unquoted. */
export function isNull(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.style === 'plain' && nullCoreTag.resolve(node.text, false, nullCoreTag.tagName) === null;
}

/** The text of a scalar that is not null, as written: `True`, `1.10`. */
export function textOf(node: YamlNode): string | undefined {
  return node.kind === 'scalar' && !isNull(node) ? node.text : undefined;
}

/** The node as YAML's core schema reads it: unquoted `true` is a boolean, `1.10` a number. Infinite numbers and NaN stay texts. */
export function jsonOf(node: YamlNode): Json {
  if (node.kind === 'sequence') return node.items.map(jsonOf);
  if (node.kind === 'mapping') return Object.fromEntries(node.entries.map(({ key, value }) => [key.text, jsonOf(value)]));
  if (node.style !== 'plain' || isNull(node)) return isNull(node) ? null : node.text;
  for (const tag of [boolCoreTag, intCoreTag, floatCoreTag]) {
    const value = tag.resolve(node.text, false, tag.tagName);
    if (typeof value === 'boolean') return value;
    // Adding 0 makes -0 the 0 that JSON knows.
    if (value !== NOT_RESOLVED && Number.isFinite(value)) return value + 0;
  }
  return node.text;
}

/** What a node is, for messages about structure: never quotes it. */
export function kindOf(node: YamlNode): string {
  if (isNull(node)) return 'an empty value';
  return node.kind === 'scalar' ? 'a text' : node.kind === 'mapping' ? 'a mapping' : 'a list';
}

/** What a node is, for messages about a field whose value is no secret. */
export function found(node: YamlNode): string {
  const text = textOf(node);
  return text === undefined ? kindOf(node) : quoted(text);
}
