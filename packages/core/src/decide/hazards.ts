import { CONTAINER_LISTS } from '../clone/container.ts';
import { podLabels, selects } from '../clone/isolation.ts';
import { isJsonObject, type JsonObject, listAt, objectAt, stringAt } from '../kube/json.ts';
import type { Deployment } from '../objects/deployment.ts';
import type { Intent } from '../objects/intent.ts';
import type { State } from '../state.ts';

/** A clone as it should be, and what it is made of. */
interface Facts {
  readonly state: State;
  readonly source: Deployment;
  readonly intent: Intent;
  /** The spec of the clone's pods. */
  readonly pod: JsonObject;
}

/** One thing that may go wrong with a second set of the source's pods. */
interface HazardCheck {
  readonly kind: string;
  /** A phrase for the table of docs/guardrails.md: what is looked for. */
  readonly meaning: string;
  /** @returns one sentence, where it is so: what was found, and what it means. Never quotes a value of a variable */
  readonly message: (facts: Facts) => string | undefined;
}

/** Each is told of, in this order, and nothing of the source is dropped for it. */
export const HAZARDS = [
  {
    kind: 'HostPort',
    meaning: 'pods that take ports of their nodes',
    message: ({ pod }) => hostPortIn(pod),
  },
  {
    kind: 'HostNetwork',
    meaning: 'pods that use the network of their nodes, and so take their ports',
    message: ({ pod }) =>
      pod.hostNetwork === true ? 'its pods use the network of their nodes: two on one node take the same ports' : undefined,
  },
  {
    kind: 'PersistentVolumeClaim',
    meaning: 'a volume that both sets of pods would use',
    message: ({ pod }) => claimIn(pod),
  },
  {
    kind: 'HpaCountsClone',
    meaning: "an autoscaler of the source that counts the clone's pods",
    message: ({ state, source, intent }) => hpaCounting(state, source, intent),
  },
  {
    kind: 'PdbCountsClone',
    meaning: "a disruption budget of the source that counts the clone's pods",
    message: ({ state, source, intent }) => pdbCounting(state, source, intent),
  },
  {
    kind: 'LeaderElection',
    meaning: 'a container with the flag `--leader-elect`',
    message: ({ pod }) =>
      electsLeader(pod)
        ? 'its containers elect a leader: a pod of the clone may become it, and then does the work of the source'
        : undefined,
  },
  {
    kind: 'Singleton',
    meaning: 'the strategy `Recreate`',
    message: ({ source }) =>
      stringAt(objectAt(source.spec, 'strategy'), 'type') === 'Recreate'
        ? 'the strategy of the source is Recreate, as of what must not run twice at once; its clone does run beside it'
        : undefined,
  },
  {
    kind: 'SourcePaused',
    meaning: 'a paused source: the rollout of its clone waits too',
    message: ({ source }) =>
      source.spec.paused === true ? 'the source is paused, so that the rollout of its clone waits too' : undefined,
  },
] as const satisfies readonly HazardCheck[];

export type HazardKind = (typeof HAZARDS)[number]['kind'];
export const HAZARD_KINDS: readonly HazardKind[] = HAZARDS.map(({ kind }) => kind);

export interface Hazard {
  readonly kind: HazardKind;
  readonly message: string;
}

/** The hazards of a clone as it should be; in the order of {@link HAZARDS}. */
export function hazardsOf(state: State, source: Deployment, intent: Intent): readonly Hazard[] {
  const facts = { state, source, intent, pod: objectAt(intent.spec, 'template', 'spec') };
  const found: Hazard[] = [];
  for (const { kind, message: look } of HAZARDS) {
    const message = look(facts);
    if (message !== undefined) found.push({ kind, message });
  }
  return found;
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
