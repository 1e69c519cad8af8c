import { canonicalJson, isJsonArray, isJsonObject, type Json, type JsonObject } from '../kube/json.ts';
import { CONTAINER_FIELDS } from './container-fields.ts';
import { type Field, type FieldTable, propertiesOf } from './field-table.ts';
import { RULE_FIELDS } from './rule-fields.ts';

/** The reference of rule fields for people, as tables of Markdown: made from the tables that read the rules. */
export function rulesReference(): { readonly rule: string; readonly container: string } {
  return { rule: tableOf(RULE_FIELDS), container: tableOf(CONTAINER_FIELDS) };
}

function tableOf<V>(fields: FieldTable<V>): string {
  const rows = propertiesOf(fields).map((property) => rowOf(fields[property]));
  return ['| field | accepted | default | meaning |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function rowOf<T>({ name, kind, presence, usual, meaning, formerly }: Field<T>): string {
  const names = formerly === undefined ? `\`${name}\`` : `\`${name}\` (formerly \`${formerly}\`)`;
  const value = usual === undefined ? undefined : kind.write(usual);
  const fallback = presence === 'required' ? 'required' : value === undefined || isEmpty(value) ? '–' : `\`${plain(value)}\``;
  return `| ${names} | ${accepted(kind.schema)} | ${fallback} | ${meaning} |`;
}

function isEmpty(value: Json): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

function plain(value: Json): string {
  return typeof value === 'string' ? value : canonicalJson(value);
}

/** A schema in words. */
function accepted({ anyOf, enum: values, type, pattern, format, minimum, maximum }: JsonObject): string {
  if (isJsonArray(anyOf)) {
    const forms = anyOf.filter(isJsonObject);
    const flag = forms.find((form) => form.type === 'boolean');
    return flag === undefined ? [...new Set(forms.map(accepted))].join(', ') : accepted(flag);
  }
  if (isJsonArray(values)) return values.map((value) => `\`${plain(value)}\``).join(', ');
  if (format === 'date-time') return 'a time (RFC 3339)';
  if (typeof pattern === 'string') return 'a text';
  if (isJsonArray(type)) return type.includes('number') ? 'a text or a number' : type.join(', ');
  const words: Readonly<Record<string, string>> = {
    integer: 'a whole number',
    number: 'a number',
    boolean: 'true, false',
    string: 'a text',
    array: 'a list',
    object: 'a mapping',
  };
  const word = typeof type === 'string' ? (words[type] ?? type) : 'anything';
  const from = typeof minimum === 'number' ? ` from ${minimum}` : '';
  return `${word}${from}${typeof maximum === 'number' ? ` to ${maximum}` : ''}`;
}
