/**
 * What every clone must be when all is quiet, computed anew from what the API server holds: rules and sources in, complaints out. It is
 * written from the contract of clones alone and shares no line with the operator, nor with the simulation: three readings of one contract.
 *
 * | rule | source | clone must |
 * | --- | --- | --- |
 * | yes | there | exist and be what the rule makes of the source, if the name is not somebody else's |
 * | yes | gone | as `on_source_deleted` says; where there is none, none needs to come |
 * | none | any | as the `on_rule_removed` says that the memory has for it; it must have one |
 *
 * And: nothing that bears our mark is anything but a clone; a Deployment of people, or a source, bears no trace of the operator; what
 * people put on a clone beside what the operator owns is still there.
 *
 * Names that begin with `foreign` are those that people put on clones.
 */
import { at, isRecord, type JsonRecord, listAt, textAt } from '@ddprofiler-rc/control-plane/json';
import { cloneKeyOf, type Drafts, type Policy, type RuleDraft, sourceKeyOf } from './rule-draft.ts';

export type Truth = {
  readonly drafts: Drafts;
  /** Every Deployment of the namespaces that are watched, by `namespace/name`. */
  readonly deployments: ReadonlyMap<string, JsonRecord>;
  /** What the memory says of clones whose rule is gone, by `namespace/name`: their `on_rule_removed`. */
  readonly removed: ReadonlyMap<string, string>;
  /** Annotations that people put on clones, by the clone's UID. */
  readonly foreignMarks: ReadonlyMap<string, ReadonlySet<string>>;
};

const MANAGED_BY = 'app.kubernetes.io/managed-by';
const CLONE = 'ddprofiler-rc.grove/clone';
const BINDING = 'ddprofiler-rc.grove/binding';
const ON_RULE_REMOVED = 'ddprofiler-rc.grove/on-rule-removed';
/** Version 0.1.0 reads it. */
const RULE = 'ddprofiler-rc.grove/rule';
const MARK_ANNOTATIONS = ['ddprofiler-rc.grove/source', 'ddprofiler-rc.grove/source-uid', ON_RULE_REMOVED, RULE];
const RESTARTED = 'kubectl.kubernetes.io/restartedAt';

/** One sentence each; none where all is as it must be. */
export const complaintsAbout = (truth: Truth): readonly string[] => {
  const { drafts, deployments, removed } = truth;
  const byClone = new Map(drafts.rules.map((rule) => [cloneKeyOf(rule), rule]));
  const complaints: string[] = [];
  for (const [key, rule] of byClone) {
    const clone = deployments.get(key);
    if (clone !== undefined && !isOurs(clone)) continue; // the name is taken
    const source = deployments.get(sourceKeyOf(rule));
    const isThere = source !== undefined && !isGoing(source);
    complaints.push(...(isThere ? following(rule, source, clone) : withoutSource(rule, clone)).map((text) => `${key} ${text}`));
  }
  for (const [key, deployment] of deployments) {
    if (isOurs(deployment)) {
      if (!byClone.has(key)) complaints.push(...withoutRule(deployment, removed.get(key)).map((text) => `${key} ${text}`));
      complaints.push(...lostMarks(truth, deployment).map((text) => `${key} ${text}`));
    } else if (managersOf(deployment).some((manager) => manager.startsWith('ddprofiler-rc'))) {
      complaints.push(`${key} is no clone, and the operator wrote to it`);
    }
  }
  return [...complaints, ...severalBindings(deployments)];
};

export const isOurs = (deployment: unknown): boolean => {
  const labels = at(deployment, 'metadata', 'labels');
  return (
    labels[MANAGED_BY] === 'ddprofiler-rc' &&
    labels[CLONE] === textAt(deployment, 'metadata', 'name') &&
    labels[BINDING] !== undefined
  );
};

const isGoing = (deployment: JsonRecord): boolean => textAt(deployment, 'metadata', 'deletionTimestamp') !== '';

const managersOf = (deployment: JsonRecord): readonly string[] =>
  listAt(deployment, 'metadata', 'managedFields').map((entry) => textAt(entry, 'manager'));

/** The mark names the binding by a hash; all of ours name the same. */
const severalBindings = (deployments: Truth['deployments']): readonly string[] => {
  const bindings = new Set([...deployments.values()].filter(isOurs).map((clone) => at(clone, 'metadata', 'labels')[BINDING]));
  return bindings.size > 1 ? [`clones name ${bindings.size} bindings`] : [];
};

const lostMarks = ({ foreignMarks }: Truth, clone: JsonRecord): readonly string[] => {
  const marks = foreignMarks.get(textAt(clone, 'metadata', 'uid')) ?? new Set();
  const annotations = at(clone, 'metadata', 'annotations');
  return [...marks].filter((mark) => annotations[mark] === undefined).map((mark) => `lost the annotation ${mark} of people`);
};

