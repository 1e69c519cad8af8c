import { bindingStatusOf, type Event, evolve, type JsonObject, objectAt, type Snapshot, type State } from '@ddprofiler-rc/core';
import type { Transport } from '@ddprofiler-rc/k8s-adapter';
import { beforeEach, expect, test } from 'vitest';
import { BINDING_LISTED, fold, NOW, nothingListed, rulesListed } from '../../../core/test/given.ts';
import { createLogger } from '../log/log.ts';
import { StatusWriter } from './status-writer.ts';

let state: State;
let written: JsonObject[];
let writer: StatusWriter;

const snapshot = (): Snapshot => ({ state, decisions: new Map(), reports: [] });

const transport: Transport = async ({ body }) => {
  written.push(objectAt(body?.json, 'status'));
  return {
    status: 200,
    retryAfterMs: undefined,
    body: (async function* () {
      yield Buffer.from('{}');
    })(),
  };
};

beforeEach(() => {
  state = fold([BINDING_LISTED, rulesListed('{}'), nothingListed()]);
  written = [];
  writer = new StatusWriter({ transport, clock: () => NOW, log: createLogger('ERROR', { write: () => undefined }), snapshot });
});

/** The watch tells of the binding with this status. */
function tell(resourceVersion: string, status: JsonObject): void {
  const metadata = { namespace: 'ops', name: 'rc', uid: 'b', resourceVersion };
  const object = { metadata, ruleType: 'configmap', cmName: 'rules', cmNamespace: 'ops', cmConfigTag: 'rules', status };
  const event: Event = { type: 'seen', stream: 'binding', object };
  state = evolve(state, event);
}

test('what was written is not written again, before the watch tells of it and after', async () => {
  await writer.run();
  await writer.run();
  expect(written).toEqual([bindingStatusOf(snapshot(), NOW)]);
  tell('20', written[0] ?? {});
  await writer.run();
  expect(written).toHaveLength(1);
});

test.each([
  ['emptied', {}],
  ['changed', { conditions: [] }],
])('a status that somebody %s after that is put back', async (_, status) => {
  await writer.run();
  tell('20', written[0] ?? {});
  await writer.run();
  tell('21', status);
  await writer.run();
  expect(written).toHaveLength(2);
  expect(written[1]).toEqual(written[0]);
});

test('two operators that know different things do not go on for ever', async () => {
  await writer.run();
  for (let version = 20; version < 40; version += 2) {
    tell(String(version), written[0] ?? {});
    await writer.run();
    tell(String(version + 1), { conditions: [], observedGeneration: version });
    await writer.run();
  }
  expect(written).toHaveLength(4);
});
