import type { Answer, EmbeddedCluster, Request, WatchCursor } from '@ddprofiler-rc/cluster-sim';
import type { Json } from '@ddprofiler-rc/core';
import { type ApiAnswer, ApiFailure, type ApiRequest, type Transport } from '@ddprofiler-rc/k8s-adapter';
import { describeRequest } from './calls.ts';
import { Draw } from './draw.ts';
import type { Fault } from './plan.ts';
import type { StaleStates } from './stale-states.ts';
import { WatchBody } from './watch-body.ts';
import type { Weather } from './weather.ts';

/** A request that the cluster carried out, or answered. */
export interface CarriedOut {
  readonly by: string;
  readonly request: ApiRequest;
  readonly answer: Answer;
  /** The cluster's revision before it. */
  readonly revisionBefore: number;
  /** False where its caller had given up before it arrived. */
  readonly isAwaited: boolean;
}

export interface NetworkParts {
  readonly seed: number;
  readonly cluster: EmbeddedCluster;
  readonly stale: StaleStates;
  readonly weather: Weather;
  readonly clusterTime: () => number;
  readonly trace: (line: string) => void;
  /** An operator sends a request. */
  readonly onBegun: (what: Pick<CarriedOut, 'by' | 'request'>) => void;
  readonly onCarriedOut: (what: CarriedOut) => void;
}

/** Milliseconds one way. */
const LATENCY = { least: 1, most: 20 };
const SLOW = { least: 2_000, most: 20_000 };
/** Small pages, so that lists have several. */
const PAGE = 2;

const STATUSES: Readonly<Partial<Record<Fault, { readonly code: number; readonly reason: string }>>> = {
  conflict: { code: 409, reason: 'Conflict' },
  gone: { code: 410, reason: 'Expired' },
  invalid: { code: 422, reason: 'Invalid' },
  tooMany: { code: 429, reason: 'TooManyRequests' },
  internal: { code: 500, reason: 'InternalError' },
  unavailable: { code: 503, reason: 'ServiceUnavailable' },
  unauthorized: { code: 401, reason: 'Unauthorized' },
};

/**
 * The line from one operator to the cluster: the `Transport` that the adapter is given, with the faults of the plan. As on a real
 * network, what was sent is carried out although the caller gave up, and an answer may be lost after that.
 */
export class Line {
  readonly #parts: NetworkParts;
  readonly #name: string;
  readonly #draw: Draw;
  readonly #onCrash: () => void;
  readonly #bodies = new Set<WatchBody>();
  #isCut = false;

  /** @param onCrash the operator dies in the middle of a call */
  constructor(parts: NetworkParts, name: string, onCrash: () => void) {
    this.#parts = parts;
    this.#name = name;
    this.#draw = Draw.of(parts.seed, `line ${name}`);
    this.#onCrash = onCrash;
  }

