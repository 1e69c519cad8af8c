import type { Intent } from '../../objects/intent.ts';
import { redactIntent } from './deployment.ts';

/** Every text of an intent that may be secret: what {@link redactIntent} would not let through. */
export function secretTextsIn(intent: Intent): ReadonlySet<string> {
  const texts = new Set<string>();
  redactIntent(intent, (text) => {
    if (text !== '') texts.add(text);
    return text;
  });
  return texts;
}
