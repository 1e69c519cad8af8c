import { type Event, type Json, type MemoryContent, objectAt, readRules, stringMapAt } from '@ddprofiler-rc/core';
import { describe, expect, test } from 'vitest';
import { readableMemory, storeMemory } from './memory.ts';
import type { ApiRequest, Transport } from './transport.ts';

const BINDING = { namespace: 'ops', name: 'rc' };
const TIME = Date.UTC(2026, 0, 1);
const STORED = { uid: 'm', resourceVersion: '7' };

function contentOf(text: string): MemoryContent {
  const reading = readRules(text);
  if (reading.kind !== 'read') throw new Error('it can be read');
  return { rules: reading.ruleSet.rules, removed: new Map() };
}

const SMALL = contentOf('shop: {deployments: {web: {scale_factor: 1, name_suffix: p}}}');
/** Many variables, none of which is like another. */
const LARGE = contentOf(
  JSON.stringify({
    shop: {
      deployments: {
        web: {
          scale_factor: 1,
          name_suffix: 'p',
          env: Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`A${index}`, String(Math.sin(index))])),
        },
      },
    },
  }),
);

/** Answers with what is sent, as stored. */
function answering(status: number, sent: ApiRequest[] = []): Transport {
  return async (request) => {
    sent.push(request);
    const json = { ...objectAt(request.body?.json), kind: 'ConfigMap', metadata: { ...STORED, namespace: 'ops', name: 'm' } };
    return {
      status,
      retryAfterMs: undefined,
      body: (async function* () {
        yield Buffer.from(
          JSON.stringify(status < 300 ? json : { kind: 'Status', reason: 'Conflict', message: 'it was changed' }),
        );
      })(),
    };
  };
}

describe('the memory is stored', () => {
  test('by an apply of the bare ConfigMap first, which changes nothing of one that is there', async () => {
    const sent: ApiRequest[] = [];
    expect(await storeMemory(answering(201, sent), BINDING, undefined, SMALL, TIME)).toMatchObject({ type: 'remembered' });
    expect(sent).toMatchObject([{ verb: 'apply', method: 'PATCH', body: { contentType: 'application/apply-patch+yaml' } }]);
    expect(sent[0]?.path).toMatch(/^\/api\/v1\/namespaces\/ops\/configmaps\/ddprofiler-rc-last-good-[0-9a-f]{16}$/);
    expect(objectAt(sent[0]?.body?.json)).not.toHaveProperty('data');
  });

  test('from then on from the very version that is known', async () => {
    const sent: ApiRequest[] = [];
    await storeMemory(answering(200, sent), BINDING, STORED, SMALL, TIME);
    expect(sent).toMatchObject([
      {
        verb: 'patch',
        body: {
          contentType: 'application/merge-patch+json',
          json: { metadata: STORED, data: { 'written-at': '2026-01-01T00:00:00.000Z' } },
        },
      },
    ]);
    expect(await storeMemory(answering(409), BINDING, STORED, SMALL, TIME)).toMatchObject({
      type: 'rememberFailed',
      failure: { code: 'Conflict' },
    });
  });

  test('compressed where it is large, and read as the same', async () => {
    const sent: ApiRequest[] = [];
    const event = await storeMemory(answering(200, sent), BINDING, STORED, LARGE, TIME);
    const json = objectAt(sent[0]?.body?.json);
    expect(objectAt(json, 'data')['rules.jsonl']).toBeNull();
    expect(String(objectAt(json, 'binaryData')['rules.jsonl.gz']).length).toBeLessThan(300_000);
    const plain = stringMapAt(event.type === 'remembered' ? event.object : null, 'data')['rules.jsonl'];
    expect(plain?.length).toBeGreaterThan(300_000);
    const seen: Event = { type: 'seen', stream: 'memory', object: { metadata: STORED, ...json } };
    const read = readableMemory(seen);
    expect(read.type === 'seen' && stringMapAt(read.object, 'data')['rules.jsonl']).toBe(plain);
  });

  test.each<[string, Json]>([
    ['no base64 of anything', '%%%'],
    ['something else', Buffer.from('plain').toString('base64')],
  ])('and where somebody put %s in its place, it is read as empty', (_, value) => {
    const object = { metadata: STORED, data: { hash: 'x' }, binaryData: { 'rules.jsonl.gz': value } };
    const read = readableMemory({ type: 'listed', stream: 'memory', resourceVersion: '7', objects: [object] });
    expect(read).toMatchObject({ objects: [{ data: { hash: 'x', 'rules.jsonl': '' } }] });
  });
});
