import { describe, expect, test } from 'vitest';
import { type Fault, factsOf, type RequestKind } from './fault.ts';
import { drawPlan, FAULT_KINDS, faultsOf } from './fault-plan.ts';

const DEPLOYMENTS = '/apis/apps/v1/namespaces/shop/deployments';

describe('what a request is', () => {
  test.each<[string, string, RequestKind, string]>([
    ['GET', `${DEPLOYMENTS}?limit=500`, 'list', 'deployments'],
    ['GET', '/apis/apps/v1/deployments?watch=true&resourceVersion=7', 'watch', 'deployments'],
    ['GET', `${DEPLOYMENTS}/web`, 'read', 'deployments'],
    ['PATCH', `${DEPLOYMENTS}/web?force=true`, 'write', 'deployments'],
    ['PATCH', '/apis/crds.grove/v1/namespaces/ops/ddprofcrds/rc/status', 'write', 'ddprofcrds/status'],
    ['GET', '/api/v1/namespaces/ops/configmaps?fieldSelector=metadata.name%3Drc', 'list', 'configmaps'],
    ['GET', '/api/v1/namespaces', 'list', 'namespaces'],
    ['GET', '/version', 'read', ''],
  ])('%s %s is a %s of %s', (method, url, kind, resource) => {
    expect(factsOf(method, url)).toEqual({ method, url, kind, resource });
  });
});

/** What 400 plans decide for the first 25 requests of a kind. */
const decisions = (method: string, url: string): readonly Fault[] =>
  Array.from({ length: 400 }, (_, seed) => faultsOf(drawPlan(seed), 'a')).flatMap(({ ofRequest }) =>
    Array.from({ length: 25 }, (_, ordinal) => ofRequest({ ...factsOf(method, url), ordinal }) ?? []).flat(),
  );

const kindsIn = (faults: readonly Fault[]) => new Set(faults.map(({ kind }) => kind));

describe('a drawn plan', () => {
  test('given the same seed, then it is the same and decides the same; given another proxy, then otherwise', () => {
    expect(drawPlan(3)).toEqual(drawPlan(3));
    expect(drawPlan(3)).not.toEqual(drawPlan(4));
    const decide = (name: string) => {
      const { ofRequest } = faultsOf(drawPlan(3), name);
      return Array.from({ length: 50 }, (_, ordinal) => ofRequest({ ...factsOf('PATCH', DEPLOYMENTS), ordinal }));
    };
    expect(decide('a')).toEqual(decide('a'));
    expect(decide('a')).not.toEqual(decide('b'));
  });

  test('given many seeds, then every fault happens, to requests that it can happen to', () => {
    const list = decisions('GET', DEPLOYMENTS);
    const watch = decisions('GET', `${DEPLOYMENTS}?watch=true`);
    const write = decisions('PATCH', `${DEPLOYMENTS}/web`);
    const ofConnections = new Set(
      Array.from({ length: 400 }, (_, seed) => faultsOf(drawPlan(seed), 'a').ofConnection(seed)?.kind).filter(
        (kind) => kind !== undefined,
      ),
    );
    expect(new Set([...kindsIn(list), ...kindsIn(watch), ...kindsIn(write), ...ofConnections])).toEqual(new Set(FAULT_KINDS));
    expect(kindsIn(watch)).not.toContain('loseAnswer');
    expect(kindsIn(list)).not.toContain('expire');
    for (const kind of ['staleList', 'expire', 'garble'] as const) expect(kindsIn(write)).not.toContain(kind);
    const statuses = (faults: readonly Fault[]) =>
      new Set(faults.flatMap((fault) => (fault.kind === 'refuse' ? [fault.status] : [])));
    expect(statuses(watch)).toEqual(new Set([410, 429, 500, 503]));
    expect(statuses(write)).toEqual(new Set([429, 500, 503]));
  });

  test('given many seeds, then most requests pass, and no plan is without faults', () => {
    for (let seed = 0; seed < 200; seed += 1) {
      const { ofRequest } = faultsOf(drawPlan(seed), 'a');
      const met = Array.from({ length: 200 }, (_, ordinal) => ofRequest({ ...factsOf('PATCH', DEPLOYMENTS), ordinal }));
      const share = met.filter((fault) => fault !== undefined).length / met.length;
      expect(share).toBeGreaterThan(0);
      expect(share).toBeLessThan(0.5);
    }
  });
});
