/** Who owns which fields of an object, and server-side apply. */
export { type Applied, applyIntent, type ConflictCause, type Intent } from './apply.ts';
export { keptTimes, recordUpdate, type Write } from './update.ts';
