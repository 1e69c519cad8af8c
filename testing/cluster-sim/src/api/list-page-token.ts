import { isJsonObject, type Json } from '../json.ts';
import type { ObjectKey } from '../state.ts';
import { badRequest } from './status-error.ts';

/** Where the next page of a list begins. */
export interface PageToken {
  /** The revision that all pages are from; undefined: each from when it is asked for, because the first one's was let go. */
  readonly revision: number | undefined;
  /** The last key of the page before. */
  readonly after: ObjectKey;
}

const VERSION = 'meta.k8s.io/v1';
const INVALID = 'invalid continue token: continue key is not valid';

/** Opaque to clients: URL-safe base64 of JSON, without padding. */
export function tokenText({ revision, after }: PageToken): string {
  const json = JSON.stringify({ v: VERSION, rv: revision ?? -1, start: `${after}\0` });
  return btoa(json).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** @throws Refusal 400 for what is no token */
export function readToken(text: string): PageToken {
  const token = parsed(text);
  if (!isJsonObject(token) || token.v !== VERSION)
    throw badRequest(`${INVALID}: server does not recognize this encoded version ${isJsonObject(token) ? (token.v ?? '') : ''}`);
  const { rv, start } = token;
  if (typeof rv !== 'number' || rv === 0 || typeof start !== 'string' || start === '')
    throw badRequest(`${INVALID}: incorrect encoded start resourceVersion (version ${VERSION})`);
  return { revision: rv < 0 ? undefined : rv, after: start.replace(/\0$/, '') };
}

function parsed(text: string): Json {
  const base64 = text.replaceAll('-', '+').replaceAll('_', '/');
  const at = base64.search(/[^A-Za-z0-9+/]/);
  if (at >= 0 || base64.length % 4 === 1)
    throw badRequest(`${INVALID}: illegal base64 data at input byte ${at >= 0 ? at : base64.length - 1}`);
  try {
    return JSON.parse(atob(base64));
  } catch {
    throw badRequest(`${INVALID}: the token holds no JSON`);
  }
}
