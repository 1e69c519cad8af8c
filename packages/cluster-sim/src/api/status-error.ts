import type { Json, JsonObject } from '@ddprofiler-rc/core';
import type { Cause } from '../kinds/index.ts';
import type { Answer } from '../request.ts';

/** What a `Status` is about. */
export interface Subject {
  /** The plural of the resource; of a validation error, its kind. */
  readonly kind: string;
  readonly group: string;
  readonly name?: string;
  readonly uid?: string;
}

/**
 * Why a request is refused. Thrown inside the API server's function, and turned into its answer in one place.
 *
 * | status | reason | when |
 * | --- | --- | --- |
 * | 400 | BadRequest | the request itself makes no sense |
 * | 403 | Forbidden | the user, or the state of the namespace, does not allow it |
 * | 404 | NotFound | there is no such object, resource or path |
 * | 405 | MethodNotAllowed | the resource has no such verb |
 * | 409 | AlreadyExists, Conflict | it is there already; it is not as the request supposes |
 * | 410 | Expired | the history that is asked for was let go |
 * | 415 | UnsupportedMediaType | no such kind of patch |
 * | 422 | Invalid | the object is not valid |
 * | 504 | Timeout | a resourceVersion from the future |
 */
export class Refusal extends Error {
  readonly status: number;
  readonly reason: string;
  readonly details: JsonObject | undefined;

  constructor(status: number, reason: string, message: string, details?: JsonObject) {
    super(message);
    this.status = status;
    this.reason = reason;
    this.details = details;
  }

  toAnswer(): Answer {
    const { status, reason, message, details } = this;
    const body: Json = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      reason,
      ...(details === undefined ? {} : { details }),
      code: status,
    };
    return { kind: 'whole', status, body };
  }
}

/** `deployments.apps "web"`, as messages name an object. */
export function named({ kind, group, name }: Subject): string {
  const resource = group === '' ? kind : `${kind}.${group}`;
  return name === undefined ? resource : `${resource} "${name}"`;
}

export function badRequest(message: string): Refusal {
  return new Refusal(400, 'BadRequest', message);
}

export function notFound(subject: Subject): Refusal {
  return new Refusal(404, 'NotFound', `${named(subject)} not found`, detailsOf(subject));
}

export function noSuchPath(): Refusal {
  return new Refusal(404, 'NotFound', 'the server could not find the requested resource', {});
}

export function notAllowed(): Refusal {
  return new Refusal(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});
}

export function forbidden(subject: Subject, why: string, causes?: readonly Cause[]): Refusal {
  return new Refusal(403, 'Forbidden', `${named(subject)} is forbidden: ${why}`, detailsOf(subject, causes));
}

export function alreadyExists(subject: Subject): Refusal {
  return new Refusal(409, 'AlreadyExists', `${named(subject)} already exists`, detailsOf(subject));
}

export function conflict(subject: Subject, why: string): Refusal {
  return new Refusal(409, 'Conflict', `Operation cannot be fulfilled on ${named(subject)}: ${why}`, detailsOf(subject));
}

export const MODIFIED = 'the object has been modified; please apply your changes to the latest version and try again';

/** Of server-side apply: fields that another manager owns. */
export function applyConflict(message: string, causes: readonly Cause[]): Refusal {
  return new Refusal(409, 'Conflict', message, { causes: causes.map((cause) => ({ ...cause })) });
}

export function invalid(subject: Subject, causes: readonly Cause[]): Refusal {
  const texts = causes.map(({ field, message }) => `${field}: ${message}`);
  const all = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  return new Refusal(422, 'Invalid', `${named(subject)} is invalid: ${all}`, detailsOf(subject, causes));
}

export function expired(message: string): Refusal {
  return new Refusal(410, 'Expired', message);
}

export function tooLarge(asked: number, present: number): Refusal {
  const cause = { reason: 'ResourceVersionTooLarge', message: 'Too large resource version' };
  const message = `Timeout: Too large resource version: ${asked}, current: ${present}`;
  return new Refusal(504, 'Timeout', message, { causes: [cause], retryAfterSeconds: 1 });
}

export function unsupportedPatch(contentType: string): Refusal {
  const accepted = 'application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml';
  return new Refusal(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${accepted}`,
    {
      kind: contentType,
    },
  );
}

function detailsOf({ kind, group, name, uid }: Subject, causes?: readonly Cause[]): JsonObject {
  return {
    ...(name === undefined ? {} : { name }),
    ...(group === '' ? {} : { group }),
    kind,
    ...(uid === undefined ? {} : { uid }),
    ...(causes === undefined ? {} : { causes: causes.map((cause) => ({ ...cause })) }),
  };
}
