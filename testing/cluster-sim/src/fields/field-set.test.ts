import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeFields,
  difference,
  encodeFields,
  equalFields,
  FieldCollector,
  type Fields,
  intersection,
  outside,
  paths,
  union,
} from './field-set.ts';

const step = fc.constantFrom('f:a', 'f:b', 'f:c', 'k:{"name":"x"}', 'k:{"containerPort":80,"protocol":"TCP"}', 'v:"s"', 'v:3');
const path = fc.array(step, { minLength: 1, maxLength: 4 });
const fields = fc.array(path, { maxLength: 12 }).map((all): Fields => {
  const collector = new FieldCollector();
  for (const one of all) collector.insert(one);
  return collector.done();
});
const listed = (set: Fields): readonly string[] =>
  paths(set)
    .map((one) => one.join(' '))
    .sort();

describe('sets of fields', () => {
  it('come back from fieldsV1 as they were', () => {
    fc.assert(
      fc.property(fields, (set) => {
        if (set === undefined) return;
        const json = structuredClone(encodeFields(set));
        expect(equalFields(decodeFields(json), set)).toBe(true);
      }),
    );
  });

  it('are sets of paths: union, difference and intersection are those of the paths', () => {
    fc.assert(
      fc.property(fields, fields, (one, other) => {
        const [mine, theirs] = [new Set(listed(one)), new Set(listed(other))];
        expect(listed(union(one, other))).toEqual([...new Set([...mine, ...theirs])].sort());
        expect(listed(difference(one, other))).toEqual([...mine].filter((each) => !theirs.has(each)));
        expect(listed(intersection(one, other))).toEqual([...mine].filter((each) => theirs.has(each)));
      }),
    );
  });

  it('outside of others leave nothing below them', () => {
    fc.assert(
      fc.property(fields, fields, (one, other) => {
        const theirs = listed(other);
        expect(listed(outside(one, other))).toEqual(
          listed(one).filter((each) => !theirs.some((above) => each === above || each.startsWith(`${above} `))),
        );
      }),
    );
  });

  it('are written in the server’s order: names, then keyed items by their numbers and texts, then values', () => {
    const collector = new FieldCollector();
    for (const element of ['v:"b"', 'k:{"port":443}', 'k:{"port":80}', 'f:b', 'f:a', 'v:"a"'])
      collector.insert(['f:list', element]);
    expect(Object.keys(encodeFields(collector)['f:list'] ?? {})).toEqual([
      'f:a',
      'f:b',
      'k:{"port":80}',
      'k:{"port":443}',
      'v:"a"',
      'v:"b"',
    ]);
  });
});
