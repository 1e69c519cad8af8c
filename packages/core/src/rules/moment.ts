/** A moment, as written and as a number. */
export interface Moment {
  /** RFC 3339, in UTC, e.g. `2026-12-24T18:00:00Z`. */
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

const RFC_3339 = /^(\d{4}-\d{2}-\d{2})[Tt](?:[01]\d|2[0-3]):\d{2}:\d{2}(?:\.\d{1,9})?(?:[Zz]|[+-]\d{2}:\d{2})$/;

/** `undefined` for what is no time, and for one whose year has no four digits in UTC: nobody could read back what is written of it. */
export function parseMoment(text: string): Moment | undefined {
  const day = RFC_3339.exec(text)?.[1];
  if (day === undefined || !isDay(day)) return undefined;
  const at = Date.parse(text.toUpperCase());
  if (Number.isNaN(at)) return undefined;
  const written = new Date(at).toISOString();
  return RFC_3339.test(written) ? { text: written, at } : undefined;
}

/** False for a day that the calendar lacks: `Date.parse` reads the 30th of February as the 2nd of March. */
function isDay(day: string): boolean {
  const at = Date.parse(day);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(day);
}
