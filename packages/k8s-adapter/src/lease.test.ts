import type { LeaseCall, LeaseRecord } from '@ddprofiler-rc/core';
import { describe, expect, test } from 'vitest';
import { ScriptedTransport } from '../test/scripted-transport.ts';
import { callLease, watchLease } from './lease.ts';

const LEASE = { namespace: 'ops', name: 'ddprofiler-rc-rc' };
const PATH = '/apis/coordination.k8s.io/v1/namespaces/ops/leases';
const CALLER = { identity: 'pod-1_x', time: Date.UTC(2026, 0, 1) };
const NOW = '2026-01-01T00:00:00.000000Z';
const RECORD: LeaseRecord = { holder: 'pod-2_y', durationMs: 15_000, transitions: 3, resourceVersion: '7' };

const stored = (holderIdentity: string, resourceVersion: string) => ({
  metadata: { namespace: 'ops', name: LEASE.name, resourceVersion },
  spec: { holderIdentity, leaseDurationSeconds: 15, leaseTransitions: 3 },
});

function call(action: LeaseCall) {
  const api = new ScriptedTransport();
  const answered = callLease(api.transport, LEASE, action, CALLER);
  return { sent: api.last, answered };
}

describe('a call for the Lease', () => {
  test('read: the record, or that there is none', async () => {
    const there = call({ do: 'read' });
    expect(there.sent.request).toMatchObject({ verb: 'get', method: 'GET', path: `${PATH}/${LEASE.name}`, timeoutMs: 5_000 });
    there.sent.json(stored('pod-2_y', '7'));
    expect(await there.answered).toEqual(RECORD);
    const none = call({ do: 'read' });
    none.sent.status(404);
    expect(await none.answered).toBeUndefined();
  });

  test('create: as its holder, from now on', async () => {
    const { sent, answered } = call({ do: 'create' });
    expect(sent.request).toMatchObject({
      method: 'POST',
      path: PATH,
      body: {
        contentType: 'application/json',
        json: {
          apiVersion: 'coordination.k8s.io/v1',
          kind: 'Lease',
          metadata: LEASE,
          spec: {
            holderIdentity: 'pod-1_x',
            leaseDurationSeconds: 15,
            acquireTime: NOW,
            renewTime: NOW,
            leaseTransitions: 0,
          },
        },
      },
    });
    sent.status(409);
    await expect(answered).rejects.toMatchObject({ code: 'Conflict' });
  });

  test('hold what was another’s: only that version of it, and one transition more', async () => {
    const { sent, answered } = call({ do: 'hold', record: RECORD });
    expect(sent.request).toMatchObject({ method: 'PATCH', path: `${PATH}/${LEASE.name}` });
    expect(sent.request.body).toEqual({
      contentType: 'application/merge-patch+json',
      json: {
        metadata: { resourceVersion: '7' },
        spec: {
          holderIdentity: 'pod-1_x',
          leaseDurationSeconds: 15,
          acquireTime: NOW,
          renewTime: NOW,
          leaseTransitions: 4,
        },
      },
    });
    sent.json(stored('pod-1_x', '8'));
    expect(await answered).toEqual({ ...RECORD, holder: 'pod-1_x', resourceVersion: '8' });
  });

  test('hold what is its own: no transition', () => {
    const { sent } = call({ do: 'hold', record: { ...RECORD, holder: 'pod-1_x' } });
    expect(sent.request.body?.json).toEqual({
      metadata: { resourceVersion: '7' },
      spec: { holderIdentity: 'pod-1_x', leaseDurationSeconds: 15, renewTime: NOW },
    });
  });

  test('release: only the version that was held', () => {
    const { sent } = call({ do: 'release', record: { ...RECORD, holder: 'pod-1_x' } });
    expect(sent.request.body?.json).toEqual({
      metadata: { resourceVersion: '7' },
      spec: { holderIdentity: '', renewTime: NOW },
    });
  });

  test('an answer that is no stored object is no record', async () => {
    const { sent, answered } = call({ do: 'read' });
    sent.json({ kind: 'Lease' });
    await expect(answered).rejects.toMatchObject({ code: 'Malformed' });
  });
});

describe('the watch of the Lease', () => {
  test('tells what is there, what changes, and that it is gone; and why it cannot be read', async () => {
    const api = new ScriptedTransport();
    const told: unknown[] = [];
    const options = { now: () => 0, random: () => 0, onFailed: ({ message }: { message: string }) => told.push(message) };
    const watching = watchLease(api.transport, LEASE, options).subscribe((record) => told.push(record?.holder));
    expect(api.last.request).toMatchObject({ path: PATH, query: { fieldSelector: 'metadata.name=ddprofiler-rc-rc' } });
    api.last.json({ metadata: { resourceVersion: '7' }, items: [stored('a', '7')] });
    await expect.poll(() => api.verbs).toEqual(['list', 'watch']);
    const body = api.last.open();
    body.line({ type: 'MODIFIED', object: stored('', '8') });
    body.line({ type: 'DELETED', object: stored('', '9') });
    await expect.poll(() => told).toEqual(['a', '', undefined]);
    body.close();
    await expect.poll(() => api.verbs).toEqual(['list', 'watch', 'watch']);
    api.last.status(403);
    await expect.poll(() => told.at(-1)).toMatch('get, list, watch, create and patch on leases.coordination.k8s.io');
    watching.unsubscribe();
  });
});
