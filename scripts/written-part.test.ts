import { expect, test } from 'vitest';
import { markdownTable, withPart } from './written-part.ts';

const PART = { page: 'docs/page.md', begin: '<!-- begin -->', end: '<!-- end -->' };

test('what people wrote around the part stays, whatever was between the marks', () => {
  expect(withPart('above\n<!-- begin -->\nold\n<!-- end -->\nbelow', PART, 'new')).toBe(
    'above\n<!-- begin -->\n\nnew\n\n<!-- end -->\nbelow',
  );
});

test('a page without a mark is refused by name', () => {
  expect(() => withPart('above\n<!-- begin -->\n', PART, 'new')).toThrow('docs/page.md lacks <!-- begin --> … <!-- end -->');
});

test('the first row of a table is its head', () => {
  expect(
    markdownTable([
      ['a', 'b'],
      ['1', '2'],
    ]),
  ).toBe('| a | b |\n| --- | --- |\n| 1 | 2 |');
});
