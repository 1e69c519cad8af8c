/** What guardrails cost as the number of clones grows: the core alone, without a cluster. */
import {
  BINDING_LABEL,
  bindingHash,
  DEFAULT_LIMITS,
  decide,
  type Event,
  evolve,
  FIELD_MANAGER,
  initialState,
  type Json,
  type Key,
  MANAGED_BY_LABEL,
  memoryDue,
  type State,
  touched,
  writeMemory,
} from '@ddprofiler-rc/core';
import { atMost, type Figure, figure, type Measurement } from '../result.ts';
import type { Context } from './context.ts';

const SIZES = [1_000, 3_000, 10_000] as const;
const REPEATS = 30_000;
/** The most that ten times as many clones may cost: maps are a level deeper, and their parts further apart. What grows with their number costs ten times as much. */
const GROWTH = 4;
const NOW = Date.UTC(2026, 0, 1);

export async function measureGuardrails({ parameters, progress }: Context): Promise<Measurement> {
  const samples = new Map<string, number[]>();
  for (let round = 0; round < parameters.rounds; round += 1) {
    for (const size of SIZES) {
      for (const [what, microseconds] of Object.entries(costsAt(size)))
        samples.set(`${what}-${size}`, [...(samples.get(`${what}-${size}`) ?? []), microseconds]);
      progress(`guardrails, round ${round + 1} of ${parameters.rounds}: ${size} clones`);
    }
  }
  const figures = Object.entries(WORDS).flatMap(([what, words]) =>
    SIZES.map((size) => figure(`${what}-${size}`, `${words}, ${size} clones`, 'µs', samples.get(`${what}-${size}`) ?? [])),
  );
  return {
    name: 'guardrails',
    title: 'What guardrails cost',
    how: `The core alone, with as many rules as clones, MAX_CLONES at that number, rules more than there is room for, and a mass deletion of more than half of the clones that is held. Each figure is the mean of ${REPEATS} calls.`,
    figures,
    bars: Object.entries(WORDS).map(([what, words]) =>
      atMost(`${words}: 10,000 clones against 1,000`, '×', growthOf(figures, what), GROWTH),
    ),
    series: [],
  };
}

const WORDS = {
  event: 'an event of a source',
  gone: 'an event of a clone that goes or comes',
  refused: 'a decision on a clone for which there is no room',
  held: 'a decision on a clone that is held',
};

function growthOf(figures: readonly Figure[], what: string): number {
  const [small, large] = [SIZES[0], SIZES[2]].map(
    (size) => figures.find(({ id }) => id === `${what}-${size}`)?.value ?? Number.NaN,
  );
  return (large ?? Number.NaN) / (small ?? Number.NaN);
}

/** Microseconds of each. */
function costsAt(size: number): Readonly<Record<keyof typeof WORDS, number>> {
  const state = heldState(size);
  const source = (index: number): Event => seen(`web-${index % size}`, 2_000_000 + index);
  const clone = (index: number): Event => {
    // Each goes, and comes back.
    const name = `web-${Math.floor(index / 2) % size}-p`;
    const object = objectOf(name, name, 2_000_000 + index, markOf(name));
    return { type: index % 2 === 0 ? 'vanished' : 'seen', stream: 'deployments/*', object };
  };
  return {
    event: folding(state, source),
    gone: folding(state, clone),
    refused: deciding(state, (index) => `shop/zz-${index % 10}-p`),
    held: deciding(state, (index) => `shop/web-${Math.floor(size / 3) + (index % Math.floor(size / 3))}-p`),
  };
}

function folding(start: State, event: (index: number) => Event): number {
  let state = start;
  return microsecondsOf((index) => {
    const told = event(index);
    const next = evolve(state, told);
    touched(state, next, told);
    state = next;
  });
}

function deciding(state: State, key: (index: number) => Key): number {
  return microsecondsOf((index) => {
    const { verdict } = decide(state, key(index), NOW);
    if (verdict !== 'blocked' && verdict !== 'held') throw new Error(`${key(index)} is decided on as ${verdict}`);
  });
}