const withoutRule = (clone: JsonRecord, policy: string | undefined): readonly string[] => {
  if (policy === undefined) return ['has no rule, and the memory has none that made it'];
  if (policy === 'keep') return [];
  if (policy === 'scale_to_zero') return replicasOf(clone) === 0 ? [] : [`has no rule, and ${replicasOf(clone)} replicas`];
  return ['has no rule, and is still there'];
};

/** The memory's ConfigMap has one line per clone that lost its rule. */
export const removedIn = (memory: JsonRecord): Truth['removed'] => {
  const lines = textAt(memory, 'data', 'removed.jsonl')
    .split('\n')
    .filter((line) => line !== '');
  const removals = lines.map((line) => at(JSON.parse(line)));
  return new Map(removals.map((removal) => [textAt(removal, 'clone'), textAt(removal, 'on_rule_removed')]));
};

const withoutSource = ({ onSourceDeleted }: RuleDraft, clone: JsonRecord | undefined): readonly string[] => {
  const policy: Policy = onSourceDeleted ?? 'scale_to_zero';
  if (clone === undefined || policy === 'keep') return [];
  if (policy === 'delete') return ['has no source, and is still there'];
  return replicasOf(clone) === 0 ? [] : [`has no source, and ${replicasOf(clone)} replicas`];
};

const following = (rule: RuleDraft, source: JsonRecord, clone: JsonRecord | undefined): readonly string[] => {
  if (clone === undefined) return ['does not exist'];
  if (isGoing(clone)) return ['is being deleted'];
  return [
    ...differences(wantedSpec(rule, source, textAt(clone, 'metadata', 'name')), withoutForeign(clone, source), 'spec'),
    ...differences(wantedLabels(source), without(at(clone, 'metadata', 'labels'), [MANAGED_BY, CLONE, BINDING]), 'labels'),
    ...differences(wantedAnnotations(source), without(at(clone, 'metadata', 'annotations'), MARK_ANNOTATIONS), 'annotations'),
    ...differences(wantedOwners(rule, source), ownersOf(clone), 'ownerReferences'),
    ...differences(
      markOf(rule, textAt(source, 'metadata', 'uid')),
      Object.fromEntries(['source-uid', 'source', 'on-rule-removed', 'rule'].map((name) => [name, annotationOf(clone, name)])),
      'mark',
    ),
  ];
};

/** `rule`, for version 0.1.0: what it would do else is what `delete` says. */
const markOf = ({ namespace, source, onRuleRemoved = 'delete' }: RuleDraft, sourceUid: string): JsonRecord => ({
  'source-uid': sourceUid,
  source,
  'on-rule-removed': onRuleRemoved,
  ...(onRuleRemoved === 'delete'
    ? {}
    : { rule: JSON.stringify({ [namespace]: { deployments: { [source]: { on_rule_removed: onRuleRemoved } } } }) }),
});

const annotationOf = (clone: JsonRecord, name: string): string =>
  textAt(clone, 'metadata', 'annotations', `ddprofiler-rc.grove/${name}`);

const wantedSpec = (rule: RuleDraft, source: JsonRecord, cloneName: string): JsonRecord => {
  const isIsolated = rule.traffic === 'isolated';
  const podLabels = without(at(source, 'spec', 'template', 'metadata', 'labels'), ['pod-template-hash']);
  const kept = Object.entries(podLabels).filter(([name]) => rule.keepLabels.includes(name));
  const template = at(source, 'spec', 'template');
  return {
    ...at(source, 'spec'),
    replicas: replicasFor(rule, replicasOf(source)),
    selector: isIsolated
      ? { matchLabels: { [CLONE]: cloneName } }
      : {
          ...at(source, 'spec', 'selector'),
          matchLabels: { ...at(source, 'spec', 'selector', 'matchLabels'), [CLONE]: cloneName },
        },
    template: {
      ...template,
      metadata: {
        ...at(template, 'metadata'),
        labels: { ...(isIsolated ? Object.fromEntries(kept) : podLabels), [CLONE]: cloneName },
      },
      spec: { ...at(template, 'spec'), containers: containersFor(rule, listAt(template, 'spec', 'containers')) },
    },
  };
};

/** The factor as a fraction of whole numbers: `0.07` is 7 / 100. */
export const replicasFor = (
  { factor, min = 0, max }: Pick<RuleDraft, 'factor' | 'min' | 'max'>,
  sourceReplicas: number,
): number => {
  if (sourceReplicas === 0) return 0;
  const [whole = '', decimals = ''] = factor.split('.');
  const numerator = BigInt(`${whole}${decimals}`) * BigInt(sourceReplicas);
  const denominator = 10n ** BigInt(decimals.length);
  const roundedUp = Number((numerator + denominator - 1n) / denominator);
  return Math.min(Math.max(roundedUp, min), max ?? Number.POSITIVE_INFINITY);
};

