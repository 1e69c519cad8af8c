import type { Json, JsonObject } from '@ddprofiler-rc/core';
import data from './messages.json' with { type: 'json' };
import { type WireValue, wireFields } from './wire.ts';

/** One field of a message; messages.json has one of these per message and number, made from the Go types. */
interface Field {
  readonly name: string;
  readonly type: string;
  readonly list?: boolean;
  readonly map?: boolean;
  readonly inline?: boolean;
  readonly zero?: boolean;
}

const MESSAGES: ReadonlyMap<string, ReadonlyMap<number, Field>> = new Map(
  Object.entries<Readonly<Record<string, Field>>>(data.messages).map(([name, fields]) => [
    name,
    new Map(Object.entries(fields).map(([number, field]) => [Number(number), field])),
  ]),
);

const KINDS: ReadonlyMap<string, string> = new Map(Object.entries(data.kinds));

/** The message of a kind; undefined for a kind that is not known in protobuf. */
export const messageOfKind = (apiVersion: string, kind: string): string | undefined => KINDS.get(`${apiVersion} ${kind}`);

const textOf = (value: WireValue): string => (value.kind === 'bytes' ? value.bytes.toString('utf8') : String(value.value));
const integerOf = (value: WireValue): number => (value.kind === 'integer' ? Number(value.value) : 0);
const bytesOf = (value: WireValue): Buffer => (value.kind === 'bytes' ? value.bytes : Buffer.alloc(0));

/** The fields of one message by number: for the small messages that have a form of their own in JSON. */
function parts(value: WireValue): ReadonlyMap<number, WireValue> {
  return new Map([...wireFields(bytesOf(value))].map((field) => [field.number, field.value]));
}

function part<T>(value: WireValue, number: number, read: (value: WireValue) => T): T | undefined {
  const found = parts(value).get(number);
  return found === undefined ? undefined : read(found);
}

/** Seconds and nanoseconds since 1970; digits of a second as asked. */
function time(value: WireValue, digits: 0 | 6): Json {
  const seconds = part(value, 1, integerOf);
  if (seconds === undefined) return null;
  const micros = Math.floor((part(value, 2, integerOf) ?? 0) / 1000);
  const fraction = digits === 0 ? '' : `.${String(micros).padStart(digits, '0')}`;
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}${fraction}Z`;
}

/** What is written in JSON as something else than an object of its fields. */
const SPECIAL: ReadonlyMap<string, (value: WireValue) => Json> = new Map<string, (value: WireValue) => Json>([
  ['string', textOf],
  ['int', integerOf],
  ['bool', (value) => integerOf(value) !== 0],
  ['bytes', (value) => bytesOf(value).toString('base64')],
  ['metav1.Time', (value) => time(value, 0)],
  ['metav1.MicroTime', (value) => time(value, 6)],
  ['metav1.Duration', (value) => `${(part(value, 1, integerOf) ?? 0) / 1e9}s`],
  ['metav1.FieldsV1', (value) => JSON.parse(part(value, 1, textOf) ?? '{}')],
  ['runtime.RawExtension', (value) => JSON.parse(part(value, 1, textOf) ?? 'null')],
  ['resource.Quantity', (value) => part(value, 1, textOf) ?? '0'],
  // Its type says which of the two counts.
  ['intstr.IntOrString', (value) => (part(value, 1, integerOf) === 1 ? part(value, 3, textOf) : part(value, 2, integerOf)) ?? 0],
]);

function single(type: string, value: WireValue): Json {
  const special = SPECIAL.get(type);
  return special === undefined ? decodedMessage(type, bytesOf(value)) : special(value);
}

const isZero = (value: Json): boolean => value === '' || value === 0 || value === false || value === null;

/**
 * The message as JSON, as Kubernetes itself writes it: Go sends every field that is no pointer, zero or not, and JSON has it only
 * where it says something. Fields of an unknown number are passed over.
 */
export function decodedMessage(type: string, bytes: Buffer): JsonObject {
  const fields = MESSAGES.get(type);
  if (fields === undefined) throw new RangeError(`no message is called ${type}`);
  const object: Record<string, Json> = {};
  const lists = new Map<string, Json[]>();
  const maps = new Map<string, Record<string, Json>>();
  for (const { number, value } of wireFields(bytes)) {
    const field = fields.get(number);
    if (field === undefined) continue;
    if (field.map === true) {
      const entry = parts(value);
      const [key, held] = [entry.get(1), entry.get(2)];
      const map = maps.get(field.name) ?? {};
      maps.set(field.name, map);
      map[key === undefined ? '' : textOf(key)] = held === undefined ? '' : single(field.type, held);
    } else if (field.list === true) {
      const list = lists.get(field.name) ?? [];
      lists.set(field.name, list);
      list.push(single(field.type, value));
    } else if (field.inline === true) {
      Object.assign(object, decodedMessage(field.type, bytesOf(value)));
    } else {
      const read = single(field.type, value);
      if (field.zero === true || !isZero(read)) object[field.name] = read;
    }
  }
  return { ...object, ...Object.fromEntries(lists), ...Object.fromEntries(maps) };
}
