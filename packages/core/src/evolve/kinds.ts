import { kindOfStream, type StreamId, type StreamKind } from '../events.ts';
import { AUTOSCALERS } from './autoscalers.ts';
import { BUDGETS } from './budgets.ts';
import { DEPLOYMENTS } from './deployments.ts';
import { BINDING, CONFIG_MAP, MEMORY } from './rules.ts';
import type { WatchedKind } from './watched-kind.ts';

/** The one table of what is watched. A new kind is a line here and in events.ts, and a file that says all that the core does with it. */
export const KINDS: Readonly<Record<StreamKind, WatchedKind>> = {
  binding: BINDING,
  memory: MEMORY,
  configmap: CONFIG_MAP,
  deployments: DEPLOYMENTS,
  autoscalers: AUTOSCALERS,
  budgets: BUDGETS,
};

export function watchedKindOf(stream: StreamId): WatchedKind {
  return KINDS[kindOfStream(stream)];
}
