import { expect, test } from 'vitest';
import { median, megabytes, pageWithFigures } from './figures-table.ts';

const PAGE = `before
<!-- figures: written by make image-figures -->
what was there
<!-- end of figures -->
after
`;

test('the table is made anew between its marks, and nothing else is changed', () => {
  expect(pageWithFigures(PAGE, [{ what: 'size', value: '3 MB' }])).toBe(`before
<!-- figures: written by make image-figures -->

| what | measured |
| --- | --- |
| size | 3 MB |

<!-- end of figures -->
after
`);
});

test('a page without the marks is refused', () => {
  expect(() => pageWithFigures('before', [])).toThrow('docs/install.md lacks <!-- figures');
});

test('megabytes have a decimal where they are few', () => {
  expect([1_234_567, 123_456_789].map(megabytes)).toEqual(['1.2 MB', '123 MB']);
});

test('the median is one of the values', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([4, 1, 9, 2])).toBe(2);
});
