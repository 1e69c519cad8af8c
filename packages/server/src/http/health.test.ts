import { CLONE_STATES, type CloneReport, type CloneState } from '@ddprofiler-rc/core';
import { describe, expect, test } from 'vitest';
import { describeHealth, describeReadiness, type HealthView } from './health.ts';

function report(state: CloneState, name: string = state): CloneReport {
  return {
    clone: `team/${name}`,
    source: 'team/web',
    state,
    reason: 'Drift',
    message: 'because',
    wanted: 2,
    ready: 1,
    hazards: [],
  };
}

function view(...reports: readonly CloneReport[]): HealthView {
  return { unsynced: [], reports, rules: { standing: 'read', problems: 0 } };
}

describe('health', () => {
  test('given clones that are ready, held, or wait for a source, then healthy', () => {
    expect(describeHealth(view(report('ready'), report('waiting'), report('held')))).toEqual({
      status: 'healthy',
      synced: true,
      clones: { total: 3, ready: 1, progressing: 0, waiting: 1, held: 1, blocked: 0, failing: 0, unclaimed: 0 },
      unhealthy: [],
      hazards: [],
      rules: { standing: 'read', problems: 0 },
    });
  });

  test.each<CloneState>(['progressing', 'blocked', 'failing'])(
    'given one clone %s, then unhealthy, and it is listed',
    (state) => {
      const answer = describeHealth(view(report('ready'), report(state)));
      expect(answer).toMatchObject({ status: 'unhealthy', synced: true, unhealthy: [report(state)] });
      expect(answer.clones).toMatchObject({ total: 2, ready: 1, [state]: 1 });
    },
  );

  test('given a clone with a hazard, then it is listed, and healthy all the same', () => {
    const hazard = { kind: 'HostPort', message: 'two do not fit' } as const;
    const answer = describeHealth(view({ ...report('ready'), hazards: [hazard] }));
    expect(answer).toMatchObject({ status: 'healthy', hazards: [{ clone: 'team/ready', ...hazard }] });
  });

  test('given no clones at all, then healthy', () => {
    expect(describeHealth(view()).status).toBe('healthy');
  });

  test('given clones of every state, then each is counted; what is unclaimed is no clone, and no ill health', () => {
    expect(describeHealth(view(report('ready'), report('unclaimed')))).toMatchObject({
      status: 'healthy',
      clones: { total: 1, unclaimed: 1 },
    });
    const { total, ...counts } = describeHealth(view(...CLONE_STATES.map((state) => report(state)))).clones;
    expect(total).toBe(6);
    expect(Object.values(counts)).toEqual([1, 1, 1, 1, 1, 1, 1]);
  });

  test('given no sync yet, then neither ready nor healthy, with the reasons', () => {
    const unsynced = { ...view(), unsynced: ['binding: not listed yet'] };
    expect(describeHealth(unsynced)).toMatchObject({ status: 'unhealthy', synced: false, reasons: ['binding: not listed yet'] });
    expect(describeReadiness(unsynced)).toEqual({ ready: false, reasons: ['binding: not listed yet'] });
  });

  test('given rules that cannot be read, then healthy all the same, and it says so', () => {
    const rules = { standing: 'unknown', reason: 'Unreadable', problems: 3 } as const;
    expect(describeHealth({ ...view(report('ready')), rules })).toMatchObject({ status: 'healthy', rules });
    expect(describeReadiness({ ...view(), rules }).ready).toBe(true);
  });
});
