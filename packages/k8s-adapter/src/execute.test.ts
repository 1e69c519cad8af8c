import type { Event, Intent, Json, Look, Write } from '@ddprofiler-rc/core';
import { describe, expect, test } from 'vitest';
import { ScriptedTransport } from '../test/scripted-transport.ts';
import { execute } from './execute.ts';
import { ApiFailure } from './failure.ts';
import type { ApiRequest } from './transport.ts';

const KEY = 'default/web-profiler';
const PATH = '/apis/apps/v1/namespaces/default/deployments/web-profiler';
const INTENT: Intent = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web-profiler', namespace: 'default', labels: { mark: 'ours' }, annotations: {} },
  spec: { replicas: 2 },
};

const CREATE: Write = { kind: 'create', key: KEY, intent: INTENT };
const APPLY: Write = { kind: 'apply', key: KEY, uid: 'uid-1', intent: INTENT };
const SCALE: Write = { kind: 'scaleToZero', key: KEY, uid: 'uid-1', resourceVersion: '7' };
const DELETE: Write = { kind: 'delete', key: KEY, uid: 'uid-1' };
const EFFECTS = [CREATE, APPLY, SCALE, DELETE];

/** The API server's answer to an apply of INTENT, with `replicas` as admission left them. */
function stored(replicas: number): Json {
  return {
    ...INTENT,
    metadata: {
      ...INTENT.metadata,
      uid: 'uid-1',
      resourceVersion: '8',
      managedFields: [
        {
          manager: 'ddprofiler-rc',
          operation: 'Apply',
          fieldsV1: { 'f:metadata': { 'f:labels': { 'f:mark': {} }, 'f:annotations': {} }, 'f:spec': { 'f:replicas': {} } },
        },
      ],
    },
    spec: { replicas },
  };
}

interface Ran {
  readonly event: Event;
  readonly request: ApiRequest;
}

async function run(effect: Write | Look, answer: (api: ScriptedTransport) => void): Promise<Ran> {
  const api = new ScriptedTransport();
  const event = execute(api.transport, effect);
  answer(api);
  return { event: await event, request: api.last.request };
}

describe('the request', () => {
  test('given create, then it is an apply without force, of the intent alone', async () => {
    const { request } = await run(CREATE, (api) => api.last.json(stored(2)));
    expect(request).toEqual({
      verb: 'apply',
      method: 'PATCH',
      path: PATH,
      query: { fieldManager: 'ddprofiler-rc', force: 'false' },
      body: { contentType: 'application/apply-patch+yaml', json: INTENT },
      what: `create ${KEY}`,
      timeoutMs: 8_000,
    });
  });

  test('given apply, then it is an apply with force, of the intent and the uid', async () => {
    const { request } = await run(APPLY, (api) => api.last.json(stored(2)));
    expect(request).toEqual({
      verb: 'apply',
      method: 'PATCH',
      path: PATH,
      query: { fieldManager: 'ddprofiler-rc', force: 'true' },
      body: {
        contentType: 'application/apply-patch+yaml',
        json: { ...INTENT, metadata: { ...INTENT.metadata, uid: 'uid-1' } },
      },
      what: `apply ${KEY}`,
      timeoutMs: 8_000,
    });
  });

  test('given scaleToZero, then it is a merge patch of the replicas, with uid and resourceVersion', async () => {
    const { request } = await run(SCALE, (api) => api.last.json(stored(0)));
    expect(request).toEqual({
      verb: 'patch',
      method: 'PATCH',
      path: PATH,
      query: { fieldManager: 'ddprofiler-rc' },
      body: {
        contentType: 'application/merge-patch+json',
        json: { metadata: { uid: 'uid-1', resourceVersion: '7' }, spec: { replicas: 0 } },
      },
      what: `scale ${KEY} to zero`,
      timeoutMs: 8_000,
    });
  });

  test('given delete, then it is a background deletion, with a precondition on the uid', async () => {
    const { request } = await run(DELETE, (api) => api.last.json({ kind: 'Status' }));
    expect(request).toEqual({
      verb: 'delete',
      method: 'DELETE',
      path: PATH,
      query: {},
      body: {
        contentType: 'application/json',
        json: {
          apiVersion: 'v1',
          kind: 'DeleteOptions',
          preconditions: { uid: 'uid-1' },
          propagationPolicy: 'Background',
        },
      },
      what: `delete ${KEY}`,
      timeoutMs: 8_000,
    });
  });
});

