/** Every way in which bringing a cluster can fail that its user can do something about. */
export type FailureCode =
  | 'ASSETS_INVALID'
  | 'GO_UNUSABLE'
  | 'BUILD_FAILED'
  | 'PROGRAM_ENDED'
  | 'NOT_READY'
  | 'NO_FREE_PORT'
  | 'KUBECTL_FAILED'
  | 'CLUSTER_UNUSABLE'
  | 'MACHINE_UNFIT';

/** An error whose message is meant for the screen as it is: what happened, what was looked at, what to do. */
export class Failure extends Error {
  readonly code: FailureCode;

  constructor(code: FailureCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = 'Failure';
    this.code = code;
  }
}

/** The message of anything that can be thrown. */
export const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));
