/**
 * Makes answers comparable that two servers gave at two times. What is drawn or counted by each for itself becomes a placeholder that is
 * numbered in the order of first appearance: two answers with the same version still have the same, an object that was made anew still has
 * another UID.
 *
 * | what                                          | becomes                      |
 * | --------------------------------------------- | ---------------------------- |
 * | a UID, anywhere                               | `<uid 1>`                    |
 * | an object's resourceVersion                   | `<version 1>`                |
 * | a list's or bookmark's, or one in a message   | `<revision>`                 |
 * | a time of today                               | `<time>`, `<time with µs>`   |
 * | an age in a table                             | `<age>`                      |
 * | an IP address                                 | `<ip 1>`                     |
 * | an allotted node port                         | `<node port 1>`              |
 * | a continue token                              | `<continue>`                 |
 * | the random end of a generated name            | `<random 1>`                 |
 * | the hash of a pod template                    | `<hash 1>`                   |
 * | an object quoted whole in a message           | `{…}`: its JSON has no order |
 * | the status of an autoscaler or a budget, who wrote it, and their versions | left out: the embedded cluster has no controller for them, and the operator reads their specs alone |
 * | the order of managedFields (by second, in which a test may cross the border) of conditions (by last change), of ReplicaSets (by revision) and of conflicts with several managers (any) | sorted |
 */
import {
  canonicalJson,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  objectAt,
  stringAt,
} from '@ddprofiler-rc/cluster-sim';
import type { Entry } from './run.ts';

export function normalised(entries: readonly Entry[], namespace: string): readonly Entry[] {
  const names = new Placeholders();
  const ordered = entries.map(({ what, answer }) => ({ what, answer: inOrder(answer) }));
  for (const { answer } of ordered) collectDrawn(answer, names);
  return ordered.map(({ what, answer }) => ({ what, answer: asObject(walk(answer, '', undefined, { names, namespace })) }));
}

class Placeholders {
  readonly #given = new Map<string, Map<string, string>>();
  /** Texts that stand within others: hashes and random ends. */
  readonly parts = new Map<string, string>();

  of(kind: string, value: string): string {
    const given = this.#given.get(kind) ?? new Map<string, string>();
    this.#given.set(kind, given);
    const placeholder = given.get(value) ?? `<${kind} ${given.size + 1}>`;
    given.set(value, placeholder);
    return placeholder;
  }

  part(kind: string, value: string): void {
    this.parts.set(value, this.of(kind, value));
  }
}

interface Context {
  readonly names: Placeholders;
  readonly namespace: string;
}

const UID = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
const IP = /^\d{1,3}(?:\.\d{1,3}){3}$/;
const AGE = /^(?:\d+[smhd])+$/;
const REPLICA_SET = /ReplicaSet "[^"]*?-([0-9a-z]{6,10})"/g;
const REVISIONS = [
  /(?<=too old resource version: )\d+ \(\d+\)/g,
  /(?<=Too large resource version: \d+, current: )\d+/g,
  /(?<=ResourceVersion in (?:precondition|object meta): )\d+/g,
  /(?<=ResourceVersion in (?:the precondition|record) \()\d+/g,
  /(?<=the ResourceVersion in the precondition \()\d+/g,
];
/** A patch that leads to what cannot be read is told with all that it led to. */
const QUOTED_OBJECT = /(?<=Invalid value: )"\{(?:[^"\\]|\\.)*\}"/g;
/** Those of several managers are told in any order. */
const CONFLICTS = /(?<=^Apply failed with \d+ conflicts: )conflicts with [\s\S]*$/;
const DAY_MS = 24 * 60 * 60 * 1000;

/** Hashes and random ends can stand in texts before the field that tells them comes. */
function collectDrawn(value: Json, names: Placeholders): void {
  if (isJsonArray(value)) {
    for (const item of value) collectDrawn(item, names);
    return;
  }
  if (typeof value === 'string') {
    for (const [, hash = ''] of value.matchAll(REPLICA_SET)) names.part('hash', hash);
    return;
  }
  if (!isJsonObject(value)) return;
  const hash = stringAt(value, 'pod-template-hash');
  if (hash !== undefined) names.part('hash', hash);
  const [prefix, name] = [stringAt(value, 'generateName'), stringAt(value, 'name')];
  if (prefix !== undefined && name?.startsWith(prefix) && name.length === prefix.length + 5) {
    names.part('random', name.slice(prefix.length));
  }
  for (const member of Object.values(value)) collectDrawn(member, names);
}

