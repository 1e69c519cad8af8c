import { selects } from '../../controllers/selects.ts';
import { equalJson, isJsonObject, type Json, type JsonObject, listAt, numberAt, objectAt } from '../../json.ts';
import { checkAnnotations, checkLabels } from './metadata.ts';
import { checkPodSpec } from './pod-spec.ts';
import { Place, type Report } from './report.ts';
import { checkSelector } from './selector.ts';
import { percentage } from './text.ts';

const SPEC = new Place('spec');
const STATUS = new Place('status');

export function checkDeployment(report: Report, { spec: given }: JsonObject): void {
  const spec = isJsonObject(given) ? given : {};
  report.notNegative(SPEC.field('replicas'), spec.replicas);
  checkSelectorAndTemplate(report, spec);
  checkStrategy(report, SPEC.field('strategy'), objectAt(spec, 'strategy'));
  report.notNegative(SPEC.field('minReadySeconds'), spec.minReadySeconds);
  report.notNegative(SPEC.field('revisionHistoryLimit'), spec.revisionHistoryLimit);
  const deadline = numberAt(spec, 'progressDeadlineSeconds');
  if (deadline === undefined) return;
  report.notNegative(SPEC.field('progressDeadlineSeconds'), deadline);
  if (deadline <= (numberAt(spec, 'minReadySeconds') ?? 0))
    report.invalid(SPEC.field('progressDeadlineSeconds'), deadline, 'must be greater than minReadySeconds');
}

export function checkReplicaSet(report: Report, { spec: given }: JsonObject): void {
  const spec = isJsonObject(given) ? given : {};
  report.notNegative(SPEC.field('replicas'), spec.replicas);
  report.notNegative(SPEC.field('minReadySeconds'), spec.minReadySeconds);
  checkSelectorAndTemplate(report, spec);
}

export function checkPod(report: Report, { spec: given }: JsonObject): void {
  checkPodSpec(report, SPEC, isJsonObject(given) ? given : {}, true);
}

const CHANGEABLE =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';

/** A pod is what it was made as, but for little. The real server shows, after this, where the two differ in its own structs. */
export function checkSamePod(report: Report, object: JsonObject, former: JsonObject): void {
  if (object.spec === former.spec) return;
  if (!equalJson(withoutChangeable(objectAt(object, 'spec')), withoutChangeable(objectAt(former, 'spec'))))
    report.forbidden(SPEC, CHANGEABLE);
}

function withoutChangeable({ activeDeadlineSeconds: _deadline, tolerations: _tolerations, ...spec }: JsonObject): JsonObject {
  const imageless = (list: string) => listAt(spec, list).map((container) => ({ ...objectAt(container), image: null }));
  return { ...spec, containers: imageless('containers'), initContainers: imageless('initContainers') };
}

/** The selector of a Deployment or ReplicaSet is for good: its pods are told by it. */
export function checkSameSelector(report: Report, object: JsonObject, former: JsonObject): void {
  const { selector = null } = objectAt(object, 'spec');
  if (!equalJson(selector, objectAt(former, 'spec').selector))
    report.invalid(SPEC.field('selector'), selector, 'field is immutable');
}

function checkSelectorAndTemplate(report: Report, spec: JsonObject): void {
  const { selector } = spec;
  const at = SPEC.field('selector');
  if (!isJsonObject(selector)) report.required(at);
  else {
    const isRight = checkSelector(report, at, selector);
    if (isEmpty(selector)) report.invalid(at, selector, 'empty selector is invalid for deployment');
    if (!isRight) {
      report.invalid(at, selector, 'invalid label selector');
      return;
    }
  }
  checkTemplate(report, SPEC.field('template'), objectAt(spec, 'template'), selector);
}

function isEmpty(selector: JsonObject): boolean {
  return Object.keys(objectAt(selector, 'matchLabels')).length === 0 && !Array.isArray(selector.matchExpressions);
}

