import {
  DEFAULT_LIMITS,
  type Event,
  evolve,
  initialState,
  type Json,
  type JsonObject,
  type Key,
  memoryDue,
  type Scope,
  type State,
  writeMemory,
} from '../src/index.ts';

/** What most specs start from. */
export const SCOPE: Scope = { binding: { namespace: 'ops', name: 'rc' }, namespaces: '*', limits: DEFAULT_LIMITS };

/** The time of specs in which time does not matter: milliseconds since 1970. */
export const NOW = Date.UTC(2026, 0, 1);

export const BINDING_LISTED: Event = {
  type: 'listed',
  stream: 'binding',
  resourceVersion: '10',
  objects: [
    {
      metadata: { namespace: 'ops', name: 'rc', uid: 'b', resourceVersion: '9' },
      ruleType: 'configmap',
      cmName: 'rules',
      cmNamespace: 'ops',
      cmConfigTag: 'rules',
    },
  ],
};

/** The binding now points to another ConfigMap. */
export function bindingSeen(cmName: string): Event {
  const metadata = { namespace: 'ops', name: 'rc', uid: 'b', resourceVersion: '11' };
  const object = { metadata, ruleType: 'configmap', cmName, cmNamespace: 'ops', cmConfigTag: 'rules' };
  return { type: 'seen', stream: 'binding', object };
}

let configMapRevision = 1_000;

function configMap(text: string | undefined): { readonly object: Json; readonly resourceVersion: string } {
  configMapRevision += 1;
  const resourceVersion = String(configMapRevision);
  const data: JsonObject = text === undefined ? {} : { rules: text };
  return { object: { metadata: { namespace: 'ops', name: 'rules', uid: 'c', resourceVersion }, data }, resourceVersion };
}

/** The first list of the ConfigMap; `undefined`: it does not exist. */
export function rulesListed(text: string | undefined): Event {
  const { object, resourceVersion } = configMap(text);
  return { type: 'listed', stream: 'configmap/ops/rules', resourceVersion, objects: text === undefined ? [] : [object] };
}

export function rulesSeen(text: string | undefined): Event {
  return { type: 'seen', stream: 'configmap/ops/rules', object: configMap(text).object };
}

export function rulesGone(): Event {
  return { type: 'vanished', stream: 'configmap/ops/rules', object: configMap(undefined).object };
}

export function nothingListed(): Event {
  return { type: 'listed', stream: 'deployments/*', resourceVersion: '10', objects: [] };
}

export const NO_AUTOSCALERS: Event = { type: 'listed', stream: 'autoscalers/*', resourceVersion: '10', objects: [] };

export const NO_MEMORY: Event = { type: 'listed', stream: 'memory', resourceVersion: '10', objects: [] };

/** `state`, once the memory is as it must be. */
export function remembered(state: State, now: number = NOW): State {
  return memoryAnswers(state, now).reduce((before, event) => evolve(before, event), state);
}

/** The answer to the write of the memory that is due, if one is. */
export function memoryAnswers(state: State, now: number = NOW): readonly Event[] {
  const due = memoryDue(state, now);
  if (due === undefined) return [];
  memoryRevision += 1;
  const metadata = { namespace: 'ops', name: 'memory', uid: state.memory?.uid ?? 'm', resourceVersion: String(memoryRevision) };
  return [{ type: 'remembered', object: { metadata, data: writeMemory(due) } }];
}

let memoryRevision = 1_000;

/** The memory of `state` as a new operator lists it. */
export function memoryOf({ memory }: State): Event {
  if (memory === undefined) return NO_MEMORY;
  const { uid, resourceVersion } = memory;
  const object = { metadata: { namespace: 'ops', name: 'memory', uid, resourceVersion }, data: writeMemory(memory) };
  return { type: 'listed', stream: 'memory', resourceVersion, objects: [object] };
}

/** Autoscalers and the memory are listed before anything else, for hardly a spec is about them; and the memory is written when it is due. */
export function fold(events: readonly Event[], start: State = nothingKnown()): State {
  return events.reduce((state, event) => remembered(evolve(state, event)), start);
}

export function nothingKnown(scope: Scope = SCOPE): State {
  return [NO_AUTOSCALERS, NO_MEMORY].reduce((state, event) => evolve(state, event), initialState(scope));
}

export const KEY: Key = 'shop/web-profiler';

/** Rules text with one rule for `shop/web`; `fields` are further lines of the rule. */
export function ruleText(scaleFactor: string, fields: readonly string[] = []): string {
  const lines = [`scale_factor: "${scaleFactor}"`, 'name_suffix: profiler', ...fields].map((line) => `      ${line}`);
  return ['shop:', '  deployments:', '    web:', ...lines].join('\n');
}

export function specOf(options: {
  readonly replicas?: number;
  readonly image?: string;
  readonly env?: readonly Json[];
  readonly app?: string;
}): JsonObject {
  const { replicas = 6, image = 'web:1', env = [], app = 'web' } = options;
  const container: JsonObject = { name: 'web', image, ...(env.length === 0 ? {} : { env }) };
  return {
    replicas,
    selector: { matchLabels: { app } },
    template: { metadata: { labels: { app } }, spec: { containers: [container], terminationGracePeriodSeconds: 30 } },
    strategy: { type: 'RollingUpdate' },
  };
}
