import { isJsonObject, type JsonObject, listAt, stringAt } from '../../json.ts';
import type { Client } from '../client.ts';

export function podCondition(pod: JsonObject, type: string): JsonObject | undefined {
  return listAt(pod, 'status', 'conditions')
    .filter(isJsonObject)
    .find((condition) => condition.type === type);
}

/** It came to an end by itself. */
export function isEnded(pod: JsonObject): boolean {
  const phase = stringAt(pod, 'status', 'phase');
  return phase === 'Failed' || phase === 'Succeeded';
}

export function isReady(pod: JsonObject): boolean {
  return podCondition(pod, 'Ready')?.status === 'True';
}

/** In milliseconds since 1970; undefined: it is not ready. */
export function readySince(pod: JsonObject): number | undefined {
  const ready = podCondition(pod, 'Ready');
  return ready?.status === 'True' ? Date.parse(stringAt(ready, 'lastTransitionTime') ?? '') : undefined;
}

/** Ready for so many seconds; if it is not yet, it has to be looked at again. */
export function isAvailable(client: Client, pod: JsonObject, seconds: number): boolean {
  const since = readySince(pod);
  if (since === undefined) return false;
  const at = since + seconds * 1_000;
  if (seconds === 0 || at <= client.now) return true;
  client.wakeAt(at);
  return false;
}
