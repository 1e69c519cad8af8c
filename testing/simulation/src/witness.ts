import {
  allKeys,
  type Decision,
  decide,
  type Event,
  evolve,
  initialState,
  isSynced,
  type JsonObject,
  type Key,
  keyOf,
  readKubeObject,
  type Scope,
  type State,
  splitKey,
  type WriteKind,
} from '@ddprofiler-rc/core';
import type { Transport } from '@ddprofiler-rc/k8s-adapter';
import { type JournalSink, Recorder, replay } from '@ddprofiler-rc/server/journal';
import type { QueueObserver } from '@ddprofiler-rc/server/queue-observer';
import { callOf } from './calls.ts';
import { heldTogether, isExpired } from './fixed-point.ts';
import type { Invariant } from './invariants.ts';
import type { DraftPolicy, RuleDraft } from './plan.ts';
import type { MemoryLog, StoredMemory } from './stored-memory.ts';
import { cloneKeyOf, isMarked, type Meanings, type RuleSet } from './truth.ts';

export interface WitnessParts {
  readonly scope: Scope;
  readonly meanings: Meanings;
  readonly memory: MemoryLog;
  readonly now: () => number;
  readonly complain: (invariant: Invariant, message: string) => void;
}

/** An event leads to a run within this time: the longest debounce, and room for it. A run of the same key may come first. */
const ANSWERED_WITHIN_MS = 2_000;

/** Where a rule ends at a time: the clock is looked at so often, for it may be set. */
const CLOCK_NOTICED_WITHIN_MS = 62_000;

/** Any will do, as long as it is the same in every run. */
const JOURNAL_KEY = new Uint8Array(32);

/** Both in milliseconds. */
interface Unanswered {
  readonly since: number;
  readonly patience: number;
}

/** What a decision was made on. */
interface Basis {
  readonly source: unknown;
  readonly rule: unknown;
  readonly memory: unknown;
  readonly autoscalers: unknown;
  readonly isExpired: boolean;
}

function isSameBasis(one: Basis, other: Basis): boolean {
  const { source, rule, memory, autoscalers, isExpired } = one;
  return (
    source === other.source &&
    rule === other.rule &&
    memory === other.memory &&
    autoscalers === other.autoscalers &&
    isExpired === other.isExpired
  );
}

/**
 * Watches one life of an operator from outside: what it is told, decides, runs and sends. It folds the same events again and decides again,
 * and so holds the operator to invariants 1, 2, 8, 9 and 12 while the history goes on, and to 16 when it is over.
 */
export class Witness {
  readonly #name: string;
  readonly #parts: WitnessParts;
  readonly #recorder: Recorder;
  readonly #lines: string[];
  #state: State;
  #isStopping = false;
  #hasEnded = false;
  readonly #running = new Set<Key>();
  readonly #writing = new Set<string>();
  /** What each key should come to by the present state, where that is a write. */
  readonly #wanted = new Map<Key, string>();
  /** Keys whose wanted write changed, and since when nothing was decided on them. */
  readonly #unanswered = new Map<Key, Unanswered>();
  readonly #lastWritten = new Map<Key, { readonly uid: string; readonly resourceVersion: string }>();
  readonly #basis = new Map<Key, Basis>();

  constructor(name: string, parts: WitnessParts) {
    this.#name = name;
    this.#parts = parts;
    this.#state = initialState(parts.scope);
    this.#recorder = new Recorder({ scope: parts.scope, version: 'simulated', origin: 0 }, JOURNAL_KEY);
    this.#lines = [this.#recorder.begin(this.#state, 0)];
  }

  /** The state that the events so far lead to. */
  get state(): State {
    return this.#state;
  }

