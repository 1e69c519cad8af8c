import type { Announcement } from '@ddprofiler-rc/core';
import { ApiFailure, type ApiRequest, type Transport } from '@ddprofiler-rc/k8s-adapter';
import { beforeEach, describe, expect, test } from 'vitest';
import { createLogger } from '../log/log.ts';
import { EventRecorder } from './event-recorder.ts';

const ANNOUNCEMENT: Announcement = {
  regarding: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web', uid: 'u1' },
  type: 'Warning',
  reason: 'ImageDenied',
  action: 'Refuse',
  note: 'because',
};

let requests: ApiRequest[];
let answers: (number | ApiFailure)[];
let enqueued: string[];
let logged: string[];
let recorder: EventRecorder;

const transport: Transport = async (request) => {
  requests.push(request);
  const answer = answers.shift() ?? 201;
  if (answer instanceof ApiFailure) throw answer;
  const body = answer < 300 ? { kind: 'Event' } : { kind: 'Status', message: 'no', reason: 'No', code: answer };
  return {
    status: answer,
    retryAfterMs: undefined,
    body: (async function* () {
      yield Buffer.from(JSON.stringify(body));
    })(),
  };
};

beforeEach(() => {
  [requests, answers, enqueued, logged] = [[], [], [], []];
  recorder = new EventRecorder({
    transport,
    clock: () => Date.UTC(2026, 0, 1),
    log: createLogger('WARNING', { write: (line) => logged.push(line) }),
    instance: 'pod-1',
    enqueue: (name) => enqueued.push(name),
  });
});

const run = async () => recorder.run(enqueued.at(-1) ?? '');

describe('Events', () => {
  test('the first is created through the Events API', async () => {
    recorder.tell(ANNOUNCEMENT);
    expect(await run()).toEqual({ kind: 'success' });
    expect(requests).toMatchObject([
      {
        method: 'POST',
        path: '/apis/events.k8s.io/v1/namespaces/shop/events',
        body: {
          json: {
            metadata: { namespace: 'shop', name: expect.stringMatching(/^web\.[0-9a-f]{16}$/) },
            eventTime: '2026-01-01T00:00:00.000000Z',
            reportingController: 'ddprofiler-rc',
            reportingInstance: 'pod-1',
            regarding: ANNOUNCEMENT.regarding,
            note: 'because',
          },
        },
      },
    ]);
  });

  test('the same again is its series', async () => {
    for (let round = 0; round < 3; round += 1) {
      recorder.tell(ANNOUNCEMENT);
      await run();
    }
    expect(new Set(enqueued).size).toBe(1);
    expect(requests.map(({ method }) => method)).toEqual(['POST', 'PATCH', 'PATCH']);
    expect(requests[2]?.body?.json).toMatchObject({ series: { count: 3 } });
  });

  test('what another life told before is found by its name, one call a run', async () => {
    answers = [409, 200];
    recorder.tell(ANNOUNCEMENT);
    expect(await run()).toEqual({ kind: 'again', afterMs: 0 });
    expect(requests).toHaveLength(1);
    expect(await run()).toEqual({ kind: 'success' });
    expect(requests[1]).toMatchObject({ method: 'PATCH', body: { json: { series: { count: 2 } } } });
  });

  test('what the cluster forgot is created anew', async () => {
    recorder.tell(ANNOUNCEMENT);
    await run();
    answers = [404];
    recorder.tell(ANNOUNCEMENT);
    expect(await run()).toEqual({ kind: 'again', afterMs: 0 });
    await run();
    expect(requests.map(({ method }) => method)).toEqual(['POST', 'PATCH', 'POST']);
  });

  test('an API server that cannot be reached is asked again; one that forbids it is not, and that is logged once', async () => {
    answers = [new ApiFailure('Unreachable', 'no'), 201, 403, 403];
    recorder.tell(ANNOUNCEMENT);
    expect(await run()).toEqual({ kind: 'retry' });
    expect(await run()).toEqual({ kind: 'success' });
    logged = [];
    for (const note of ['another', 'and another']) {
      recorder.tell({ ...ANNOUNCEMENT, note });
      expect(await run()).toEqual({ kind: 'terminal' });
      expect(await run()).toEqual({ kind: 'success' });
    }
    expect(logged).toHaveLength(1);
    expect(requests).toHaveLength(4);
  });

  test('a failure that comes again after a success is logged again', async () => {
    answers = [403, 201, 403];
    for (const note of ['one', 'another', 'and another']) {
      recorder.tell({ ...ANNOUNCEMENT, note });
      await run();
    }
    expect(logged).toHaveLength(2);
  });

  test('where another operator leads nothing is told, nothing waits, and nothing is said of it', async () => {
    answers = [new ApiFailure('NotLeading', 'no')];
    recorder.tell(ANNOUNCEMENT);
    expect(await run()).toEqual({ kind: 'success' });
    expect(await run()).toEqual({ kind: 'success' });
    expect([requests.length, logged]).toEqual([1, []]);
  });

  test.each([
    ['x', 1_000],
    ['ü', 500],
    ['\u{1f600}', 250],
  ])('a note of many %s is never longer than the 1,024 bytes that the API server takes', async (character, fitting) => {
    recorder.tell({ ...ANNOUNCEMENT, note: character.repeat(5_000) });
    await run();
    expect(requests[0]?.body?.json).toMatchObject({ note: character.repeat(fitting) });
  });

  test('more than can wait is not kept', () => {
    for (let index = 0; index < 2_000; index += 1) recorder.tell({ ...ANNOUNCEMENT, note: String(index) });
    expect(enqueued).toHaveLength(500);
  });
});