function microsecondsOf(call: (index: number) => void): number {
  for (let index = 0; index < REPEATS; index += 1) call(index);
  const began = performance.now();
  for (let index = REPEATS; index < 2 * REPEATS; index += 1) call(index);
  return ((performance.now() - began) * 1_000) / REPEATS;
}

/** As many clones as there may be, two thirds of which have lost their rules; and ten rules that wait for a place. */
function heldState(size: number): State {
  const scope = { binding: BINDING, namespaces: '*', limits: { ...DEFAULT_LIMITS, maxClones: size } } as const;
  const all = Array.from({ length: size }, (_, index) => `web-${index}`);
  const listed = (stream: 'memory' | 'autoscalers/*' | 'deployments/*', objects: readonly Json[] = []): Event => ({
    type: 'listed',
    stream,
    resourceVersion: '1000000',
    objects,
  });
  const rules = (names: readonly string[], version: number): Event => ({
    type: 'listed',
    stream: 'configmap/ops/rules',
    resourceVersion: String(version),
    objects: [{ metadata: metadataOf('rules', 'r', version, 'ops'), data: { rules: rulesFor(names) } }],
  });
  const binding = { ruleType: 'configmap', cmName: 'rules', cmConfigTag: 'rules' };
  const start = [
    {
      type: 'listed',
      stream: 'binding',
      resourceVersion: '1',
      objects: [{ metadata: metadataOf('rc', 'b', 1, 'ops'), ...binding }],
    },
    rules(all, 2),
    listed('memory'),
    listed('autoscalers/*'),
  ] satisfies readonly Event[];
  const before = remembered([...start].reduce((state, event) => evolve(state, event), initialState(scope)));
  const sources = [...all, ...WAITING].map((name) => objectOf(name, name, 1));
  const clones = all.map((name) => `${name}-p`).map((name) => objectOf(name, name, 1, markOf(name)));
  const few = evolve(before, rules([...all.slice(0, Math.floor(size / 3)), ...WAITING], 3));
  return remembered(evolve(few, listed('deployments/*', [...sources, ...clones])));
}

const WAITING = Array.from({ length: 10 }, (_, index) => `zz-${index}`);

function remembered(state: State): State {
  const due = memoryDue(state, NOW);
  if (due === undefined) return state;
  const version = Number(state.memory?.resourceVersion ?? 1_000_000) + 1;
  return remembered(
    evolve(state, {
      type: 'remembered',
      object: { metadata: metadataOf('memory', 'm', version, 'ops'), data: writeMemory(due) },
    }),
  );
}

function rulesFor(names: readonly string[]): string {
  const rules = names.map((name) => [name, { scale_factor: '0.5', name_suffix: 'p' }]);
  return JSON.stringify({ shop: { deployments: Object.fromEntries(rules) } });
}

function seen(name: string, version: number): Event {
  return { type: 'seen', stream: 'deployments/*', object: objectOf(name, name, version) };
}

function objectOf(name: string, uid: string, version: number, labels = {}): Json {
  const pod = { containers: [{ name: 'web', image: 'web:1' }] };
  const metadata = { ...metadataOf(name, uid, version, 'shop'), generation: version, labels };
  return {
    metadata,
    spec: { replicas: 3, selector: { matchLabels: { app: name } }, template: { metadata: { labels: { app: name } }, spec: pod } },
  };
}

function metadataOf(name: string, uid: string, version: number, namespace: string): { readonly [field: string]: Json } {
  return { namespace, name, uid, resourceVersion: String(version) };
}

const BINDING = { namespace: 'ops', name: 'rc' };

function markOf(name: string): { readonly [label: string]: string } {
  return { [MANAGED_BY_LABEL]: FIELD_MANAGER, [BINDING_LABEL]: bindingHash(BINDING), 'ddprofiler-rc.grove/clone': name };
}
