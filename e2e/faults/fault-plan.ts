/**
 * A plan says how often what happens, and is data: drawn from a seed, printed with a run, the same again from the same seed. What a
 * request meets follows from the plan and the request alone, by `decide`:
 *
 * | request | may meet |
 * | --- | --- |
 * | any | reset, delayed, refused (429, 500, 503), its answer lost, delayed, cut, stalled or split |
 * | list | also 410, and an earlier answer |
 * | watch | also 410, an ERROR 410 and a line that is no JSON within the stream; its answer is not lost, for it has no end |
 * | write | also to arrive late |
 *
 * Not from the plan: when a request is sent. The operator runs in real time, so the same seed leads to the same decisions for the n-th
 * list of Deployments, not to the same history.
 */
import type { ConnectionFault, Fault, FaultKind, FaultSource, RequestFacts, RequestKind } from './fault.ts';
import { type Random, randomOf } from './random.ts';

export type FaultPlan = {
  readonly seed: number;
  /** Share of requests, and of connections, that meet a fault; of 1. */
  readonly shares: Readonly<Record<RequestKind | 'connection', number>>;
  /** How often each is drawn, beside the others; a kind that is left out does not happen. */
  readonly weights: Readonly<Partial<Record<FaultKind, number>>>;
  readonly longestDelayMs: number;
  /** A stall ends by a reset after this at most. */
  readonly longestStallMs: number;
  /** Share of stalls that never end: whoever waits must find out by himself. */
  readonly endlessStalls: number;
};

const WEIGHTS: Readonly<Record<FaultKind, number>> = {
  resetConnection: 2,
  stallConnection: 1,
  resetRequest: 3,
  delayRequest: 2,
  lateRequest: 1,
  refuse: 5,
  loseAnswer: 4,
  delayAnswer: 2,
  cutAnswer: 4,
  stall: 2,
  split: 5,
  staleList: 6,
  expire: 4,
  garble: 2,
};

export const FAULT_KINDS = Object.keys(WEIGHTS) as readonly FaultKind[];

const EVERYWHERE = ['resetRequest', 'delayRequest', 'refuse', 'delayAnswer', 'cutAnswer', 'stall', 'split'] as const;
const POSSIBLE: Readonly<Record<RequestKind, readonly Fault['kind'][]>> = {
  list: [...EVERYWHERE, 'loseAnswer', 'staleList'],
  watch: [...EVERYWHERE, 'expire', 'garble'],
  read: [...EVERYWHERE, 'loseAnswer'],
  write: [...EVERYWHERE, 'loseAnswer', 'lateRequest'],
};

/** Each plan leaves some kinds out: what hides a mistake in one run is then absent in another. */
export const drawPlan = (seed: number): FaultPlan => {
  const random = randomOf(seed, 'plan');
  const weights = FAULT_KINDS.filter(() => random.chance(0.85)).map((kind) => [kind, WEIGHTS[kind]] as const);
  const share = (least: number, most: number): number => least + random.fraction() * (most - least);
  return {
    seed,
    shares: {
      list: share(0.2, 0.5),
      watch: share(0.3, 0.7),
      read: share(0.1, 0.3),
      write: share(0.05, 0.35),
      connection: share(0, 0.2),
    },
    weights: Object.fromEntries(weights),
    longestDelayMs: random.int(200, 4_000),
    longestStallMs: random.int(1_000, 20_000),
    endlessStalls: random.pick([0, 0, 0.2]),
  };
};

/** @param name whose proxy it is: two with one plan meet different faults */
export const faultsOf = (plan: FaultPlan, name: string): FaultSource => ({
  ofRequest: (facts) => decide(plan, facts, randomOf(plan.seed, `${name} ${facts.kind} ${facts.resource} ${facts.ordinal}`)),
  ofConnection: (ordinal) => decideConnection(plan, randomOf(plan.seed, `${name} connection ${ordinal}`)),
});

const decide = (plan: FaultPlan, facts: RequestFacts, random: Random): Fault | undefined => {
  if (!random.chance(plan.shares[facts.kind])) return undefined;
  const kind = random.weighted(POSSIBLE[facts.kind].map((each) => [plan.weights[each] ?? 0, each] as const));
  return kind === undefined ? undefined : drawFault(kind, plan, facts, random);
};

const drawFault = (kind: Fault['kind'], plan: FaultPlan, facts: RequestFacts, random: Random): Fault => {
  const delay = (): number => random.int(1, plan.longestDelayMs);
  // Most answers to writes have some thousand bytes; a watch goes on for long.
  const somewhere = (): number => random.int(0, random.chance(0.5) ? 600 : 12_000);
  switch (kind) {
    case 'resetRequest':
      return { kind };
    case 'delayRequest':
    case 'lateRequest':
    case 'delayAnswer':
      return { kind, ms: delay() };
    case 'refuse':
      return drawRefusal(facts, random);
    case 'loseAnswer':
      return { kind, tell: random.pick(['reset', 'timeout']) };
    case 'cutAnswer':
      return { kind, afterBytes: somewhere() };
    case 'stall':
      return { kind, afterBytes: somewhere(), ...stallOf(plan, random) };
    case 'split':
      return { kind, singleBytes: random.int(0, 800), frames: Array.from({ length: 7 }, () => random.int(1, 900)) };
    case 'staleList':
      return { kind, back: random.int(0, 3) };
    case 'expire':
    case 'garble':
      return { kind, afterLines: random.int(0, random.chance(0.5) ? 2 : 15) };
  }
};

const drawRefusal = ({ kind }: RequestFacts, random: Random): Fault => {
  const status = random.pick(kind === 'list' || kind === 'watch' ? ([410, 429, 500, 503] as const) : ([429, 500, 503] as const));
  const tellsWhen = status === 429 ? random.chance(0.8) : status === 503 && random.chance(0.3);
  return { kind: 'refuse', status, ...(tellsWhen ? { retryAfterS: random.int(0, 3) } : {}) };
};

const decideConnection = (plan: FaultPlan, random: Random): ConnectionFault | undefined => {
  if (!random.chance(plan.shares.connection)) return undefined;
  const kinds = ['resetConnection', 'stallConnection'] as const;
  const kind = random.weighted(kinds.map((each) => [plan.weights[each] ?? 0, each] as const));
  if (kind === undefined) return undefined;
  return kind === 'resetConnection' ? { kind } : { kind, ...stallOf(plan, random) };
};

const stallOf = (plan: FaultPlan, random: Random): { readonly ms?: number } =>
  random.chance(plan.endlessStalls) ? {} : { ms: random.int(100, plan.longestStallMs) };
