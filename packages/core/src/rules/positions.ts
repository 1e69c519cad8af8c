/** A place in a text. */
export interface Position {
  /** 1-based. */
  readonly line: number;
  /** 1-based, in UTF-16 code units. */
  readonly column: number;
}

const LINE_BREAK = /\r\n|[\r\n]/g;

/** Looks up places of `text` by their offset: O(length) once, then O(log lines). Offsets outside of the text give its nearest end. */
export function positionsIn(text: string): (offset: number) => Position {
  const lineStarts = [0];
  for (const match of text.matchAll(LINE_BREAK)) lineStarts.push(match.index + match[0].length);
  return (offset) => {
    const wanted = Math.min(Math.max(offset, 0), text.length);
    let low = 0;
    let high = lineStarts.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((lineStarts[middle] ?? 0) <= wanted) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: wanted - (lineStarts[low] ?? 0) + 1 };
  };
}
