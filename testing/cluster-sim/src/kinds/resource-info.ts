import type { Json, JsonObject } from '@ddprofiler-rc/core';
import type { Schema } from '../schema/index.ts';
import type { ResourceName } from '../state.ts';

/** One entry of a Status' `details.causes`. */
export interface Cause {
  readonly reason: string;
  readonly message: string;
  readonly field: string;
}

/** One column of `kubectl get`; priority 1 is for `-o wide`. */
export interface Column {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  readonly format: string;
  readonly description: string;
  readonly priority: number;
}

/** Everything that the API server knows of one resource, in one version. */
export interface ResourceInfo {
  readonly name: ResourceName;
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly listKind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  /** In the order of discovery. */
  readonly verbs: readonly string[];
  readonly subresources: readonly ('status' | 'scale')[];
  /** Whether `metadata.generation` is counted: it grows with every change outside of metadata and status. */
  readonly hasGeneration: boolean;
  readonly schema: Schema | undefined;
  /**
   * The object as the server stores it: absent fields filled, quantities canonical, empties gone. An absent `status` becomes
   * the one of a newborn object, so whoever creates takes away the status that was sent, before.
   * Law: default(default(x)) equals default(x).
   */
  default(object: JsonObject): JsonObject;
  /** What the server's own admission makes of it, after it has noted who set what: nobody owns it. */
  admit(object: JsonObject, former: JsonObject | undefined): JsonObject;
  /** Why the server refuses `object` (defaulted); empty where it does not. `former` is what an update replaces. */
  validate(object: JsonObject, former: JsonObject | undefined, subresource?: 'status' | 'scale'): readonly Cause[];
  readonly columns: readonly Column[];
  /** One row of the table, by `columns`. */
  cells(object: JsonObject, now: number): Json[];
}
