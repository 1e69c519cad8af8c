import { expect, test } from 'vitest';
import { printerColumns } from './printer-columns.ts';

const OBJECT = {
  metadata: { creationTimestamp: '2026-01-01T00:00:00Z', annotations: { 'a.b/c': 'note' } },
  spec: { size: 3, ratio: 0.5, on: true, items: [{ name: 'x' }, { name: 'y' }] },
  status: {
    conditions: [
      { type: 'Ready', status: 'True' },
      { type: 'Other', status: 'False' },
    ],
  },
};
const NOW = Date.parse('2026-01-01T00:05:00Z');

const cell = (type: string, jsonPath: string) =>
  printerColumns({ additionalPrinterColumns: [{ name: 'It', type, jsonPath }] })[0]?.cell(OBJECT, NOW);

test.each([
  ['string', '.metadata.creationTimestamp', '2026-01-01T00:00:00Z'],
  ['date', '.metadata.creationTimestamp', '5m'],
  ['integer', '.spec.size', 3],
  ['number', '.spec.ratio', 0.5],
  ['boolean', '.spec.on', true],
  ['string', '.spec.size', '3'],
  ['integer', '.spec.on', null],
  ['string', '.spec.none', null],
  ['string', '.spec.items[1].name', 'y'],
  ['string', '.spec.items[-1].name', 'y'],
  ['string', '.spec.items[*].name', 'x y'],
  ['string', '.status.conditions[?(@.type=="Ready")].status', 'True'],
  ['string', '.metadata.annotations.a\\.b/c', null],
  ['string', ".metadata.annotations['a.b/c']", 'note'],
])('%s at %s is %j', (type, path, value) => {
  expect(cell(type, path)).toBe(value);
});

test('who asks for no columns gets the age', () => {
  expect(printerColumns({})).toMatchObject([{ column: { name: 'Age', type: 'date', priority: 0 } }]);
});
