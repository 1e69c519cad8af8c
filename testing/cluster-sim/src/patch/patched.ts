import type { JsonObject } from '../json.ts';

export type Patched = { readonly object: JsonObject } | Refusal;

export interface Refusal {
  readonly status: number;
  readonly reason: string;
  readonly message: string;
}

/** Thrown within one patch, and told as its outcome. */
export class PatchRefused extends Error {
  readonly refusal: Refusal;

  constructor(status: number, reason: string, message: string) {
    super(message);
    this.refusal = { status, reason, message };
  }
}

export const badRequest = (message: string): Refusal => ({ status: 400, reason: 'BadRequest', message });
