/**
 * Stands in for a text that may be secret. Equal texts have equal digests, others have others; the empty text is its own. Keyed per journal,
 * so that nobody can find a text by guessing.
 */
export type Digest = (text: string) => string;
