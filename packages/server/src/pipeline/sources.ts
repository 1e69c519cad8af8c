import { type Event, namespacedStreams, type Scope, type State, wasTextAskedFor, wereRulesAskedFor } from '@ddprofiler-rc/core';
import {
  type AuditPeriod,
  bindingTarget,
  configMapTarget,
  memoryTarget,
  namespacedTarget,
  readableMemory,
  type Transport,
  type WatchTarget,
  watchStream,
} from '@ddprofiler-rc/k8s-adapter';
import { distinctUntilChanged, EMPTY, filter, finalize, map, merge, mergeMap, type Observable, switchMap, take } from 'rxjs';
import type { Metrics } from '../metrics/metrics.ts';
import type { Folded } from './folded.ts';
import type { StreamAges } from './stream-ages.ts';
import { watchFilterOf } from './watch-filter.ts';

export interface SourcesParts {
  readonly scope: Scope;
  readonly transport: Transport;
  readonly now: () => number;
  readonly random: () => number;
  readonly metrics: Pick<Metrics, 'clones'>;
  readonly audits?: AuditPeriod;
  /** The present state. */
  readonly state: () => State;
  /** Told of each sign of life of a stream. */
  readonly ages: StreamAges;
}

type Watch = (target: WatchTarget) => Observable<Event>;

/** All that is watched, and from when on: the binding at once, the rest as `folds` come to what it hangs on. */
export function watchSources(parts: SourcesParts, folds: Observable<Folded>): Observable<Event> {
  const { scope } = parts;
  const watch = watchOf(parts);
  return merge(
    watch(bindingTarget(scope.binding)),
    followRules(folds, watch),
    once(folds, wasTextAskedFor, () => watch(memoryTarget(scope.binding)).pipe(map(readableMemory))),
    once(folds, wereRulesAskedFor, () => merge(...namespacedStreams(scope).map((stream) => watch(namespacedTarget(stream))))),
  );
}

function watchOf({ transport, now, random, metrics, audits, state, ages }: SourcesParts): Watch {
  const filterOf = watchFilterOf(state);
  return (target) =>
    watchStream(transport, target, {
      now,
      random,
      filter: filterOf,
      ...(audits === undefined ? {} : { audits }),
      onActivity: ({ stream }) => ages.heard(stream),
      onRestart: (_, reason) => metrics.clones.watchRestarted(reason),
    }).pipe(finalize(() => ages.ended(target.stream)));
}

/**
 * The watch of the ConfigMap that the binding names at present. Begun anew also for another key of the same ConfigMap: the text
 * under that key was not read yet, and a watch that goes on shows it only when it changes.
 */
function followRules(folds: Observable<Folded>, watch: Watch): Observable<Event> {
  return folds.pipe(
    map(({ state }) => state.location),
    distinctUntilChanged(),
    switchMap((location) => (location === undefined ? EMPTY : watch(configMapTarget(location)))),
  );
}

/**
 * A watch that begins once what it hangs on was asked for: the memory after the rules text, for a rule that both have is read once; Deployments
 * after both, for their first list is to keep what matters, and let go of the rest page by page.
 */
function once(folds: Observable<Folded>, isTime: (state: State) => boolean, begin: () => Observable<Event>): Observable<Event> {
  return folds.pipe(
    filter(({ state }) => isTime(state)),
    take(1),
    mergeMap(begin),
  );
}