function walk(value: Json, key: string, parent: JsonObject | undefined, context: Context): Json {
  if (isJsonArray(value)) {
    const items = value.map((item) => walk(item, key, undefined, context));
    if (key === 'managedFields') return items.toSorted((one, other) => compared(writerOf(one), writerOf(other)));
    if (key === 'causes' && items.every((item) => stringAt(item, 'reason') === 'FieldManagerConflict'))
      return items.toSorted((one, other) => compared(canonicalJson(one), canonicalJson(other)));
    if (key === 'conditions')
      return items.toSorted((one, other) => compared(stringAt(one, 'type') ?? '', stringAt(other, 'type') ?? ''));
    return items;
  }
  if (isJsonObject(value)) {
    return Object.fromEntries(
      Object.entries(isUntended(value) ? withoutStatus(value) : value)
        .toSorted(([one], [other]) => compared(one, other))
        .map(([name, member]) => [text(name, context), walk(member, name, value, context)]),
    );
  }
  if (typeof value === 'number')
    return key === 'nodePort' && value >= 30_000 ? context.names.of('node port', String(value)) : value;
  return typeof value === 'string' ? scalar(value, key, parent, context) : value;
}

/** A HorizontalPodAutoscaler or a PodDisruptionBudget: items of a list do not say what they are. */
function isUntended(object: JsonObject): boolean {
  const spec = objectAt(object, 'spec');
  return 'scaleTargetRef' in spec || 'minAvailable' in spec || ('maxUnavailable' in spec && 'selector' in spec);
}

function withoutStatus(object: JsonObject): JsonObject {
  const { status: _, ...rest } = object;
  const { resourceVersion: __, managedFields, ...metadata } = objectAt(object, 'metadata');
  const entries = isJsonArray(managedFields) ? managedFields.filter((entry) => stringAt(entry, 'subresource') !== 'status') : [];
  return { ...rest, metadata: { ...metadata, managedFields: entries } };
}

function scalar(value: string, key: string, parent: JsonObject | undefined, context: Context): string {
  if (key === 'resourceVersion') return isListMeta(parent) ? '<revision>' : context.names.of('version', value);
  if (key === 'continue') return '<continue>';
  if (key === 'cells' && AGE.test(value)) return '<age>';
  if (IP.test(value)) return context.names.of('ip', value);
  const time = TIME.exec(value);
  if (time !== null && Math.abs(Date.parse(value) - Date.now()) < DAY_MS)
    return time[1] === undefined ? '<time>' : '<time with µs>';
  return text(value, context);
}

function text(value: string, { names, namespace }: Context): string {
  let out = value.replaceAll(namespace, '$NS').replaceAll(UID, (uid) => names.of('uid', uid));
  out = out.replaceAll(QUOTED_OBJECT, '{…}');
  for (const pattern of REVISIONS) out = out.replaceAll(pattern, '<revision>');
  out = out.replace(CONFLICTS, (groups) =>
    groups
      .split(/\n(?=conflicts with )/)
      .toSorted()
      .join('\n'),
  );
  for (const [part, placeholder] of names.parts) out = out.replaceAll(part, placeholder);
  return out;
}

/** A list, a table or a bookmark: all that has no name of its own. */
function isListMeta(metadata: JsonObject | undefined): boolean {
  return stringAt(metadata, 'name') === undefined;
}

/** ReplicaSets in the order of their revisions: the order of their names, which end in hashes, is another on each server. */
function inOrder(answer: JsonObject): JsonObject {
  const { body } = answer;
  if (!isJsonObject(body) || !isJsonArray(body.items)) return answer;
  const items = body.items.toSorted((one, other) => compared(revisionOf(one), revisionOf(other)));
  return { ...answer, body: { ...body, items } };
}

function revisionOf(item: Json): string {
  return stringAt(item, 'metadata', 'annotations', 'deployment.kubernetes.io/revision') ?? '';
}

function writerOf(entry: Json): string {
  return (
    ['operation', 'manager', 'subresource', 'apiVersion'].map((key) => stringAt(entry, key) ?? '').join('\n') +
    canonicalJson(entry)
  );
}

function compared(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function asObject(value: Json): JsonObject {
  if (!isJsonObject(value)) throw new Error('an answer is an object');
  return value;
}
