import { createHash } from 'node:crypto';
import type { EmbeddedCluster } from '@ddprofiler-rc/cluster-sim';
import { isJsonObject, type Json, type JsonObject, type Key, keyOf, objectAt } from '@ddprofiler-rc/core';
import { BINDING, type DraftPolicy } from './plan.ts';

/** As the label of the binding has it, and the name of its memory: written from the contract, and not from the operator's code. */
export const BINDING_HASH = sha256(`${BINDING.namespace}/${BINDING.name}`).slice(0, 16);

const CONFIG_MAPS = 'configmaps';
export const MEMORY = { namespace: BINDING.namespace, name: `ddprofiler-rc-last-good-${BINDING_HASH}` } as const;
const MEMORY_KEY = `${MEMORY.namespace}/${MEMORY.name}`;

/** One version of the memory as it is stored. Empty where it was edited or cut: nothing in it is to be obeyed then. */
export interface StoredMemory {
  readonly isDamaged: boolean;
  /** The fields of each rule, by the key of its clone. */
  readonly rules: ReadonlyMap<Key, JsonObject>;
  readonly removed: ReadonlyMap<Key, StoredRemoval>;
}

interface StoredRemoval {
  readonly source: Key;
  readonly policy: DraftPolicy;
}

const NOTHING: StoredMemory = { isDamaged: false, rules: new Map(), removed: new Map() };

/** Every version that the memory had, who spoiled it, and what it knew: what the operators are held to. */
export class MemoryLog {
  readonly #cluster: EmbeddedCluster;
  readonly #now: () => number;
  readonly #versions = new Map<string, StoredMemory>();
  readonly #lastHad = new Map<Key, number>();
  readonly #hadSinceSpoiled = new Set<Key>();
  #version = '';
  #current = NOTHING;

  constructor(cluster: EmbeddedCluster, now: () => number) {
    this.#cluster = cluster;
    this.#now = now;
    cluster.onChange(() => this.#look());
  }

  get current(): StoredMemory {
    return this.#current;
  }

  /** The version that an operator acts on; undefined where there never was such a one. */
  at(resourceVersion: string): StoredMemory | undefined {
    return this.#versions.get(resourceVersion);
  }

  /** When the memory last knew of this clone. */
  lastHad(key: Key): number | undefined {
    return this.#isKnown(key) ? this.#now() : this.#lastHad.get(key);
  }

  /** True where it knew of this clone at any time since somebody last laid hands on it. */
  hadSinceSpoiled(key: Key): boolean {
    return this.#hadSinceSpoiled.has(key);
  }

  /** Somebody edited or deleted it: what it knew may be lost from here on. */
  spoiled(): void {
    this.#hadSinceSpoiled.clear();
  }

  #isKnown(key: Key): boolean {
    return this.#current.rules.has(key) || this.#current.removed.has(key);
  }

  #look(): void {
    const object = this.#cluster.state.objects.get(CONFIG_MAPS)?.get(MEMORY_KEY);
    const { resourceVersion } = objectAt(object, 'metadata');
    const version = typeof resourceVersion === 'string' ? resourceVersion : '';
    if (version === this.#version) return;
    for (const key of keysOf(this.#current)) this.#lastHad.set(key, this.#now());
    this.#version = version;
    this.#current = object === undefined ? NOTHING : readStored(object);
    if (object !== undefined) this.#versions.set(version, this.#current);
    for (const key of keysOf(this.#current)) this.#hadSinceSpoiled.add(key);
  }
}

export function isMemory(resource: string, key: string): boolean {
  return resource === CONFIG_MAPS && key === MEMORY_KEY;
}

export function keysOf({ rules, removed }: StoredMemory): readonly Key[] {
  return [...rules.keys(), ...removed.keys()];
}

export function readStored(object: JsonObject): StoredMemory {
  const data = objectAt(object, 'data');
  const text = (name: string) => (typeof data[name] === 'string' ? data[name] : '');
  const [rules, removed] = [text('rules.jsonl'), text('removed.jsonl')];
  if (Object.keys(data).length === 0) return NOTHING;
  if (data.hash !== sha256(`${rules}\n${removed}`)) return { ...NOTHING, isDamaged: true };
  return { isDamaged: false, rules: new Map(linesOf(rules).map(ruleIn)), removed: new Map(linesOf(removed).map(removalIn)) };
}

function ruleIn(line: JsonObject): readonly [Key, JsonObject] {
  const [[namespace, entry] = ['', {}]] = Object.entries(line);
  const [[source, rule] = ['', {}]] = Object.entries(objectAt(entry, 'deployments'));
  return [keyOf(namespace, `${source}-${String(objectAt(rule).name_suffix)}`), objectAt(rule)];
}

function removalIn(line: JsonObject): readonly [Key, StoredRemoval] {
  const policy = POLICIES.find((one) => one === line.on_rule_removed);
  if (policy === undefined) throw new RangeError(`a removal with the policy ${String(line.on_rule_removed)}`);
  return [keyOfText(String(line.clone)), { source: keyOfText(String(line.source)), policy }];
}

const POLICIES: readonly DraftPolicy[] = ['scale_to_zero', 'delete', 'keep'];

function linesOf(text: string): readonly JsonObject[] {
  const parsed = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Json => JSON.parse(line));
  return parsed.filter(isJsonObject);
}

export function keyOfText(key: string): Key {
  const [namespace = '', name = ''] = key.split('/');
  return keyOf(namespace, name);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
