import type { JsonObject } from '../json.ts';

/** Whether a selector takes the object. */
export type Matcher = (object: JsonObject) => boolean;

export const everything: Matcher = () => true;

/** Selectors are read once: watches ask for theirs again and again. The memory is emptied when it grows beyond `LIMIT`. */
const LIMIT = 1_000;

export function remembered(read: (selector: string) => Matcher): (selector: string) => Matcher {
  const known = new Map<string, Matcher>();
  return (selector) => {
    const found = known.get(selector);
    if (found !== undefined) return found;
    if (known.size >= LIMIT) known.clear();
    const made = read(selector);
    known.set(selector, made);
    return made;
  };
}
