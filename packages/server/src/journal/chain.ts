import { createHash } from 'node:crypto';

/*
 * The lines of a journal. Each carries a hash over its own content and the hash of the line before it, so that a line which was changed,
 * added, removed or moved is found, and named.
 *
 *     {"hash":"<32 hexadecimal digits>","record":<JSON>}
 */

const DIGITS = 32;
const BEFORE_HASH = '{"hash":"';
const BEFORE_RECORD = '","record":';
const AFTER_RECORD = '}';

/** Writes the lines of one journal. */
export class Chain {
  #hash = '';

  /** Where it stands: what the next line goes on from. */
  get position(): string {
    return this.#hash;
  }

  /** Forgets the lines since `position`. */
  rewind(position: string): void {
    this.#hash = position;
  }

  /** The line of `record`, with its line feed. */
  seal(record: unknown): string {
    const text = JSON.stringify(record);
    this.#hash = hashOf(this.#hash, text);
    return `${BEFORE_HASH}${this.#hash}${BEFORE_RECORD}${text}${AFTER_RECORD}\n`;
  }
}

export type Link = { readonly kind: 'whole'; readonly record: unknown } | { readonly kind: 'broken'; readonly message: string };

/** Reads the lines of one journal, in order. */
export class ChainReader {
  #hash = '';

  /** @param line without its line feed */
  read(line: string): Link {
    const hash = line.slice(BEFORE_HASH.length, BEFORE_HASH.length + DIGITS);
    const start = BEFORE_HASH.length + DIGITS + BEFORE_RECORD.length;
    const text = line.slice(start, -AFTER_RECORD.length);
    if (line !== `${BEFORE_HASH}${hash}${BEFORE_RECORD}${text}${AFTER_RECORD}`) {
      return { kind: 'broken', message: 'this is no line of a journal' };
    }
    if (hashOf(this.#hash, text) !== hash) {
      return { kind: 'broken', message: 'the line, or the one before it, is not as the operator wrote it' };
    }
    this.#hash = hash;
    return { kind: 'whole', record: JSON.parse(text) };
  }
}

function hashOf(former: string, text: string): string {
  return createHash('sha256').update(former).update('\n').update(text).digest('hex').slice(0, DIGITS);
}