/** Image and variables are those of the first container: no source of a chaos run names another as its default. */
const containersFor = (rule: RuleDraft, [first, ...others]: readonly unknown[]): readonly unknown[] => {
  const container = at(first);
  const ruled = new Set([...rule.env.map(([name]) => name), ...rule.unset]);
  const kept = listAt(container, 'env').filter((variable) => !ruled.has(textAt(variable, 'name')));
  const env = [...kept, ...rule.env.map(([name, value]) => ({ name, value }))];
  return [{ ...container, image: rule.image ?? container.image, env }, ...others];
};

const NEVER_COPIED_LABELS =
  /^(app\.kubernetes\.io\/(managed-by|instance)|helm\.sh\/chart|argocd\.argoproj\.io\/.*|.*\.toolkit\.fluxcd\.io\/.*)$/;
const NEVER_COPIED_ANNOTATIONS =
  /^(kubectl\.kubernetes\.io|deployment\.kubernetes\.io|meta\.helm\.sh|argocd\.argoproj\.io|.*\.toolkit\.fluxcd\.io)\//;

const copied = (values: JsonRecord, never: RegExp): JsonRecord =>
  Object.fromEntries(Object.entries(values).filter(([name]) => !never.test(name)));

const wantedLabels = (source: JsonRecord): JsonRecord => copied(at(source, 'metadata', 'labels'), NEVER_COPIED_LABELS);

const wantedAnnotations = (source: JsonRecord): JsonRecord =>
  copied(at(source, 'metadata', 'annotations'), NEVER_COPIED_ANNOTATIONS);

/** For the garbage collector: only where the clone is to go with its source. */
const wantedOwners = ({ onSourceDeleted }: RuleDraft, source: JsonRecord): JsonRecord =>
  onSourceDeleted === 'delete' ? { [textAt(source, 'metadata', 'uid')]: 'Deployment' } : {};

const ownersOf = (clone: JsonRecord): JsonRecord =>
  Object.fromEntries(listAt(clone, 'metadata', 'ownerReferences').map((owner) => [textAt(owner, 'uid'), textAt(owner, 'kind')]));

const isForeign = (name: string): boolean => /^foreign/i.test(name);

const without = (values: JsonRecord, names: readonly string[]): JsonRecord =>
  Object.fromEntries(
    Object.entries(values).filter(
      ([name]) => !names.includes(name) && !isForeign(name) && !name.startsWith('deployment.kubernetes.io/'),
    ),
  );

/** The clone's spec without what people put there. A restart of the clone is theirs where the source has none to follow. */
const withoutForeign = (clone: JsonRecord, source: JsonRecord): JsonRecord => {
  const template = at(clone, 'spec', 'template');
  const followsRestarts = at(source, 'spec', 'template', 'metadata', 'annotations')[RESTARTED] !== undefined;
  const containers = listAt(template, 'spec', 'containers').map((container) => ({
    ...at(container),
    env: listAt(container, 'env').filter((variable) => !isForeign(textAt(variable, 'name'))),
  }));
  return {
    ...at(clone, 'spec'),
    template: {
      ...template,
      metadata: {
        ...at(template, 'metadata'),
        annotations: without(at(template, 'metadata', 'annotations'), followsRestarts ? [] : [RESTARTED]),
      },
      spec: { ...at(template, 'spec'), containers },
    },
  };
};

/** Where two values differ. Absent, empty and null are the same, as the API server stores them; variables have no order. */
const differences = (wanted: unknown, live: unknown, path: string): readonly string[] => {
  if (isEmpty(wanted) && isEmpty(live)) return [];
  if (Array.isArray(wanted) && Array.isArray(live)) {
    if (path.endsWith('.env')) return differences(byName(wanted), byName(live), `${path}{}`);
    if (wanted.length === live.length)
      return wanted.flatMap((item, index) => differences(item, live[index], `${path}[${index}]`));
  } else if (isRecord(wanted) && isRecord(live)) {
    const names = new Set([...Object.keys(wanted), ...Object.keys(live)]);
    return [...names].flatMap((name) => differences(wanted[name], live[name], `${path}.${name}`));
  } else if (Object.is(wanted, live)) return [];
  return [`has ${path} ${JSON.stringify(live)}, and should have ${JSON.stringify(wanted)}`];
};

const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  (Array.isArray(value) && value.length === 0) ||
  (isRecord(value) && Object.values(value).every(isEmpty));

const byName = (variables: readonly unknown[]): JsonRecord =>
  Object.fromEntries(variables.map((variable) => [textAt(variable, 'name'), variable]));

/** Of a Deployment; absent means 1. */
export const replicasOf = (deployment: unknown): number => {
  const { replicas } = at(deployment, 'spec');
  return typeof replicas === 'number' ? replicas : 1;
};
