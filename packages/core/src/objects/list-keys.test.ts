import { expect, test } from 'vitest';
import { collapseMembers, keysOfList } from './list-keys.ts';

const POD = { containers: [{ name: 'a', env: [{ name: 'A' }], args: ['x', 'x'] }], volumes: [] };

test('given nothing to collapse, then it stays the very same object', () => {
  expect(collapseMembers(POD)).toBe(POD);
});

test('given a key twice, then the last one wins in the place of the first, and the rest stays as it is', () => {
  const doubled = {
    ...POD,
    containers: [{ ...POD.containers[0], env: [{ name: 'A', value: '1' }, { name: 'B' }, { name: 'A' }] }],
  };
  const collapsed = collapseMembers(doubled);
  expect(collapsed).toEqual({ ...POD, containers: [{ ...POD.containers[0], env: [{ name: 'A' }, { name: 'B' }] }] });
  expect(collapsed.volumes).toBe(POD.volumes);
});

test('given a null, then it is left out', () => {
  expect(collapseMembers({ a: null, b: { c: null, d: 1 } })).toEqual({ b: { d: 1 } });
});

test('given a list with one item that changes, then the items around it stay as they are', () => {
  const [first, last] = [{ name: 'first' }, { name: 'last' }];
  expect(collapseMembers({ list: [first, { name: 'b', image: null }, last] })).toEqual({ list: [first, { name: 'b' }, last] });
});

test('given a field that is named as what every object has, then it is no keyed list', () => {
  expect(keysOfList('toString')).toBeUndefined();
  expect(collapseMembers({ toString: [{ name: 'a' }, { name: 'a' }] })).toEqual({ toString: [{ name: 'a' }, { name: 'a' }] });
});
