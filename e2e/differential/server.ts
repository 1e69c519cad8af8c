/** A side of the comparison. */
import type { Json, Method } from '@ddprofiler-rc/cluster-sim';

export interface Question {
  readonly method: Method;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly contentType: string | undefined;
  readonly accept: string | undefined;
  readonly body: Json | undefined;
  readonly user: string | undefined;
  readonly userAgent: string;
}

export interface Told {
  readonly status: number;
  readonly body: Json;
  /** The `Warning` header: what the server says of unknown fields. */
  readonly warning: string | undefined;
}

/** An open watch; or the answer where none was opened. */
export type Watching =
  | { readonly kind: 'open'; next(): Promise<Json | undefined>; close(): void }
  | { readonly kind: 'refused'; readonly told: Told };

export interface Server {
  readonly name: 'real' | 'embedded';
  ask(question: Question): Promise<Told>;
  watch(question: Question): Promise<Watching>;
}

export interface ClosableServer extends Server {
  close(): Promise<void>;
}
