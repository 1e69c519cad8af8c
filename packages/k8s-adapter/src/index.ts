/** The only package that speaks to an API server: list and watch become events, effects become API calls. */
export { writeStatus } from './binding-status.ts';
export { CLIENT_MODES, ClusterConfigError, type ClusterSettings } from './connection/cluster.ts';
export { connect } from './connection/connect.ts';
export { execute } from './execute.ts';
export { ApiFailure, asApiFailure } from './failure.ts';

export { createEvent, repeatEvent, type Telling } from './kube-events.ts';
export { callLease, type LeaseName, watchLease } from './lease.ts';
export { readableMemory, storeMemory } from './memory.ts';
export { microTime } from './micro-time.ts';
export { bindingTarget, configMapTarget, memoryTarget, namespacedTarget, type WatchTarget } from './resources.ts';
export type { ApiAnswer, ApiRequest, Transport } from './transport.ts';
export type { AuditPeriod } from './watch/audit.ts';
export { EVERYTHING, type WatchFilter } from './watch/filter.ts';
export type { RestartReason } from './watch/machine.ts';
export { watchStream } from './watch/stream.ts';
