/** An in-memory Kubernetes API server with deterministic time: for the demo, the simulation and fast integration tests. */

export { bookmark } from './api/watch.ts';
export { EmbeddedCluster, type EmbeddedClusterOptions } from './embedded-cluster.ts';
export { handle } from './handle.ts';
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
  valueAt,
} from './json.ts';
export type {
  Access,
  AdmittedWrite,
  Answer,
  Exchange,
  Handle,
  Method,
  Policy,
  Request,
  WatchCursor,
  WatchEvent,
} from './request.ts';
export { type Change, type ClusterState, emptyState, type ObjectKey, type ResourceName } from './state.ts';
