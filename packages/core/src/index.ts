/**
 * The pure core: rules and facts in, decisions out. No I/O, no timers, no clock, no Kubernetes client.
 * The way through it: events.ts → evolve.ts → touched.ts → decide.ts → effects.ts.
 */
export { driftOf } from './clone/drift.ts';
export { BINDING_LABEL, MANAGED_BY_LABEL } from './clone/mark.ts';
export { causeOf } from './decide/cause.ts';
export type { Decision } from './decide/decision.ts';
export { DEFAULT_LIMITS, IMAGE_REFERENCES, type Limits } from './decide/guardrails/limits.ts';
export { HAZARD_KINDS, HAZARDS, type Hazard, type HazardKind } from './decide/hazards.ts';
export { goneIn, memoryDue } from './decide/memory-due.ts';
export { decide } from './decide.ts';
export type { Effect, Look, Write, WriteKind } from './effects.ts';
export {
  configMapStream,
  type Event,
  type Failure,
  type FailureCode,
  kindOfStream,
  type NamespacedKind,
  namespaceOfStream,
  STREAM_KINDS,
  type StreamEvent,
  type StreamId,
  type StreamKind,
} from './events.ts';
export { allKeys } from './evolve/concerned.ts';
export { isKnownUnclaimed, isOfInterest } from './evolve/interest.ts';
export { missedBy } from './evolve/missed.ts';
export { rulesTextIn } from './evolve/rules.ts';
export { isDispensable, unsyncedReasons, wasTextAskedFor, wereRulesAskedFor } from './evolve/sync.ts';
export { evolve } from './evolve.ts';
export {
  canonicalJson,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  listAt,
  numberAt,
  objectAt,
  stringAt,
  stringMapAt,
} from './kube/json.ts';
export { type Key, keyOf, splitKey } from './kube/keys.ts';
export { keyOfObject, readKubeObject } from './kube/kube-object.ts';
export { compareResourceVersions } from './kube/resource-version.ts';
export {
  afterLeaseEvent,
  type Candidate,
  LEASE_MS,
  type LeaseCall,
  type LeaseEvent,
  type LeaseRecord,
  leads,
  leaseOf,
  newCandidate,
  nextLeaseAction,
  writeTimeMs,
} from './leadership.ts';
export { type BindingName, bindingHash } from './objects/binding.ts';
export { FIELD_MANAGER, HANDOVER_MANAGER, readDeployment } from './objects/deployment.ts';
export type { Intent } from './objects/intent.ts';
export { type Digest, redactDecision, redactEvent, redactReading, redactState, secretTextsIn } from './record/redaction/index.ts';
export { fullEvent, slimEvent } from './record/slim-event.ts';
export { recallRules, recallState, recordState, type StateRecord } from './record/state-record.ts';
export { isRefusalReason, REFUSAL_REASONS, REFUSALS, type RefusalReason } from './refusal.ts';
export {
  type Announcement,
  announcementOfMemory,
  announcementOfRules,
  announcementOfWrite,
  announcementsOf,
} from './report/announcement.ts';
export { bindingStatusOf, describeKept, type Snapshot } from './report/binding-status.ts';
export { CLONE_STATES, type CloneReport, type CloneState, isHealthy, reportClone } from './report/clone-report.ts';
export {
  describeProblem,
  type Problem,
  type ReadRules,
  type RulesReading,
  readRules,
  rememberRule,
  rulesReference,
  rulesSchema,
} from './rules/index.ts';
export { describeMemoryFailure, type MemoryContent, memoryLocation, writeMemory } from './rules/memory.ts';
export { isSameReading, type RuleBook, type UnreadReason } from './rules/rule-book.ts';
export type { Scope } from './scope.ts';
export {
  initialState,
  isSynced,
  namespacedStreams,
  rulesStream,
  type State,
  streamState,
} from './state.ts';
export { touched } from './touched.ts';
