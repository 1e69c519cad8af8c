/** Who owns which fields of an object, and server-side apply. */
export { type Applied, applyIntent } from './apply.ts';
export { keptTimes, recordUpdate } from './update.ts';
