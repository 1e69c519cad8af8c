import { type Json, type JsonObject, objectAt, stringAt } from '../../json.ts';
import { wantedReplicas } from '../replicas.ts';

/** How far a rolling update may be off the wanted count of pods, both ways. */
export interface Bounds {
  readonly surge: number;
  readonly unavailable: number;
}

/** A share of pods is rounded up for the surge, and down for what may be missing; both none would stand still, so one may be missing. */
export function boundsOf(deployment: JsonObject): Bounds {
  const replicas = wantedReplicas(deployment);
  if (stringAt(deployment, 'spec', 'strategy', 'type') !== 'RollingUpdate') return { surge: 0, unavailable: 0 };
  const { maxSurge, maxUnavailable } = objectAt(deployment, 'spec', 'strategy', 'rollingUpdate');
  const surge = countOf(maxSurge, replicas, Math.ceil);
  const missing = countOf(maxUnavailable, replicas, Math.floor);
  const unavailable = surge === 0 && missing === 0 ? 1 : missing;
  return { surge, unavailable: Math.min(unavailable, replicas) };
}

function countOf(value: Json | undefined, replicas: number, round: (share: number) => number): number {
  if (typeof value === 'number') return value;
  const percent = typeof value === 'string' ? Number.parseInt(value, 10) : 0;
  return round((percent * replicas) / 100);
}
