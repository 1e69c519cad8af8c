import { isJsonArray, isJsonObject, type Json } from '../json.ts';

/** A value as the API server's messages print it plainly: `map[image:x name:c]`. */
export function goText(value: Json): string {
  if (value === null) return '<nil>';
  if (isJsonArray(value)) return `[${value.map(goText).join(' ')}]`;
  if (!isJsonObject(value)) return String(value);
  const members = Object.keys(value).sort();
  return `map[${members.map((name) => `${name}:${goText(value[name] ?? null)}`).join(' ')}]`;
}

/** A value as messages print it with its type: `map[string]interface {}{"image":"x"}`. */
export function goSyntax(value: Json): string {
  if (value === null) return 'interface {}(nil)';
  if (isJsonArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const members = Object.keys(value).sort();
  return `map[string]interface {}{${members.map((name) => `${JSON.stringify(name)}:${goSyntax(value[name] ?? null)}`).join(', ')}}`;
}

/** The type of free JSON in messages. */
export function goTypeOf(value: Json): string {
  if (value === null) return 'nil';
  if (isJsonArray(value)) return '[]interface {}';
  if (isJsonObject(value)) return 'map[string]interface {}';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}
