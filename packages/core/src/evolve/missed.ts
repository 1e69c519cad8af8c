import type { Event } from '../events.ts';
import type { State } from '../state.ts';
import { watchedKindOf } from './kinds.ts';

/** Of how many objects an audit found another state than the watch had told: 0, as long as no line of it is lost. */
export function missedBy(before: State, after: State, event: Event): number {
  return event.type !== 'audited' || before === after ? 0 : watchedKindOf(event.stream).missed(before, after);
}
