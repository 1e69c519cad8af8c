import { bindingStatusOf, canonicalJson, type JsonObject, type Standing } from '@ddprofiler-rc/core';
import { ApiFailure, type Transport, writeStatus } from '@ddprofiler-rc/k8s-adapter';
import type { Logger } from './log.ts';
import type { Outcome } from './queue.ts';

export interface StatusWriterParts {
  readonly transport: Transport;
  readonly clock: () => number;
  readonly log: Logger;
  readonly standing: () => Standing;
}

/** What cannot be mended by trying again soon: the definition has no status, or we may not write it. */
const LASTING = new Set(['NotFound', 'Forbidden']);
const LASTING_AGAIN_MS = 600_000;

/** Keeps the binding's status true: writes it where it differs from what is there, and only then. */
export class StatusWriter {
  readonly #parts: StatusWriterParts;
  /** Until the watch tells of another status than the one `before` it: till then the binding's status looks old. */
  #written: { readonly uid: string; readonly status: string; readonly before: string } | undefined;
  /** The last failure that was told in the log. */
  #told: string | undefined;

  constructor(parts: StatusWriterParts) {
    this.#parts = parts;
  }

  /** Another operator may have written it since this one did. */
  forget(): void {
    this.#written = undefined;
  }

  async run(): Promise<Outcome> {
    const { transport, clock, standing } = this.#parts;
    const present = standing();
    const { binding, scope } = present.state;
    const status = bindingStatusOf(present, clock());
    if (binding === undefined || status === undefined) return { kind: 'success' };
    const wanted = canonicalJson(status);
    const live = canonicalJson(binding.status);
    if (this.#written?.before !== live) this.#written = undefined;
    if (wanted === live || this.#isWritten(binding.uid, status)) return { kind: 'success' };
    try {
      await writeStatus(transport, { ...scope.binding, uid: binding.uid }, status);
      this.#written = { uid: binding.uid, status: undated(status), before: live };
      this.#told = undefined;
      return { kind: 'success' };
    } catch (error) {
      return this.#failed(error);
    }
  }

  /** What was written last, times of changes aside: they come from the status that the watch told last. */
  #isWritten(uid: string, status: JsonObject): boolean {
    return this.#written?.uid === uid && this.#written.status === undated(status);
  }

  #failed(error: unknown): Outcome {
    if (!(error instanceof ApiFailure)) throw error;
    if (error.code === 'NotLeading') return { kind: 'success' };
    if (this.#told !== error.code)
      this.#parts.log.warn({ reason: error.code }, `the binding's status is not written: ${error.message}`);
    this.#told = error.code;
    if (LASTING.has(error.code)) return { kind: 'terminal', afterMs: LASTING_AGAIN_MS };
    return error.retryAfterMs === undefined ? { kind: 'retry' } : { kind: 'retry', minimumDelayMs: error.retryAfterMs };
  }
}

function undated(status: JsonObject): string {
  return canonicalJson(status).replaceAll(/"lastTransitionTime":"[^"]*"/g, '');
}