  /** The operator at the other end is dead: nothing is sent or delivered any more. */
  cut(): void {
    this.#isCut = true;
    for (const body of this.#bodies) body.drop();
    this.#bodies.clear();
  }

  readonly transport: Transport = (request) => {
    this.#parts.onBegun({ by: this.#name, request });
    const fault = this.#parts.weather.faultOf(request);
    const call = new PendingCall(request, () => !this.#isCut);
    const there = fault === 'slow' ? this.#draw.int(SLOW.least, SLOW.most) : this.#latency();
    const back = this.#latency();
    setTimeout(() => this.#arrive(request, fault, call, back), there);
    return call.answered;
  };

  #arrive(request: ApiRequest, fault: Fault | undefined, call: PendingCall, back: number): void {
    if (this.#isCut) return;
    const tell = (outcome: string) => this.#parts.trace(`${this.#name}: ${describeRequest(request)} → ${outcome}`);
    const status = fault === undefined ? undefined : STATUSES[fault];
    if (status !== undefined) {
      tell(`${status.code} by a fault`);
      const retryAfterMs = status.code === 429 ? this.#draw.int(1, 5) * 1_000 : undefined;
      setTimeout(() => call.answer({ status: status.code, retryAfterMs, body: bytesOf(statusBody(status)) }), back);
      return;
    }
    switch (fault) {
      case 'refused':
        tell('refused');
        setTimeout(() => call.fail('the connection was refused'), back);
        return;
      case 'lostRequest':
        tell('lost on the way');
        return;
      case 'crashBefore':
        tell('the operator dies before it');
        this.#onCrash();
        return;
      case 'crashAfter':
        this.#carryOut(request, call, tell);
        this.#onCrash();
        return;
      case 'lostAnswer':
        this.#carryOut(request, call, tell);
        setTimeout(() => call.fail('the connection broke'), back);
        return;
      default:
        this.#deliver(request, this.#carryOut(request, call, tell, fault), fault, call, back);
    }
  }

  #carryOut(request: ApiRequest, call: PendingCall, tell: (outcome: string) => void, fault?: Fault): Answer {
    const { cluster, stale, onCarriedOut } = this.#parts;
    const revisionBefore = cluster.state.revision;
    const sent = simulatedRequest(request, this.#name);
    const answer =
      fault === 'staleList'
        ? stale.request(sent)
        : fault === 'inexactList'
          ? stale.request(withoutMoment(sent))
          : cluster.request(sent);
    const outcome = answer.kind === 'watch' ? 'watching' : String(answer.status);
    tell(cluster.state.revision === revisionBefore ? outcome : `${outcome}, revision ${cluster.state.revision}`);
    onCarriedOut({ by: this.#name, request, answer, revisionBefore, isAwaited: !call.isOver });
    return answer;
  }

  #deliver(request: ApiRequest, answer: Answer, fault: Fault | undefined, call: PendingCall, back: number): void {
    setTimeout(() => {
      if (answer.kind === 'whole') {
        call.answer({ status: answer.status, retryAfterMs: undefined, body: bytesOf(answer.body) });
      } else if (!call.isOver) {
        call.answer({ status: 200, retryAfterMs: undefined, body: this.#watch(request, answer.cursor, fault) });
      }
    }, back);
  }

  #watch(request: ApiRequest, cursor: WatchCursor, fault: Fault | undefined): WatchBody {
    const { cluster, clusterTime } = this.#parts;
    const delayMs = fault === 'lateWatch' ? this.#draw.int(SLOW.least, SLOW.most) : this.#latency();
    const body = new WatchBody({ cluster, cursor, fault, delayMs, draw: this.#draw, now: clusterTime, signal: request.signal });
    this.#bodies.add(body);
    return body;
  }

  #latency(): number {
    return this.#draw.int(LATENCY.least, LATENCY.most);
  }
}

/** One call as its caller sees it: the first of answer, failure, time-out and giving up ends it. */
class PendingCall {
  readonly #settled = Promise.withResolvers<ApiAnswer>();
  readonly #isCallerAlive: () => boolean;
  readonly #release: () => void;
  isOver = false;

  constructor({ what, timeoutMs, signal }: ApiRequest, isCallerAlive: () => boolean) {
    this.#isCallerAlive = isCallerAlive;
    const timer = setTimeout(
      () => this.#end(new ApiFailure('Timeout', `${what}: no answer within ${timeoutMs / 1000} s`)),
      timeoutMs,
    );
    const giveUp = () => this.#end(new ApiFailure('Unreachable', `${what}: given up`));
    signal?.addEventListener('abort', giveUp);
    this.#release = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', giveUp);
    };
    if (signal?.aborted === true) giveUp();
  }

  get answered(): Promise<ApiAnswer> {
    return this.#settled.promise;
  }

  answer(answer: ApiAnswer): void {
    this.#end(answer);
  }

  fail(message: string): void {
    this.#end(new ApiFailure('Unreachable', message));
  }

  #end(outcome: ApiAnswer | ApiFailure): void {
    if (this.isOver) return;
    this.isOver = true;
    this.#release();
    // A dead process learns nothing.
    if (!this.#isCallerAlive()) return;
    if (outcome instanceof ApiFailure) this.#settled.reject(outcome);
    else this.#settled.resolve(outcome);
  }
}

function simulatedRequest(request: ApiRequest, user: string): Request {
  const { method, path, query, body, verb } = request;
  return {
    method,
    path,
    query: verb === 'list' ? { ...query, limit: String(PAGE) } : query,
    user: `operator:${user}`,
    userAgent: 'ddprofiler-rc/simulated',
    ...(body === undefined ? {} : { contentType: body.contentType, body: body.json }),
  };
}

/** As a cache understands it that knows one moment only. */
function withoutMoment(request: Request): Request {
  const { resourceVersion: _, resourceVersionMatch: __, ...query } = request.query;
  return { ...request, query };
}

function statusBody({ code, reason }: { readonly code: number; readonly reason: string }): Json {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message: `${reason}, by a fault`, reason, code };
}

async function* bytesOf(body: Json): AsyncGenerator<Uint8Array> {
  yield Buffer.from(JSON.stringify(body));
}
