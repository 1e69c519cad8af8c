/**
 * The people of a chaos run. They do what users of the operator do, one thing after the other, drawn from a seed: to sources, rules,
 * clones and what else there is. They look first and then write, as kubectl does; where the API server is down or somebody was faster, what
 * they wanted does not happen, and they go on.
 */
import { type JsonRecord, listAt, textAt } from '@ddprofiler-rc/control-plane/json';
import type { Random } from '../faults/random.ts';
import { type Answer, type Api, deploymentPath, deploymentsPath, MERGE, STRATEGIC } from './api.ts';
import { isOurs, replicasOf } from './expected.ts';
import { bystander, SOURCES, SUFFIXES, source } from './manifests.ts';
import { cloneNameOf, DRAFTS_KEY, type Drafts, POLICIES, RULES_KEY, type RuleDraft, textOf } from './rule-draft.ts';

export const SYSTEM = 'chaos-system';
export const BINDING = 'rc';
const CONFIG_MAP = 'rules';

const BINDINGS = `/apis/crds.grove/v1/namespaces/${SYSTEM}/ddprofcrds`;
const CONFIG_MAPS = `/api/v1/namespaces/${SYSTEM}/configmaps`;

export type People = {
  /** Does one thing, or tries to. Never rejects. */
  readonly act: () => Promise<void>;
  /** What was there at first. */
  readonly settle: () => Promise<void>;
  /** Puts right what must be right for the end to be known: the binding and the rules are there, and can be read. */
  readonly mend: () => Promise<boolean>;
  readonly drafts: () => Drafts;
  /** Annotations that they put on clones, by the clone's UID. */
  readonly marks: ReadonlyMap<string, ReadonlySet<string>>;
  /** What they did, and what came to nothing. */
  readonly counts: ReadonlyMap<string, number>;
};

type Context = { readonly api: Api; readonly random: Random; readonly namespaces: readonly string[] };