function checkTemplate(report: Report, at: Place, template: JsonObject, selector: Json | undefined): void {
  const { labels = null } = objectAt(template, 'metadata');
  const named = isJsonObject(labels) ? labels : {};
  const isForAll = isJsonObject(selector) && isEmpty(selector);
  if (!isForAll && !(isJsonObject(selector) && selects(selector, named)))
    report.invalid(at.field('metadata').field('labels'), labels, '`selector` does not match template `labels`');
  checkLabels(report, at.field('labels'), named);
  checkAnnotations(report, at.field('annotations'), objectAt(template, 'metadata', 'annotations'));
  const spec = objectAt(template, 'spec');
  const here = at.field('spec');
  checkPodSpec(report, here, spec, false);
  if (spec.ephemeralContainers !== undefined)
    report.forbidden(here.field('ephemeralContainers'), 'ephemeral containers not allowed in pod template');
  report.oneOf(here.field('restartPolicy'), spec.restartPolicy, ['Always']);
  if (spec.activeDeadlineSeconds !== undefined)
    report.forbidden(here.field('activeDeadlineSeconds'), 'activeDeadlineSeconds in ReplicaSet is not Supported');
}

function checkStrategy(report: Report, at: Place, strategy: JsonObject): void {
  const { type = '', rollingUpdate } = strategy;
  switch (type) {
    case 'Recreate':
      if (rollingUpdate !== undefined)
        report.forbidden(at.field('rollingUpdate'), "may not be specified when strategy `type` is 'Recreate'");
      return;
    case 'RollingUpdate':
      checkRolling(report, at.field('rollingUpdate'), isJsonObject(rollingUpdate) ? rollingUpdate : {});
      return;
    default: {
      const quoted = { Type: type, RollingUpdate: rollingUpdate ?? null };
      report.unsupported(at, quoted, ['Recreate', 'RollingUpdate']);
    }
  }
}

function checkRolling(report: Report, at: Place, { maxSurge = 0, maxUnavailable = 0 }: JsonObject): void {
  checkShare(report, at.field('maxUnavailable'), maxUnavailable);
  checkShare(report, at.field('maxSurge'), maxSurge);
  if (amountOf(maxUnavailable) === 0 && amountOf(maxSurge) === 0)
    report.invalid(at.field('maxUnavailable'), maxUnavailable, 'may not be 0 when `maxSurge` is 0');
  checkNotAll(report, at.field('maxUnavailable'), maxUnavailable);
}

/** A count of pods, or a share in percent. */
export function checkShare(report: Report, at: Place, value: Json): void {
  if (typeof value === 'string') report.invalidFor(at, value, percentage(value));
  else report.notNegative(at, value);
}

export function checkNotAll(report: Report, at: Place, value: Json): void {
  if (typeof value === 'string' && percentage(value).length === 0 && amountOf(value) > 100)
    report.invalid(at, value, 'must not be greater than 100%');
}

function amountOf(value: Json): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && percentage(value).length === 0 ? Number.parseInt(value, 10) : Number.NaN;
}

const COUNTS = ['observedGeneration', 'replicas', 'updatedReplicas', 'readyReplicas', 'availableReplicas', 'unavailableReplicas'];
const REPLICA_SET_COUNTS = ['replicas', 'fullyLabeledReplicas', 'readyReplicas', 'availableReplicas', 'observedGeneration'];

export function checkDeploymentStatus(report: Report, object: JsonObject): void {
  const status = objectAt(object, 'status');
  for (const count of COUNTS) report.notNegative(STATUS.field(count), status[count]);
  report.notNegative(STATUS.field('collisionCount'), status.collisionCount);
  checkOrder(report, status, ['updatedReplicas', 'readyReplicas', 'availableReplicas'], 'status.replicas');
  if (count(status, 'availableReplicas') > count(status, 'readyReplicas'))
    report.invalid(STATUS.field('availableReplicas'), count(status, 'availableReplicas'), 'cannot be greater than readyReplicas');
}

export function checkReplicaSetStatus(report: Report, object: JsonObject): void {
  const status = objectAt(object, 'status');
  for (const name of REPLICA_SET_COUNTS) report.notNegative(STATUS.field(name), status[name]);
  checkOrder(report, status, ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'], 'status.replicas');
  if (count(status, 'availableReplicas') > count(status, 'readyReplicas'))
    report.invalid(STATUS.field('availableReplicas'), count(status, 'availableReplicas'), 'cannot be greater than readyReplicas');
}

function checkOrder(report: Report, status: JsonObject, names: readonly string[], most: string): void {
  for (const name of names)
    if (count(status, name) > count(status, 'replicas'))
      report.invalid(STATUS.field(name), count(status, name), `cannot be greater than ${most}`);
}

function count(status: JsonObject, name: string): number {
  return numberAt(status, name) ?? 0;
}
