import { distance } from 'fastest-levenshtein';

/** `; did you mean …?` where one of the `known` names is near `written`, else nothing. */
export function suggestion(written: string, known: Iterable<string>): string {
  if (written.length > 40) return '';
  const limit = Math.max(1, Math.min(3, Math.floor(written.length / 3)));
  let nearest: { name: string; edits: number } | undefined;
  for (const name of known) {
    const edits = distance(written.toLowerCase(), name);
    if (edits <= limit && (nearest === undefined || edits < nearest.edits)) nearest = { name, edits };
  }
  return nearest === undefined ? '' : `; did you mean \`${nearest.name}\`?`;
}
