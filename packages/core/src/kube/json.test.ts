import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type JsonObject, sharing } from './json.ts';

const object = fc
  .dictionary(
    fc.oneof(fc.constantFrom('a', 'b', '__proto__', 'toString'), fc.string({ maxLength: 2 })),
    fc.jsonValue({ maxDepth: 3 }),
    { maxKeys: 4, noNullPrototype: true },
  )
  .map((value): JsonObject => JSON.parse(JSON.stringify(value)));

describe('sharing', () => {
  test('equals the value, whatever it is shared with', () => {
    fc.assert(
      fc.property(object, object, (value, like) => {
        expect(sharing(value, like)).toEqual(value);
        expect(JSON.stringify(sharing(value, like))).toBe(JSON.stringify(value));
      }),
    );
  });

  test('is the other where that is equal', () => {
    fc.assert(
      fc.property(object, (value) => {
        const like: JsonObject = JSON.parse(JSON.stringify(value));
        expect(sharing(value, like)).toBe(like);
      }),
    );
  });

  test('has the equal parts of the other', () => {
    const like: JsonObject = { same: { a: [1, { b: 'c' }] }, list: [{ x: 1 }, { y: 2 }], gone: {} };
    const shared = sharing({ same: { a: [1, { b: 'c' }] }, list: [{ x: 1 }, { y: 3 }, 4] }, like);
    expect(shared.same).toBe(like.same);
    expect((shared.list as JsonObject[])[0]).toBe((like.list as JsonObject[])[0]);
  });
});
