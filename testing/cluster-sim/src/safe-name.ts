/** No letters that could make a word. */
export const SAFE_LETTERS = 'bcdfghjklmnpqrstvwxz2456789';

const LENGTH = 5;
/** Shares no factor with the count of suffixes, so that as many counts give as many suffixes. */
const STRIDE = 7_368_787;

/** As the real server's random suffixes look, but made of a count: the same history gives the same names. */
export function safeSuffix(count: number): string {
  let rest = (count * STRIDE) % SAFE_LETTERS.length ** LENGTH;
  let text = '';
  for (let place = 0; place < LENGTH; place++) {
    text += SAFE_LETTERS[rest % SAFE_LETTERS.length];
    rest = Math.floor(rest / SAFE_LETTERS.length);
  }
  return text;
}
