/**
 * The pure core: rules and facts in, decisions out. No I/O, no timers, no clock, no Kubernetes client.
 * The way through it: events.ts → evolve.ts → touched.ts → decide.ts → effects.ts.
 */
export {
  type Announcement,
  announcementOfMemory,
  announcementOfRules,
  announcementOfWrite,
  announcementsOf,
} from './announcement.ts';
export type { RulesLocation } from './binding.ts';
export { bindingStatusOf, describeKept, type Standing } from './binding-status.ts';
export { causeOf } from './cause.ts';
export { driftOf } from './clone/drift.ts';
export type { Intent } from './clone/intent.ts';
export { BINDING_LABEL, type BindingName, bindingHash, MANAGED_BY_LABEL } from './clone/mark.ts';
export { CLONE_STATES, type CloneReport, type CloneState, isHealthy, reportClone } from './clone-report.ts';
export { decide } from './decide.ts';
export type { Decision, Reason, Verdict } from './decision.ts';
export { FIELD_MANAGER, HANDOVER_MANAGER, readDeployment } from './deployment.ts';
export type { Effect, Look, Remember, Write, WriteKind } from './effects.ts';
export {
  configMapStream,
  type Event,
  type Failure,
  kindOfStream,
  type NamespacedKind,
  namespaceOfStream,
  type StreamId,
} from './events.ts';
export { evolve } from './evolve.ts';
export { rulesTextIn } from './evolve-rules.ts';
export { DEFAULT_LIMITS, IMAGE_REFERENCES, type ImageReference, type Limits } from './guardrails/limits.ts';
export { CONFIRM_ANNOTATION } from './guardrails/mass-deletion.ts';
export { HAZARDS, type Hazard, type HazardKind } from './hazards.ts';
export { isKnownUnclaimed, isOfInterest } from './interest.ts';
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
} from './json.ts';
export { type Key, keyOf, splitKey } from './keys.ts';
export { keyOfObject, readKubeObject } from './kube-object.ts';
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
export { describeMemoryFailure, type Memory, type MemoryContent, memoryLocation, writeMemory } from './memory.ts';
export { goneIn, memoryDue } from './memory-due.ts';
export { missedBy } from './missed.ts';
export { type Digest, redactDecision, redactEvent, redactReading, redactState, secretTextsIn } from './redaction/index.ts';
export { REFUSAL_REASONS, type RefusalReason } from './refusal.ts';
export { compareResourceVersions } from './resource-version.ts';
export { isSameReading, type RuleBook } from './rule-book.ts';
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
export { fullEvent, slimEvent } from './slim-event.ts';
export {
  failureOfMemory,
  initialState,
  isSynced,
  namespacedStreams,
  rulesStream,
  type Scope,
  type State,
  streamState,
  unsyncedReasons,
  wasTextAskedFor,
  wereRulesAskedFor,
} from './state.ts';
export { recallRules, recallState, recordState, type StateRecord } from './state-record.ts';
export { allKeys, touched } from './touched.ts';
