/** An in-memory Kubernetes API server with deterministic time: for the demo, the simulation and fast integration tests. */

export { bookmark } from './api/watch.ts';
export { EmbeddedCluster } from './embedded-cluster.ts';
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
  Answer,
  Method,
  Policy,
  Request,
  WatchCursor,
  WatchEvent,
} from './request.ts';
export type { Change, ClusterState } from './state.ts';
