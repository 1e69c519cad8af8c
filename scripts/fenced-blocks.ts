/** A fenced block of a page in Markdown. */
export interface FencedBlock {
  /** Where its text begins, from 1. */
  readonly line: number;
  /** The word after the fence; empty where there is none. */
  readonly language: string;
  readonly text: string;
  /** What a comment (`<!-- … -->`) says on the line before the fence, or on the one before a blank line there. */
  readonly remark: string;
}

const FENCE = /^( *)```(\S*)[^\n]*\n(.*?)^\1```[ ]*$/gms;

/** Those with three backticks, in their order; what a list indents is given without its indent. */
export function fencedBlocks(page: string): readonly FencedBlock[] {
  return [...page.matchAll(FENCE)].map(({ index, 1: indent = '', 2: language = '', 3: text = '' }) => {
    const before = page.slice(0, index);
    return {
      language,
      line: before.split('\n').length + 1,
      text: text.replace(new RegExp(`^${indent}`, 'gm'), ''),
      remark: /<!-- (.*?) -->\n\n?$/.exec(before)?.[1] ?? '',
    };
  });
}

export function withoutFencedBlocks(page: string): string {
  return page.replace(FENCE, '');
}
