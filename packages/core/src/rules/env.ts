import { isJsonObject, type Json, type JsonObject } from '../kube/json.ts';
import { ENV_NAME, isEnvName } from '../kube/names.ts';
import type { Position } from './positions.ts';
import { quotedName } from './quoting.ts';
import type { Report } from './report.ts';
import type { ValueKind } from './value-kinds.ts';
import { isNull, jsonOf, kindOf, textOf, type YamlEntry, type YamlMapping, type YamlNode } from './yaml-node.ts';

/*
 * The fields `env` and `unset_env`.
 *
 *   env: "A: x: y z"                          A = `x: y z`      split at the first colon, both parts trimmed
 *   env: {A: True, B: 1.10, C: , D: "x "}     A = `True`, B = `1.10`, C = ``, D = `x `      texts as written
 *   env: [{name: A, value: 1}, {name: B, valueFrom: {fieldRef: {…}}}, "C: 3"]      texts as written in valueFrom too, but for true and false
 *   unset_env: A        unset_env: [A, B]
 *
 * No message here quotes a value, nor a text that holds one.
 */

/** One environment variable that a rule sets: a literal, or a reference exactly as Kubernetes' `EnvVar.valueFrom` has it. */
export type EnvVar =
  | { readonly name: string; readonly value: string }
  | { readonly name: string; readonly valueFrom: JsonObject };

const FORMS = 'accepted are "NAME: value", a mapping of names to values, and a list of {name, value} or {name, valueFrom}';
const MEMBERS = new Set(['name', 'value', 'valueFrom']);

export const ENV: ValueKind<readonly EnvVar[]> = {
  read: readEnv,
  write: (env): Json => env,
  schema: {
    anyOf: [
      { type: 'string', pattern: ':' },
      { type: 'object', additionalProperties: { type: ['string', 'number', 'boolean', 'null'] } },
      {
        type: 'array',
        items: {
          anyOf: [
            { type: 'string', pattern: ':' },
            {
              type: 'object',
              required: ['name'],
              additionalProperties: false,
              properties: {
                name: { type: ['string', 'number', 'boolean'] },
                value: { type: ['string', 'number', 'boolean', 'null'] },
                valueFrom: { type: 'object', minProperties: 1 },
              },
            },
          ],
        },
      },
    ],
  },
};

export const ENV_NAMES: ValueKind<readonly string[]> = {
  read: readUnsetEnv,
  write: (names): Json => names,
  schema: { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] },
};

/** The variables, each name once: the last one of a name wins, and a warning says so. `undefined` after an error. */
function readEnv(node: YamlNode, report: Report): readonly EnvVar[] | undefined {
  const read = readAll(node, report);
  if (read.includes(undefined)) return undefined;
  const byName = new Map<string, EnvVar>();
  for (const one of read) {
    if (one === undefined) continue;
    const { at, variable } = one;
    if (byName.delete(variable.name)) report('warning', at, `${quotedName(variable.name)} is set twice; the last one is used`);
    byName.set(variable.name, variable);
  }
  return [...byName.values()];
}

interface Placed {
  readonly at: Position;
  readonly variable: EnvVar;
}

/** `undefined` stands for one that an error was reported for. */
function readAll(node: YamlNode, report: Report): (Placed | undefined)[] {
  if (node.kind === 'mapping') return node.entries.map((entry) => readEntry(entry, report));
  if (node.kind === 'sequence') {
    return node.items.map((item) => (item.kind === 'mapping' ? readMembers(item, report) : readLine(item, report)));
  }
  return [readLine(node, report)];
}

/** `"NAME: value"` */
function readLine(node: YamlNode, report: Report): Placed | undefined {
  const text = textOf(node);
  if (text === undefined) return refuse(report, node, `${kindOf(node)}; ${FORMS}`);
  const colon = text.indexOf(':');
  if (colon === -1) return refuse(report, node, `a text without a colon; ${FORMS}`);
  return named(text.slice(0, colon).trim(), { value: text.slice(colon + 1).trim() }, node, report);
}

/** `NAME: value` */
function readEntry({ key, value }: YamlEntry, report: Report): Placed | undefined {
  const literal = readValue(key.text, value, report);
  return literal === undefined ? undefined : named(key.text, { value: literal }, key, report);
}

/** `{name, value}` or `{name, valueFrom}` */
function readMembers(item: YamlMapping, report: Report): Placed | undefined {
  const unknown = item.entries.find(({ key }) => !MEMBERS.has(key.text));
  if (unknown !== undefined) return refuse(report, unknown.key, `unknown member ${quotedName(unknown.key.text)}; ${FORMS}`);
  const members = new Map(item.entries.map(({ key, value }) => [key.text, value]));
  const nameNode = members.get('name');
  const name = nameNode && textOf(nameNode);
  if (name === undefined) return refuse(report, nameNode ?? item, 'a variable without a name');
  const value = members.get('value');
  const valueFrom = members.get('valueFrom');
  if ((value === undefined) === (valueFrom === undefined)) {
    return refuse(report, item, `${quotedName(name)} needs either value or valueFrom, and not both`);
  }
  const content = value === undefined ? readReference(name, valueFrom ?? item, report) : readLiteral(name, value, report);
  return content && named(name, content, nameNode ?? item, report);
}

type Content = { readonly value: string } | { readonly valueFrom: JsonObject };

function readLiteral(name: string, node: YamlNode, report: Report): Content | undefined {
  const value = readValue(name, node, report);
  return value === undefined ? undefined : { value };
}

function readReference(name: string, node: YamlNode, report: Report): Content | undefined {
  const valueFrom = referenceOf(node);
  if (isJsonObject(valueFrom) && Object.keys(valueFrom).length > 0) return { valueFrom };
  return refuse(
    report,
    node,
    `valueFrom of ${quotedName(name)} is ${kindOf(node)}; accepted is a mapping such as {secretKeyRef: {name, key}}`,
  );
}

/** Of all that a reference holds, only `optional` is no text: names, keys and amounts that look like numbers keep theirs. */
function referenceOf(node: YamlNode): Json {
  if (node.kind === 'sequence') return node.items.map(referenceOf);
  if (node.kind === 'mapping') return Object.fromEntries(node.entries.map(({ key, value }) => [key.text, referenceOf(value)]));
  const json = jsonOf(node);
  return typeof json === 'number' ? (textOf(node) ?? json) : json;
}

function readValue(name: string, node: YamlNode, report: Report): string | undefined {
  if (isNull(node)) return '';
  return textOf(node) ?? refuse(report, node, `the value of ${quotedName(name)} is ${kindOf(node)}; accepted is a text`);
}

function named(name: string, content: Content, at: Position, report: Report): Placed | undefined {
  if (!isEnvName(name)) return refuse(report, at, badName(name));
  return { at, variable: { name, ...content } };
}

/** The names, each once. `undefined` after an error. */
function readUnsetEnv(node: YamlNode, report: Report): readonly string[] | undefined {
  const names = (node.kind === 'sequence' ? node.items : [node]).map((item) => {
    const name = textOf(item);
    if (name === undefined) return refuse(report, item, `${kindOf(item)}; accepted are names of variables`);
    return isEnvName(name) ? name : refuse(report, item, badName(name));
  });
  const read = names.filter((name) => name !== undefined);
  return read.length < names.length ? undefined : [...new Set(read)];
}

function badName(name: string): string {
  return `${name === '' ? 'an empty name' : quotedName(name)} is not the name of a variable; accepted are ${ENV_NAME}`;
}

function refuse(report: Report, at: Position, message: string): undefined {
  report('error', at, message);
}
