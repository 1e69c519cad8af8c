import type { FailureCode } from '../events.ts';
import { digest } from '../kube/digest.ts';
import { canonicalJson, isJsonObject, type Json, type JsonObject, stringAt, stringMapAt } from '../kube/json.ts';
import { type Key, keyOf } from '../kube/keys.ts';
import type { KubeObject } from '../kube/kube-object.ts';
import { type BindingName, bindingHash } from '../objects/binding.ts';
import { recallRule, rememberRule } from './remembered.ts';
import { cloneKeyOf, type Rule, sourceKeyOf } from './rule.ts';
import { POLICIES, type Policy } from './rule-fields.ts';

/**
 * The memory: the last good rules, in a ConfigMap beside the binding that only the leader writes.
 *
 * | data | content |
 * | --- | --- |
 * | `rules.jsonl` | one line per rule in force: a rules text of that rule alone |
 * | `removed.jsonl` | one line per clone that is yet to go, since its rule is no more: `{"clone":…,"on_rule_removed":…,"source":…}` |
 * | `hash` | of both; where it does not fit, the memory was edited or cut, and nothing in it is obeyed |
 *
 * It is written ahead: nothing is made, changed or removed by a rule before the memory has that rule (memory-due.ts). So the operator may be
 * killed at any moment, and the next one finds either what was before, with nothing done yet, or what is to be done.
 */
export interface Memory extends MemoryContent {
  readonly uid: string;
  readonly resourceVersion: string;
  /** Its hash does not fit: its content counts as empty. */
  readonly isDamaged: boolean;
}

export interface MemoryContent {
  /** The last good rules, by the key of their clone. */
  readonly rules: ReadonlyMap<Key, Rule>;
  /** Clones that lost their rule, and are not known to be gone; none of them is in `rules`. */
  readonly removed: ReadonlyMap<Key, Removal>;
}

/** What is left of a rule that is no more: what becomes of its clone. */
export interface Removal {
  readonly source: Key;
  readonly onRuleRemoved: Policy;
}

const RULES = 'rules.jsonl';
const REMOVED = 'removed.jsonl';
const HASH = 'hash';

export function memoryLocation(binding: BindingName): { readonly namespace: string; readonly name: string } {
  return { namespace: binding.namespace, name: `ddprofiler-rc-last-good-${bindingHash(binding)}` };
}

/**
 * Reads the ConfigMap. A line that this version cannot read is left out: nothing is done by it, and it goes at the next write.
 * @param known rules that need not be read anew: a line that is the text of one of them is that very rule
 */
export function readMemory(object: KubeObject, known: Iterable<Rule> = []): Memory {
  const { uid, resourceVersion } = object;
  const data = stringMapAt(object.raw, 'data');
  const { [RULES]: rulesText = '', [REMOVED]: removedText = '' } = data;
  // An empty one was just made, and has no hash yet.
  const isDamaged = data[HASH] !== hashOf(rulesText, removedText) && Object.keys(data).length > 0;
  if (isDamaged) return { uid, resourceVersion, isDamaged, rules: new Map(), removed: new Map() };
  const texts = new Map([...known].map((rule) => [rememberRule(rule), rule]));
  const rules = linesOf(rulesText)
    .map((line) => texts.get(line) ?? recallRule(line))
    .filter((rule) => rule !== undefined);
  const removed = linesOf(removedText)
    .map(readRemoval)
    .filter((removal) => removal !== undefined);
  return {
    uid,
    resourceVersion,
    isDamaged,
    rules: new Map(rules.map((rule) => [cloneKeyOf(rule), rule])),
    removed: new Map(removed),
  };
}

/** The ConfigMap's data. Law: `readMemory` of it gives `content`, and equal contents give equal data. */
export function writeMemory({ rules, removed }: MemoryContent): Readonly<Record<string, string>> {
  const rulesText = inOrder(rules).map(([, rule]) => `${rememberRule(rule)}\n`);
  const removedText = inOrder(removed).map(([clone, removal]) => `${writeRemoval(clone, removal)}\n`);
  return withHash(rulesText.join(''), removedText.join(''));
}

/** A memory's data with other lines in the place of its rules. */
export function withRuleLines(
  data: Readonly<Record<string, string>>,
  change: (line: string) => string,
): Readonly<Record<string, string>> {
  const { [RULES]: rulesText = '', [REMOVED]: removedText = '', [HASH]: hash } = data;
  if (hash !== hashOf(rulesText, removedText)) return Object.keys(data).length === 0 ? {} : { [HASH]: '' };
  const changed = linesOf(rulesText).map((line) => `${change(line)}\n`);
  return withHash(changed.join(''), removedText);
}

/** For people. @param code of the failure: what the API server says of a write may quote it */
export function describeMemoryFailure(binding: BindingName, code: FailureCode): string {
  const { namespace, name } = memoryLocation(binding);
  const needed = `give the operator list, watch, create and patch on configmap ${name} in namespace ${namespace}`;
  const cure = code === 'Forbidden' ? needed : `the configmap is ${name} in namespace ${namespace}`;
  return `cannot save the last good rules (${code}): clones whose rules are new, changed or removed stay as they are until it can; ${cure}`;
}

export function removalOf(rule: Rule): Removal {
  return { source: sourceKeyOf(rule), onRuleRemoved: rule.onRuleRemoved };
}

/** What the memory says of a clone that no rule in force makes; `undefined` where no rule that it knows made it. */
export function removalIn(memory: MemoryContent | undefined, key: Key): Removal | undefined {
  const rule = memory?.rules.get(key);
  return rule === undefined ? memory?.removed.get(key) : removalOf(rule);
}

/** True where both say the same of their clone. */
export function isSameRule(one: Rule | undefined, other: Rule | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return one === other || rememberRule(one) === rememberRule(other);
}

export function isSameRemoval(one: Removal | undefined, other: Removal | undefined): boolean {
  return one?.source === other?.source && one?.onRuleRemoved === other?.onRuleRemoved;
}

function inOrder<Value>(values: ReadonlyMap<Key, Value>): readonly (readonly [Key, Value])[] {
  return [...values].sort(([one], [other]) => (one < other ? -1 : 1));
}

function withHash(rules: string, removed: string): Readonly<Record<string, string>> {
  return { [RULES]: rules, [REMOVED]: removed, [HASH]: hashOf(rules, removed) };
}

function hashOf(rules: string, removed: string): string {
  return digest(`${rules}\n${removed}`);
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}

function writeRemoval(clone: Key, { source, onRuleRemoved }: Removal): string {
  const line: JsonObject = { clone, source, on_rule_removed: onRuleRemoved };
  return canonicalJson(line);
}

function readRemoval(line: string): readonly [Key, Removal] | undefined {
  let parsed: Json;
  try {
    parsed = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!isJsonObject(parsed)) return undefined;
  const [clone, source] = [asKey(stringAt(parsed, 'clone')), asKey(stringAt(parsed, 'source'))];
  const onRuleRemoved = POLICIES.find((policy) => policy === stringAt(parsed, 'on_rule_removed'));
  return clone === undefined || source === undefined || onRuleRemoved === undefined
    ? undefined
    : [clone, { source, onRuleRemoved }];
}

function asKey(text: string | undefined): Key | undefined {
  const slash = text?.indexOf('/') ?? -1;
  return text === undefined || slash < 0 ? undefined : keyOf(text.slice(0, slash), text.slice(slash + 1));
}
