import { bindingStatusOf, canonicalJson, type FailureCode, type JsonObject, type Snapshot } from '@ddprofiler-rc/core';
import { ApiFailure, type Transport, writeStatus } from '@ddprofiler-rc/k8s-adapter';
import { Complaints } from '../log/complaints.ts';
import type { Logger } from '../log/log.ts';
import type { Outcome } from '../queue/queue.ts';

export interface StatusWriterParts {
  readonly transport: Transport;
  readonly clock: () => number;
  readonly log: Logger;
  readonly snapshot: () => Snapshot;
}

/** What cannot be mended by trying again soon: the definition has no status, or we may not write it. */
const LASTING: ReadonlySet<FailureCode> = new Set<FailureCode>(['NotFound', 'Forbidden']);
const LASTING_AGAIN_MS = 600_000;

const PUT_BACK_LIMIT = 3;

/** The last status that this operator wrote; without the times of changes, which come from the status that the watch told last. */
interface Written {
  readonly uid: string;
  readonly status: string;
  /** What was there before it, until the watch tells of something else: the binding's status looks old so long. */
  readonly before: string | undefined;
  /** How often it was put back after somebody wrote over it. */
  readonly putBack: number;
}

/**
 * Keeps the binding's status true: writes it where it differs from what is there.
 *
 * | what it should be | what is there | then |
 * | --- | --- | --- |
 * | any | the same | nothing |
 * | not what was written last | another | written |
 * | what was written last | still what was there before it | nothing: the watch is yet to tell of the write |
 * | what was written last | another one since | put back, three times at most: two operators that know different things must not go on for ever |
 */
export class StatusWriter {
  readonly #parts: StatusWriterParts;
  #written: Written | undefined;
  readonly #complaints = new Complaints();

  constructor(parts: StatusWriterParts) {
    this.#parts = parts;
  }

  /** Another operator may have written it since this one did. */
  forget(): void {
    this.#written = undefined;
  }

  async run(): Promise<Outcome> {
    const { transport, clock, snapshot } = this.#parts;
    const present = snapshot();
    const { binding, scope } = present.state;
    const status = bindingStatusOf(present, clock());
    if (binding === undefined || status === undefined) return { kind: 'success' };
    const wanted = canonicalJson(status);
    const live = canonicalJson(binding.status);
    this.#hear(live);
    const former = this.#formerOf(binding.uid, status);
    if (wanted === live || former?.before === live) return { kind: 'success' };
    const putBack = former === undefined ? 0 : former.putBack + 1;
    if (putBack > PUT_BACK_LIMIT) return { kind: 'success' };
    try {
      await writeStatus(transport, { ...scope.binding, uid: binding.uid }, status);
      this.#written = { uid: binding.uid, status: undated(status), before: live, putBack };
      this.#complaints.over();
      return { kind: 'success' };
    } catch (error) {
      return this.#failed(error);
    }
  }

  /** The status that the watch told last. */
  #hear(live: string): void {
    if (this.#written !== undefined && this.#written.before !== live) this.#written = { ...this.#written, before: undefined };
  }

  /** What was written, if it is this status. */
  #formerOf(uid: string, status: JsonObject): Written | undefined {
    const isSame = this.#written?.uid === uid && this.#written.status === undated(status);
    return isSame ? this.#written : undefined;
  }

  #failed(error: unknown): Outcome {
    if (!(error instanceof ApiFailure)) throw error;
    if (error.code === 'NotLeading') return { kind: 'success' };
    if (this.#complaints.isNews(error.code))
      this.#parts.log.warn({ reason: error.code }, `the binding's status is not written: ${error.message}`);
    if (LASTING.has(error.code)) return { kind: 'terminal', afterMs: LASTING_AGAIN_MS };
    return error.retryAfterMs === undefined ? { kind: 'retry' } : { kind: 'retry', minimumDelayMs: error.retryAfterMs };
  }
}

function undated(status: JsonObject): string {
  return canonicalJson(status).replaceAll(/"lastTransitionTime":"[^"]*"/g, '');
}
