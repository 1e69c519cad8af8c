/**
 * The language of the differential tests: what is asked, as data. A case is put to the real API server and to the embedded one, each
 * in a namespace of the same name that is its own, and the answers must match.
 *
 * In paths, queries and bodies `$NS` stands for the namespace, and `{{name.a.0.b}}` for what stands at `a`, 0, `b` of the answer to the
 * step that was named `name`; where it is the whole text, with its own type.
 */
import type { Json, Method } from '@ddprofiler-rc/cluster-sim';

export interface Case {
  readonly name: string;
  readonly steps: readonly Step[];
  /** The pods of a real cluster need their namespace's service account, which a controller makes. */
  readonly pods?: boolean;
}

export type Step = RequestStep | WatchStep | AwaitStep;

export interface RequestStep {
  readonly kind: 'request';
  readonly method: Method;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly contentType?: string;
  readonly accept?: string;
  readonly body?: Json;
  /** Whom to impersonate; the administrator where absent. */
  readonly user?: string;
  readonly userAgent?: string;
  /** The status of a refusal. Absent: it must succeed. So that no case compares one slip with another. */
  readonly fails?: number;
  /** For references. */
  readonly as?: string;
}

/** Opens a watch here; its lines are read at the end of the case. */
export interface WatchStep {
  readonly kind: 'watch';
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly accept?: string;
  /** The last line that is compared: the sentinel. */
  readonly until: { readonly type: string; readonly name?: string };
}

/** Asks until the answer has `value` at `path`: what controllers do takes its time, and only where it ends is compared. */
export interface AwaitStep {
  readonly kind: 'await';
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly accept?: string;
  readonly at: string;
  /** Absent: until the object itself is not found. */
  readonly value?: Json;
  readonly as?: string;
}
