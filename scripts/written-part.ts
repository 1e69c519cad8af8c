/** The part of a page that a command writes: what stands between two marks. */
export interface WrittenPart {
  /** Path of the page, for people. */
  readonly page: string;
  readonly begin: string;
  readonly end: string;
}

/**
 * The page with that part made anew.
 * @throws where the page lacks a mark: there is no place to write to
 */
export function withPart(text: string, { page, begin, end }: WrittenPart, part: string): string {
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from === -1 || to === -1) throw new Error(`${page} lacks ${begin} … ${end}`);
  return `${text.slice(0, from)}${begin}\n\n${part}\n\n${text.slice(to)}`;
}

/** A page as this and the formatter have it: the padding of tables aside. */
export function unpadded(text: string): string {
  return text.replaceAll(/ {2,}/g, ' ').replaceAll(/-{2,}/g, '--');
}

/** A table of Markdown; the first row is its head. */
export function markdownTable([head = [], ...body]: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...body].map((row) => `| ${row.join(' | ')} |`).join('\n');
}