export const makePeople = ({ api, random, namespaces }: Context): People => {
  const counts = new Map<string, number>();
  const marks = new Map<string, Set<string>>();
  /** What the ConfigMap says, as far as they know; it tells itself as soon as it can be read. */
  let drafts: Drafts = { rules: [], broken: false };
  let turn = 0;

  const anyNamespace = (): string => random.pick(namespaces);
  const read = async (namespace: string, name: string): Promise<JsonRecord | undefined> => {
    const { status, body } = await api.ask('GET', deploymentPath(namespace, name));
    return status === 200 ? body : undefined;
  };
  const merge = (namespace: string, name: string, body: object, contentType = MERGE): Promise<Answer> =>
    api.ask('PATCH', deploymentPath(namespace, name), { body, contentType });
  /** A source that is there, with what it has now. */
  const anySource = async (): Promise<JsonRecord | undefined> => read(anyNamespace(), random.pick(SOURCES));
  /** A clone that is there, of a rule that is there. */
  const anyClone = async (): Promise<JsonRecord | undefined> => {
    if (drafts.rules.length === 0) return undefined;
    const rule = random.pick(drafts.rules);
    const clone = await read(rule.namespace, cloneNameOf(rule));
    return clone !== undefined && isOurs(clone) ? clone : undefined;
  };
  const placeOf = (deployment: JsonRecord): readonly [string, string] => [
    textAt(deployment, 'metadata', 'namespace'),
    textAt(deployment, 'metadata', 'name'),
  ];
  /** Changes the first container by the name that it has. */
  const container = (deployment: JsonRecord, change: object): object => {
    const name = textAt(listAt(deployment, 'spec', 'template', 'spec', 'containers')[0], 'name');
    return { spec: { template: { spec: { containers: [{ name, ...change }] } } } };
  };
  const variable = (): string => `V${random.int(1, 5)}`;
  const image = (): string => `registry.test/app:${random.int(1, 9)}`;

  const changeSource = async (): Promise<Answer | undefined> => {
    const found = await anySource();
    if (found === undefined) return undefined;
    const [namespace, name] = placeOf(found);
    const value = String(turn);
    switch (random.int(1, 9)) {
      case 1:
      case 2:
        return merge(namespace, name, { spec: { replicas: random.int(0, 9) } });
      case 3:
        return merge(namespace, name, container(found, { image: image() }), STRATEGIC);
      case 4:
        return merge(namespace, name, container(found, { env: [{ name: variable(), value }] }), STRATEGIC);
      case 5:
        return merge(namespace, name, container(found, { env: [{ name: variable(), $patch: 'delete' }] }), STRATEGIC);
      case 6:
        return merge(namespace, name, {
          metadata: { annotations: { note: random.pick([value, null]) }, labels: { team: value } },
        });
      case 7:
        return merge(namespace, name, {
          spec: { template: { metadata: { annotations: { note: random.pick([value, null]) } } } },
        });
      case 8: {
        const restart = { 'kubectl.kubernetes.io/restartedAt': new Date().toISOString() };
        return merge(namespace, name, { spec: { template: { metadata: { annotations: restart } } } });
      }
      default:
        return merge(namespace, name, {
          spec: { minReadySeconds: random.int(0, 9), paused: random.chance(0.3), revisionHistoryLimit: random.int(0, 5) },
        });
    }
  };

  const putRules = async (next: Drafts, resourceVersion?: string): Promise<Answer> => {
    const metadata = { name: CONFIG_MAP, ...(resourceVersion === undefined ? {} : { resourceVersion }) };
    const body = { metadata, data: { [RULES_KEY]: textOf(next), [DRAFTS_KEY]: JSON.stringify(next) } };
    return resourceVersion === undefined
      ? api.ask('POST', CONFIG_MAPS, { body })
      : api.ask('PUT', `${CONFIG_MAPS}/${CONFIG_MAP}`, { body });
  };
  /** Reads the rules and writes others; nobody may have written in between. Makes the ConfigMap where it is gone. */
  const editRules = async (change: (now: Drafts) => Drafts): Promise<Answer> => {
    const { status, body } = await api.ask('GET', `${CONFIG_MAPS}/${CONFIG_MAP}`);
    if (status === 200) drafts = JSON.parse(textAt(body, 'data', DRAFTS_KEY));
    const next = change(drafts);
    const answer = await putRules(next, status === 200 ? textAt(body, 'metadata', 'resourceVersion') : undefined);
    if (answer.status < 300) drafts = next;
    return answer;
  };
  const drawRule = (): RuleDraft => {
    const names = [...new Set(Array.from({ length: random.int(0, 2) }, () => `R${random.int(1, 4)}`))];
    const some = <T>(share: number, value: () => T): T | undefined => (random.chance(share) ? value() : undefined);
    const optional = {
      image: some(0.5, () => `registry.test/profiler:${random.int(1, 5)}`),
      min: some(0.2, () => random.int(0, 3)),
      max: some(0.2, () => random.int(3, 6)),
      traffic: some(0.3, () => random.pick(['shared', 'isolated'] as const)),
      onSourceDeleted: some(0.5, () => random.pick(POLICIES)),
      onRuleRemoved: some(0.5, () => random.pick(POLICIES)),
    };
    const { min, max } = optional;
    const given = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined));
    return {
      namespace: anyNamespace(),
      source: random.pick(SOURCES),
      suffix: random.pick(SUFFIXES),
      factor: random.pick(['0', '0.07', '0.1', '0.25', '0.3', '0.5', '1', '1.5', '2']),
      env: names.map((name) => [name, String(turn)]),
      envForm: random.pick(['text', 'mapping', 'list']),
      unset: random.chance(0.3) ? [variable()] : [],
      keepLabels: random.chance(0.5) ? ['tier'] : [],
      ...given,
      ...(min !== undefined && max !== undefined && max < min ? { max: min } : {}),
    };
  };
  const isSameClone = (a: RuleDraft) => (b: RuleDraft) =>
    a.namespace === b.namespace && a.source === b.source && a.suffix === b.suffix;
  const changeRules = (): Promise<Answer> =>
    editRules(({ rules, broken }) => {
      if (rules.length > 0 && random.chance(0.25)) {
        const removed = random.pick(rules);
        return { rules: rules.filter((rule) => rule !== removed), broken };
      }
      const drawn = drawRule();
      return { rules: [...rules.filter((rule) => !isSameClone(drawn)(rule)), drawn], broken };
    });

  const editClone = async (): Promise<Answer | undefined> => {
    const clone = await anyClone();
    if (clone === undefined) return undefined;
    const [namespace, name] = placeOf(clone);
    const value = String(turn);
    switch (random.int(1, 6)) {
      case 1:
        return merge(namespace, name, { spec: { replicas: replicasOf(clone) + random.int(1, 3) } });
      case 2:
        return merge(namespace, name, container(clone, { image: image() }), STRATEGIC);
      case 3: {
        const variables = listAt(clone, 'spec', 'template', 'spec', 'containers')
          .slice(0, 1)
          .flatMap((one) => listAt(one, 'env'));
        const owned = variables.map((one) => textAt(one, 'name')).filter((text) => !text.startsWith('FOREIGN'));
        if (owned.length === 0) return undefined;
        return merge(namespace, name, container(clone, { env: [{ name: random.pick(owned), value: 'edited' }] }), STRATEGIC);
      }
      case 4:
        return merge(namespace, name, container(clone, { env: [{ name: `FOREIGN_${random.int(1, 3)}`, value }] }), STRATEGIC);
      case 5: {
        const restart = { 'kubectl.kubernetes.io/restartedAt': new Date().toISOString() };
        return merge(namespace, name, { spec: { template: { metadata: { annotations: restart } } } });
      }
      default:
        return markClone(clone);
    }
  };
  const markClone = async (clone: JsonRecord): Promise<Answer> => {
    const mark = `foreign/${turn}`;
    const answer = await merge(...placeOf(clone), { metadata: { annotations: { [mark]: 'people' } } });
    // Of the clone that was there then, which need not be the one that was looked at.
    const uid = textAt(answer.body, 'metadata', 'uid');
    if (answer.status === 200 && isOurs(answer.body)) marks.set(uid, new Set([...(marks.get(uid) ?? []), mark]));
    return answer;
  };

  const takeName = async (): Promise<Answer | undefined> => {
    const clone = await anyClone();
    if (clone === undefined) return undefined;
    const [namespace, name] = placeOf(clone);
    await api.ask('DELETE', deploymentPath(namespace, name));
    return api.ask('POST', deploymentsPath(namespace), { body: bystander(name, { 'owned-by': 'people' }) });
  };
  const giveNamesBack = (): Promise<Answer> =>
    api.ask('DELETE', deploymentsPath(anyNamespace()), { query: { labelSelector: 'owned-by=people' } });

  const remake = async (namespace: string): Promise<Answer | undefined> => {
    await api.ask('DELETE', deploymentsPath(namespace));
    let last: Answer | undefined;
    for (const name of SOURCES) last = await make(namespace, name);
    return last;
  };
  const make = (namespace: string, name: string): Promise<Answer> =>
    api.ask('POST', deploymentsPath(namespace), { body: source(name, random) });

  const binding = {
    apiVersion: 'crds.grove/v1',
    kind: 'DDProfCrd',
    metadata: { name: BINDING },
    ruleType: 'configmap',
    cmName: CONFIG_MAP,
    cmNamespace: SYSTEM,
    cmConfigTag: RULES_KEY,
  };

  const ACTIONS: readonly (readonly [weight: number, action: readonly [name: string, act: () => Promise<Answer | undefined>]])[] =
    [
      [30, ['change a source', changeSource]],
      [4, ['delete a source', () => api.ask('DELETE', deploymentPath(anyNamespace(), random.pick(SOURCES)))]],
      [10, ['make a source', () => make(anyNamespace(), random.pick(SOURCES))]],
      [16, ['change the rules', changeRules]],
      [2, ['break the rules', () => editRules(({ rules }) => ({ rules, broken: true }))]],
      [4, ['mend the rules', () => editRules(({ rules }) => ({ rules, broken: false }))]],
      [1, ['delete the rules', () => api.ask('DELETE', `${CONFIG_MAPS}/${CONFIG_MAP}`)]],
      [1, ['delete the binding', () => api.ask('DELETE', `${BINDINGS}/${BINDING}`)]],
      [3, ['make the binding', () => api.ask('POST', BINDINGS, { body: binding })]],
      [12, ['edit a clone', editClone]],
      [
        6,
        [
          'delete a clone',
          async () => {
            const clone = await anyClone();
            return clone === undefined ? undefined : api.ask('DELETE', deploymentPath(...placeOf(clone)));
          },
        ],
      ],
      [3, ['take the name of a clone', takeName]],
      [3, ['give such names back', giveNamesBack]],
      [2, ['edit a bystander', () => merge(anyNamespace(), 'other', { metadata: { annotations: { turn: String(turn) } } })]],
      [1, ['delete and make all of a namespace', () => remake(anyNamespace())]],
    ];

  const count = (name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1);
  return {
    counts,
    marks,
    drafts: () => drafts,
    act: async () => {
      turn += 1;
      const [name, act] = random.weighted(ACTIONS) ?? ['nothing', async () => undefined];
      try {
        const answer = await act();
        count(answer !== undefined && answer.status < 300 ? name : '(came to nothing)');
      } catch {
        count('(met no API server)');
      }
    },
    settle: async () => {
      for (const namespace of namespaces) {
        for (const name of SOURCES) await make(namespace, name);
        await api.ask('POST', deploymentsPath(namespace), { body: bystander('other', {}) });
        const lookalike = { 'app.kubernetes.io/managed-by': 'ddprofiler-rc', 'ddprofiler-rc.grove/clone': 'app-1-profiler' };
        await api.ask('POST', deploymentsPath(namespace), { body: bystander('copy-of-a-clone', lookalike) });
      }
      await api.ask('POST', BINDINGS, { body: binding });
      await editRules(() => {
        const rules = new Map(
          Array.from({ length: 12 }, drawRule).map((rule) => [`${rule.namespace}/${cloneNameOf(rule)}`, rule]),
        );
        return { rules: [...rules.values()], broken: false };
      });
    },
    mend: async () => {
      const made = await api.ask('POST', BINDINGS, { body: binding });
      const mended = await editRules(({ rules }) => ({ rules, broken: false }));
      return (made.status < 300 || made.status === 409) && mended.status < 300;
    },
  };
};
