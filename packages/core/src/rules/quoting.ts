/**
 * How pieces of the rules text appear in messages: on one line, short, and never more of them than is safe to show.
 * Names are cut at the first `=` or `:`, for what follows may be the value of an environment variable that was written
 * with a missing space (`{PASSWORD:secret}`) or in another tool's form (`PASSWORD=secret`).
 */

const MAX_SHOWN = 260;

/** `text` in double quotes, escaped. */
export function quoted(text: string): string {
  return JSON.stringify(shortened(text));
}

/** A name as it may be shown: cut where a value may begin. */
export function safeName(name: string): string {
  const end = name.search(/[=:]/);
  return end === -1 ? shortened(name) : `${shortened(name.slice(0, end))}…`;
}

/** A key of the rules text in backquotes. */
export function quotedName(name: string): string {
  return `\`${onOneLine(safeName(name))}\``;
}

/** `text` without control characters and at most {@link MAX_SHOWN} long. */
export function onOneLine(text: string): string {
  return JSON.stringify(shortened(text)).slice(1, -1).replaceAll('\\"', '"').replaceAll('\\\\', '\\');
}

/** At most {@link MAX_SHOWN} characters of `text`. */
function shortened(text: string): string {
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN)}…`;
}