describe('the answer', () => {
  test.each([CREATE, APPLY])(
    'given $kind answered with what was wanted, then it is written, and nothing is unmet',
    async (effect) => {
      const { event } = await run(effect, (api) => api.last.json(stored(2), 201));
      expect(event).toEqual({ type: 'written', key: KEY, effect: effect.kind, object: stored(2) });
    },
  );

  test.each([CREATE, APPLY])('given $kind answered with something else, then the intent is unmet', async (effect) => {
    const { event } = await run(effect, (api) => api.last.json(stored(3)));
    expect(event).toMatchObject({ type: 'written', object: stored(3), unmet: 'intent' in effect ? effect.intent : 'never' });
  });

  test('given scaleToZero answered, then it is written', async () => {
    const { event } = await run(SCALE, (api) => api.last.json(stored(0)));
    expect(event).toEqual({ type: 'written', key: KEY, effect: 'scaleToZero', object: stored(0) });
  });

  test.each([200, 202, 404])('given delete answered with %i, then it is accepted', async (status) => {
    const { event } = await run(DELETE, (api) => api.last.json({ kind: 'Status', message: 'not found' }, status));
    expect(event).toEqual({ type: 'deleteAccepted', key: KEY, uid: 'uid-1' });
  });

  test.each([CREATE, APPLY, SCALE])('given $kind answered with 404, then it failed', async (effect) => {
    const { event } = await run(effect, (api) => api.last.status(404));
    expect(event).toMatchObject({ type: 'writeFailed', effect: effect.kind, failure: { code: 'NotFound' } });
  });

  test.each(
    EFFECTS.flatMap((effect) =>
      [
        [409, 'Conflict'],
        [422, 'Invalid'],
        [403, 'Forbidden'],
        [500, 'ServerError'],
      ].map(([status, code]) => ({ kind: effect.kind, effect, status: Number(status), code })),
    ),
  )('given $kind answered with $status, then it failed with $code', async ({ effect, status, code }) => {
    const { event } = await run(effect, (api) => api.last.status(status, 'so it is'));
    expect(event).toMatchObject({ type: 'writeFailed', key: KEY, effect: effect.kind, failure: { code } });
    expect(event).toMatchObject({ failure: { message: expect.stringContaining('so it is') } });
  });

  test.each(EFFECTS)('given $kind without an answer, then it failed, and is not thrown', async (effect) => {
    const { event } = await run(effect, (api) => api.last.fail(new ApiFailure('Timeout', 'no answer')));
    expect(event).toEqual({
      type: 'writeFailed',
      key: KEY,
      effect: effect.kind,
      failure: { code: 'Timeout', message: 'no answer' },
    });
  });

  test('given 429 with Retry-After, then the failure has it', async () => {
    const { event } = await run(APPLY, (api) => api.last.status(429, 'slow down', 2_000));
    expect(event).toMatchObject({ failure: { code: 'TooManyRequests', retryAfterMs: 2_000 } });
  });

  test('given an apply answered with something that is no stored object, then it failed as Malformed', async () => {
    const { event } = await run(APPLY, (api) => api.last.json({ kind: 'Status' }));
    expect(event).toMatchObject({ type: 'writeFailed', failure: { code: 'Malformed' } });
  });
});