  get unanswered(): readonly Key[] {
    return [...this.#unanswered.keys()];
  }

  /** A rule in force ends at a time. */
  get waitsForTimes(): boolean {
    return [...this.#state.book.rules.values()].some((rule) => rule.activeUntil !== undefined);
  }

  /** From here on no write may begin. */
  stopping(): void {
    this.#isStopping = true;
    this.#unanswered.clear();
  }

  /** Its life is over: what it leaves undone is no fault. */
  end(): void {
    this.#hasEnded = true;
    this.#unanswered.clear();
  }

  readonly journal: JournalSink = {
    event: (event, at, after) => {
      this.#lines.push(this.#recorder.event(event, at, after));
      this.#onEvent(event);
    },
    decided: (decision, at, clock) => {
      this.#lines.push(this.#recorder.decision(decision, at, clock));
      this.#onDecided(decision);
    },
  };

  /** Replays the journal of this life; its end may come at any moment, as kill -9 does. */
  async replayed(): Promise<void> {
    const { fault } = await replay(
      this.#lines.flatMap((lines) => lines.trimEnd().split('\n')).map((text) => ({ text, isWhole: true })),
    );
    if (fault !== undefined) this.#complain('16 replay decides the same', JSON.stringify(fault));
  }

  readonly queueObserver: QueueObserver<Key> = {
    started: (key) => {
      if (this.#running.has(key)) this.#complain('1 one run per key', `${key} runs twice at once`);
      this.#running.add(key);
    },
    finished: (key) => {
      this.#running.delete(key);
      if (this.#unanswered.has(key)) this.#unanswered.set(key, this.#fromNow());
    },
  };

  /** The transport with an eye on each write that passes; what is read is nobody's harm. */
  watched(transport: Transport): Transport {
    return async (request) => {
      if (callOf(request) !== 'write') return transport(request);
      if (this.#isStopping) this.#complain('12 no write without leave', `${request.what}, after the operator was told to stop`);
      // Of what is told, each Event is a unit; all are posted to one path.
      const unit = request.path.includes('/deployments/') ? request.path : request.what;
      if (this.#writing.has(unit)) this.#complain('1 one run per key', `${request.what} while another write of it is on its way`);
      this.#writing.add(unit);
      try {
        return await transport(request);
      } finally {
        this.#writing.delete(unit);
      }
    };
  }

  /** Complains of keys that nobody came back to. */
  check(): void {
    const now = this.#parts.now();
    for (const [key, { since, patience }] of this.#unanswered) {
      if (this.#running.has(key) || now - since <= patience) continue;
      this.#complain(
        '2 an event leads to a run',
        `${key} should be written since ${Math.round(since)} ms, and was not decided on`,
      );
      this.#unanswered.delete(key);
    }
  }

  #onEvent(event: Event): void {
    if (this.#hasEnded) return;
    const before = this.#state;
    this.#state = evolve(before, event);
    if (event.type === 'written') this.#onWritten(event.key, event.object, event.effect);
    if (isSynced(this.#state)) this.#noteWants(allKeys(before, this.#state));
    this.check();
  }

  #noteWants(keys: ReadonlySet<Key>): void {
    const present = allKeys(this.#state);
    for (const key of keys) {
      const { effect } = present.has(key) ? decide(this.#state, key, Date.now()) : {};
      // A status-only update calls for no run, though the version that a scale to zero is guarded by is another after it.
      const wanted = effect === undefined ? undefined : JSON.stringify({ ...effect, resourceVersion: '' });
      if (wanted === this.#wanted.get(key)) continue;
      if (wanted === undefined) {
        this.#wanted.delete(key);
        this.#unanswered.delete(key);
      } else {
        this.#wanted.set(key, wanted);
        if (!this.#unanswered.has(key) && !this.#isStopping) this.#unanswered.set(key, this.#fromNow());
      }
    }
  }

  /** The rules that it waits under are those of now: later ones may have no times, and do not shorten it. */
  #fromNow(): Unanswered {
    return { since: this.#parts.now(), patience: this.waitsForTimes ? CLOCK_NOTICED_WITHIN_MS : ANSWERED_WITHIN_MS };
  }

  #onDecided(decision: Decision): void {
    if (this.#hasEnded) return;
    const { key } = decision;
    this.#unanswered.delete(key);
    const { effect } = decision;
    if (effect !== undefined && effect.kind !== 'look' && effect.kind !== 'remember') {
      this.#onActing(key);
      this.#onWriting(decision, effect.kind);
    }
    this.#basis.set(key, this.#basisOf(key));
  }

  /** No key is acted on by a state older than the answer to its own last write. */
  #onActing(key: Key): void {
    const written = this.#lastWritten.get(key);
    const known = this.#state.deployments.get(key);
    if (written === undefined || known?.uid !== written.uid) return;
    if (BigInt(known.resourceVersion) < BigInt(written.resourceVersion)) {
      this.#complain(
        '8 no act on a stale state',
        `${key} at ${known.resourceVersion}, and was written at ${written.resourceVersion}`,
      );
    }
  }

  /** What is done by a rule stands in the memory first, and what is done for want of one needs a text that is clean. */
  #onWriting({ key, reason }: Decision, kind: WriteKind | 'delete'): void {
    const { memory: log, meanings } = this.#parts;
    const { memory: known, rulesText } = this.#state;
    const memory = known === undefined ? undefined : log.at(known.resourceVersion);
    if (memory === undefined || (memory.rules.get(key) ?? memory.removed.get(key)) === undefined) {
      this.#complain('18 no object that no rule made is written', `${kind} ${key}: of it the memory knows nothing`);
      return;
    }
    const meaning = rulesText === undefined ? undefined : meanings.get(rulesText);
    const own = meaning?.stated.find((rule) => !rule.isBroken && cloneKeyOf(rule) === key);
    const live = this.#state.deployments.get(key);
    if (live !== undefined && !isMarked(metadataOf(live)) && !memory.rules.get(key)?.adopt)
      this.#complain('5 nothing unmarked is written', `${kind} ${key}, which bears no mark`);
    if (reason !== 'RuleRemoved' && reason !== 'RuleExpired') {
      if (!memory.rules.has(key) || (own !== undefined && !isSaidBy(memory.rules.get(key), own)))
        this.#complain('20 nothing is done before it is remembered', `${kind} ${key}: the memory has another rule`);
      return;
    }
    const isOver = own === undefined ? meaning?.isClean === true : own.until !== undefined && isExpired(own);
    if (!isOver) this.#complain('17 a text with an error never removes a clone', `${kind} ${key}: ${reason}`);
    const policy = memory.removed.get(key)?.policy;
    if (policy !== POLICY_OF[kind])
      this.#complain('20 nothing is done before it is remembered', `${kind} ${key}: the memory says ${policy}`);
    if (kind === 'delete' && this.#isHeld(key, meaning, memory))
      this.#complain('guardrail', `${key} is deleted with most of the others, and nobody confirmed it`);
  }

  #isHeld(key: Key, rules: RuleSet | undefined, memory: StoredMemory): boolean {
    const { deployments } = this.#state;
    const objects = [...deployments.values()].map((one) => [one.key, metadataOf(one)] as const);
    return heldTogether({ rules, deployments: new Map(objects) }, memory).has(key);
  }

  #onWritten(key: Key, answer: Parameters<typeof readKubeObject>[0], written: WriteKind): void {
    const object = readKubeObject(answer);
    if (object === undefined) return;
    this.#lastWritten.set(key, { uid: object.uid, resourceVersion: object.resourceVersion });
    const known = this.#state.deployments.get(key);
    if (known === undefined) {
      const isPassed = [...this.#state.streams.values()].some(
        (stream) => stream.resourceVersion !== '' && BigInt(stream.resourceVersion) >= BigInt(object.resourceVersion),
      );
      if (!isPassed) this.#complain('8 no act on a stale state', `${key} was written, and is not known`);
      return;
    }
    if (known.resourceVersion !== object.resourceVersion || object.terminating) return;
    const basis = this.#basis.get(key);
    const now = this.#basisOf(key);
    if (basis === undefined || !isSameBasis(basis, now)) return;
    const { effect, message } = decide(this.#state, key, Date.now());
    if (effect?.kind === 'look' || effect?.kind === 'remember') return;
    // Replicas are handed over in steps; and what an autoscaler does to them meanwhile shows in the answer alone.
    const isStep = written === 'handOver' || effect?.kind === 'handOver' || this.#isAutoscaled(key);
    if (effect !== undefined && !isStep)
      this.#complain('9 deciding again gives nothing to do', `${key}: ${effect.kind} after a write: ${message}`);
  }

  #basisOf(key: Key): Basis {
    const { book, deployments, memory, autoscalers } = this.#state;
    const rule = book.rules.get(key);
    const source = rule?.source ?? deployments.get(key)?.annotations['ddprofiler-rc.grove/source'];
    const until = rule?.activeUntil?.at;
    const isExpired = until !== undefined && until <= Date.now();
    return {
      rule: rule ?? book.isOpen,
      memory,
      autoscalers,
      isExpired,
      source: deployments.get(keyOf(splitKey(key).namespace, source ?? '')),
    };
  }

  #isAutoscaled(key: Key): boolean {
    const { namespace } = splitKey(key);
    return this.#state.autoscalers.get(namespace)?.some(({ target }) => target === key) ?? false;
  }

  #complain(invariant: Invariant, message: string): void {
    this.#parts.complain(invariant, `${this.#name}: ${message}`);
  }
}

function metadataOf({ name, labels }: { readonly name: string; readonly labels: JsonObject }): JsonObject {
  return { metadata: { name, labels } };
}

const POLICY_OF: Readonly<Record<string, DraftPolicy>> = { delete: 'delete', scaleToZero: 'scale_to_zero' };

/** As far as a rule's line in the memory can be told from what a person meant: by what becomes of the clone, and what it is. */
function isSaidBy(line: JsonObject | undefined, { scale, image, onRuleRemoved, onSourceDeleted, until }: RuleDraft): boolean {
  return (
    Number(line?.scale_factor) === Number(scale) &&
    line?.image === image &&
    (line?.on_rule_removed ?? 'delete') === (onRuleRemoved ?? 'delete') &&
    (line?.on_source_deleted ?? 'scale_to_zero') === (onSourceDeleted ?? 'scale_to_zero') &&
    (line?.active_until === undefined) === (until === undefined)
  );
}
