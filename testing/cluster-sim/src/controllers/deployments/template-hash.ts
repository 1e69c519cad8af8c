import { canonicalJson, equalJson, type JsonObject, withoutValueAt } from '../../json.ts';
import { SAFE_LETTERS } from '../../safe-name.ts';

export const HASH_LABEL = 'pod-template-hash';

const OFFSET = 0x811c9dc5;
const PRIME = 0x01000193;
const DIGITS = 10;

/** A name for a pod template: FNV-1a of its text, written in letters that make no words. `collisions` gives another one. */
export function templateHash(template: JsonObject, collisions: number): string {
  let hash = OFFSET;
  for (const char of `${collisions} ${canonicalJson(template)}`) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), PRIME);
  const digits = (hash >>> 0).toString().padStart(DIGITS, '0');
  return [...digits].map((digit) => SAFE_LETTERS[Number(digit)]).join('');
}

/** Whether two templates make the same pods: the label that tells ReplicaSets apart does not count. */
export function isSameTemplate(one: JsonObject, other: JsonObject): boolean {
  return equalJson(withoutHash(one), withoutHash(other));
}

function withoutHash(template: JsonObject): JsonObject {
  return withoutValueAt(template, ['metadata', 'labels', HASH_LABEL]);
}