test('given a refusal that quotes what was written, then no value is told', async () => {
  const env = [
    { name: 'PASSWORD', value: 'hunter2!' },
    { name: 'PIN', value: '42' },
  ];
  const spec = { template: { spec: { containers: [{ name: 'app', env, args: ['--token=s3cret'] }] } } };
  const message = 'env[0].value: Invalid value: "hunter2!": no good; env[1]: "42"; line 42: --token=s3cret';
  const { event } = await run({ ...APPLY, intent: { ...INTENT, spec } }, (api) =>
    api.last.json({ kind: 'Status', reason: 'Invalid', message }, 422),
  );
  expect(event.type === 'writeFailed' && event.failure.message).toBe(
    'apply default/web-profiler: the API server answered 422: env[0].value: Invalid value: "…": no good; env[1]: "…"; line 42: …',
  );
});

test('given handOver, then it is an apply of the replicas alone by another manager, without force', async () => {
  const { request } = await run({ kind: 'handOver', key: KEY, uid: 'uid-1', replicas: 3 }, (api) => api.last.json(stored(3)));
  expect(request).toMatchObject({
    method: 'PATCH',
    path: PATH,
    query: { fieldManager: 'ddprofiler-rc-handover', force: 'false' },
    body: {
      contentType: 'application/apply-patch+yaml',
      json: { metadata: { namespace: 'default', name: 'web-profiler', uid: 'uid-1' }, spec: { replicas: 3 } },
    },
  });
});

describe('a look', () => {
  const TARGET = 'default/web';
  const LOOK: Look = { kind: 'look', key: KEY, target: TARGET, question: 7 };
  const ASKED = { key: KEY, target: TARGET };
  const FOUND: Json = { metadata: { namespace: 'default', name: 'web', uid: 'uid-2', resourceVersion: '9' }, spec: {} };
  const absent = (details: Json): Json => ({ kind: 'Status', reason: 'NotFound', message: 'not found', details, code: 404 });

  test('asks for the newest state of that one Deployment', async () => {
    const { request } = await run(LOOK, (api) => api.last.json(FOUND));
    expect(request).toEqual({
      verb: 'get',
      method: 'GET',
      path: '/apis/apps/v1/namespaces/default/deployments/web',
      query: {},
      what: `get ${TARGET}`,
      timeoutMs: 8_000,
    });
  });

  test('given the Deployment, then it is told, with the question that it answers', async () => {
    const { event } = await run(LOOK, (api) => api.last.json(FOUND));
    expect(event).toEqual({ type: 'looked', ...ASKED, question: 7, object: FOUND });
  });

  test('given 404 of that Deployment, then there is none', async () => {
    const details = { name: 'web', group: 'apps', kind: 'deployments' };
    const { event } = await run(LOOK, (api) => api.last.json(absent(details), 404));
    expect(event).toEqual({ type: 'looked', ...ASKED, question: 7 });
  });

  test.each<[string, Json]>([
    ['of a proxy', '404 page not found'],
    ['of a server without Deployments', absent({})],
    ['of another Deployment', absent({ name: 'other', group: 'apps', kind: 'deployments' })],
  ])('given 404 %s, then nothing is known', async (_, body) => {
    const { event } = await run(LOOK, (api) => api.last.json(body, 404));
    expect(event).toMatchObject({ type: 'lookFailed', ...ASKED, failure: { code: 'NotFound' } });
  });

  test('given another Deployment as the answer, then nothing is known', async () => {
    const { event } = await run(LOOK, (api) => api.last.json(stored(2)));
    expect(event).toMatchObject({ type: 'lookFailed', ...ASKED, failure: { code: 'Malformed' } });
  });

  test('given 403, then it says which right is lacking', async () => {
    const { event } = await run(LOOK, (api) => api.last.status(403, 'no'));
    const message =
      'get default/web: the API server answered 403: no; give the operator get on deployments.apps in namespace default';
    expect(event).toEqual({ type: 'lookFailed', ...ASKED, failure: { code: 'Forbidden', message } });
  });

  test('given no answer, then it failed, and is not thrown', async () => {
    const { event } = await run(LOOK, (api) => api.last.fail(new ApiFailure('Timeout', 'no answer')));
    expect(event).toEqual({ type: 'lookFailed', ...ASKED, failure: { code: 'Timeout', message: 'no answer' } });
  });
});
