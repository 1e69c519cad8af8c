import { CONTAINER_LISTS } from '../clone/container.ts';
import { podLabels, selects } from '../clone/isolation.ts';
import { isJsonObject, type JsonObject, listAt, objectAt, stringAt } from '../kube/json.ts';
import type { Deployment } from '../objects/deployment.ts';
import type { Intent } from '../objects/intent.ts';
import type { State } from '../state.ts';

/** What may go wrong with a second set of the source's pods. It is told, and nothing of the source is dropped for it. */
export const HAZARDS = [
  'HostPort',
  'HostNetwork',
  'PersistentVolumeClaim',
  'HpaCountsClone',
  'PdbCountsClone',
  'LeaderElection',
  'Singleton',
  'SourcePaused',
] as const;
export type HazardKind = (typeof HAZARDS)[number];

export interface Hazard {
  readonly kind: HazardKind;
  /** One sentence: what was found, and what it means. Never quotes a value of a variable. */
  readonly message: string;
}

/** The hazards of a clone as it should be; in the order of {@link HAZARDS}. */
export function hazardsOf(state: State, source: Deployment, intent: Intent): readonly Hazard[] {
  const pod = objectAt(intent.spec, 'template', 'spec');
  const messages: Record<HazardKind, string | undefined> = {
    HostPort: hostPortIn(pod),
    HostNetwork:
      pod.hostNetwork === true ? 'its pods use the network of their nodes: two on one node take the same ports' : undefined,
    PersistentVolumeClaim: claimIn(pod),
    HpaCountsClone: hpaCounting(state, source, intent),
    PdbCountsClone: pdbCounting(state, source, intent),
    LeaderElection: electsLeader(pod)
      ? 'its containers elect a leader: a pod of the clone may become it, and then does the work of the source'
      : undefined,
    Singleton:
      stringAt(objectAt(source.spec, 'strategy'), 'type') === 'Recreate'
        ? 'the strategy of the source is Recreate, as of what must not run twice at once; its clone does run beside it'
        : undefined,
    SourcePaused: source.spec.paused === true ? 'the source is paused, so that the rollout of its clone waits too' : undefined,
  };
  return HAZARDS.flatMap((kind) => (messages[kind] === undefined ? [] : [{ kind, message: messages[kind] }]));
}

function containersOf(pod: JsonObject): readonly JsonObject[] {
  return CONTAINER_LISTS.flatMap((list) => listAt(pod, list)).filter(isJsonObject);
}

function hostPortIn(pod: JsonObject): string | undefined {
  const ports = containersOf(pod).flatMap((container) => listAt(container, 'ports').map((port) => objectAt(port).hostPort));
  const port = ports.find((one) => typeof one === 'number' && one > 0);
  return port === undefined ? undefined : `its pods take the port ${String(port)} of their nodes: only one fits on a node`;
}

function claimIn(pod: JsonObject): string | undefined {
  for (const volume of listAt(pod, 'volumes')) {
    const claim = stringAt(objectAt(volume, 'persistentVolumeClaim'), 'claimName');
    if (claim !== undefined)
      return `its pods use the volume of the claim "${claim}" together with the source's: both may write there, or wait for it for ever`;
  }
  return undefined;
}

/** An autoscaler counts what its target's selector selects. */
function hpaCounting(state: State, source: Deployment, intent: Intent): string | undefined {
  const autoscaler = autoscalerOf(state, source);
  if (autoscaler === undefined || !selects(objectAt(source.spec, 'selector'), podLabels(objectAt(intent.spec, 'template'))))
    return undefined;
  return `the HorizontalPodAutoscaler ${autoscaler.key} of the source counts the clone's pods as the source's, and may scale it up without end; set traffic: isolated`;
}

/** The autoscaler that decides how many replicas a Deployment has. */
export function autoscalerOf(state: State, { key, namespace }: Pick<Deployment, 'key' | 'namespace'>) {
  return state.autoscalers.get(namespace)?.find(({ target }) => target === key);
}

function pdbCounting(state: State, source: Deployment, intent: Intent): string | undefined {
  const [sources, clones] = [source.spec, intent.spec].map((spec) => podLabels(objectAt(spec, 'template')));
  const budget = state.budgets
    .get(source.namespace)
    ?.find(({ selector }) => selector !== undefined && selects(selector, sources ?? {}) && selects(selector, clones ?? {}));
  if (budget === undefined) return undefined;
  return `the PodDisruptionBudget ${budget.key} of the source counts the clone's pods too: it may let more of the source's go; set traffic: isolated`;
}

function electsLeader(pod: JsonObject): boolean {
  return containersOf(pod).some((container) =>
    ['command', 'args'].some((list) => listAt(container, list).some((arg) => typeof arg === 'string' && isLeaderElection(arg))),
  );
}

/** The flag by which most controllers turn leader election on. */
export function isLeaderElection(argument: string): boolean {
  return /^--?(enable-)?leader-elect(ion)?(=true)?$/.test(argument);
}
