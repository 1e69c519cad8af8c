import fc from 'fast-check';
import { expect, it } from 'vitest';
import { containers, DEPLOYMENT, deployment } from '../../test/deployment.ts';
import { type JsonObject, listAt, objectAt, valueAt } from '../json.ts';
import { applyIntent } from './index.ts';

const names = fc.constantFrom('a', 'b', 'c', 'd');
const values = fc.constantFrom('1', '2');
const env = fc.uniqueArray(fc.record({ name: names, value: values }), { selector: ({ name }) => name, maxLength: 4 });
const container = fc.record({
  name: names,
  image: values,
  env,
  ports: fc.uniqueArray(fc.record({ containerPort: fc.constantFrom(80, 81) }), { selector: (port) => port.containerPort }),
});
const intent = fc
  .record({
    replicas: fc.constantFrom(0, 1),
    list: fc.uniqueArray(container, { selector: ({ name }) => name, maxLength: 3 }),
    labels: fc.dictionary(names, values),
    finalizers: fc.uniqueArray(names.map((name) => `a.b/${name}`)),
  })
  .map(({ replicas, list, labels, finalizers }) => deployment({ replicas, ...containers(...list) }, { labels, finalizers }));

const { spec: _spec, ...NOTHING } = deployment();

function apply(live: JsonObject | undefined, wanted: JsonObject, manager: string): JsonObject {
  const outcome = applyIntent({ schema: DEPLOYMENT, live, intent: wanted, manager, force: true, apiVersion: 'apps/v1', now: 0 });
  if (outcome.kind !== 'applied') throw new Error(outcome.message);
  return outcome.object;
}

it('applying the same twice is applying it once', () => {
  fc.assert(
    fc.property(intent, intent, (one, other) => {
      const live = apply(apply(undefined, one, 'one'), other, 'two');
      expect(apply(live, structuredClone(other), 'two')).toBe(live);
    }),
  );
});

it('applying nothing removes what only the manager owned, and leaves what the other says', () => {
  fc.assert(
    fc.property(intent, intent, (one, other) => {
      const live = apply(apply(apply(undefined, one, 'one'), other, 'two'), NOTHING, 'one');
      expect(listAt(live, 'metadata', 'managedFields').map((entry) => valueAt(entry, 'manager'))).not.toContain('one');
      expect(objectAt(live, 'spec').replicas).toBe(objectAt(other, 'spec').replicas);
      expect(objectAt(live, 'metadata', 'labels')).toEqual(objectAt(other, 'metadata', 'labels'));
      expect(listAt(live, 'spec', 'template', 'spec', 'containers')).toHaveLength(
        listAt(other, 'spec', 'template', 'spec', 'containers').length,
      );
    }),
  );
});

it('an intent’s items keep their order in what comes of it', () => {
  fc.assert(
    fc.property(intent, intent, (one, other) => {
      const order = (object: JsonObject): unknown[] =>
        listAt(object, 'spec', 'template', 'spec', 'containers').map((item) => valueAt(item, 'name'));
      const wanted = order(other);
      expect(order(apply(apply(undefined, one, 'one'), other, 'two')).filter((name) => wanted.includes(name))).toEqual(wanted);
    }),
  );
});
