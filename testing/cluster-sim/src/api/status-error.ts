import type { Json, JsonObject } from '@ddprofiler-rc/core';
import type { Cause } from '../kinds/index.ts';
import type { Answer } from '../request.ts';

/** What a `Status` is about. Of what is empty, the answer says nothing. */
export interface Subject {
  /** The plural of the resource; of a validation error, its kind. */
  readonly kind: string;
  readonly group: string;
  readonly name?: string;
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
 * | 500 | none | what the real server has no better answer for |
 * | 504 | Timeout | a resourceVersion from the future |
 */
export class Refusal extends Error {
  readonly status: number;
  readonly reason: string;
  readonly details: JsonObject | undefined;
  readonly metadata: JsonObject;

  constructor(status: number, reason: string, message: string, details?: JsonObject, metadata: JsonObject = {}) {
    super(message);
    this.status = status;
    this.reason = reason;
    this.details = details;
    this.metadata = metadata;
  }

  toStatus(): JsonObject {
    const { status, reason, message, details, metadata } = this;
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata,
      status: 'Failure',
      message,
      ...(reason === '' ? {} : { reason }),
      ...(details === undefined ? {} : { details }),
      code: status,
    };
  }

  toAnswer(): Answer {
    return { kind: 'whole', status: this.status, body: this.toStatus() };
  }
}

/** A path that no server of the control plane has anything at: it is told in plain text, not with a `Status`. */
export class NothingServed extends Refusal {
  constructor() {
    super(404, 'NotFound', '404 page not found');
  }

  override toAnswer(): Answer {
    const body: Json = `${this.message}\n`;
    return { kind: 'whole', status: 404, body, headers: { 'content-type': 'text/plain; charset=utf-8' } };
  }
}

/** `deployments.apps "web"`, as messages name an object; without a name where there is none. */
function named({ kind, group, name }: Subject): string {
  const resource = group === '' ? kind : `${kind}.${group}`;
  return name === undefined ? resource : `${resource} "${name}"`;
}

export function badRequest(message: string): Refusal {
  return new Refusal(400, 'BadRequest', message);
}

/** What the real server did not expect to go wrong: there is no reason and there are no details. */
export function unexpected(message: string): Refusal {
  return new Refusal(500, '', message);
}

export function notFound(subject: Subject): Refusal {
  return new Refusal(404, 'NotFound', `${named(subject)} not found`, detailsOf(subject));
}

export function noSuchResource(): Refusal {
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
  return new Refusal(422, 'Invalid', `${named({ name: '', ...subject })} is invalid: ${all}`, detailsOf(subject, causes));
}

/** A patch whose result cannot be read as an object of the kind. `patch` is quoted. */
export function invalidPatch(patch: string, problem: string): Refusal {
  const message = `Invalid value: ${JSON.stringify(patch)}: ${problem}`;
  return invalid({ kind: '', group: '' }, [{ reason: 'FieldValueInvalid', message, field: 'patch' }]);
}

/** `token`: how a list may be continued all the same. */
export function expired(message: string, token?: string): Refusal {
  return new Refusal(410, 'Expired', message, undefined, token === undefined ? {} : { continue: token });
}

export function tooLarge(asked: number, present: number): Refusal {
  const cause = { reason: 'ResourceVersionTooLarge', message: 'Too large resource version' };
  const message = `Timeout: Too large resource version: ${asked}, current: ${present}`;
  return new Refusal(504, 'Timeout', message, { causes: [cause], retryAfterSeconds: 1 });
}

/** A content type that no patch has. */
export function unknownPatch(): Refusal {
  return new Refusal(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
}

/** A body, or a kind of patch, that this resource does not take. */
export function unsupportedBody(accepted: readonly string[]): Refusal {
  const types = accepted.join(', ');
  return new Refusal(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${types}`,
  );
}

function detailsOf({ kind, group, name = '' }: Subject, causes?: readonly Cause[]): JsonObject {
  return {
    ...(name === '' ? {} : { name }),
    ...(group === '' ? {} : { group }),
    ...(kind === '' ? {} : { kind }),
    ...(causes === undefined ? {} : { causes: causes.map((cause) => ({ ...cause })) }),
  };
}
