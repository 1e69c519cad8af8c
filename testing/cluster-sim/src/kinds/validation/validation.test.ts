import { describe, expect, test } from 'vitest';
import { deployment, Server } from '../../../test/asked.ts';
import { isJsonObject, type JsonObject, listAt, objectAt, stringAt } from '../../json.ts';
import { builtIn } from '../built-in.ts';
import { causesAgainst } from './index.ts';
import refusals from './refusals.json' with { type: 'json' };

/** What a real API server v1.37 answered to objects that are wrong: data, one row per refusal. */
const ROWS: readonly JsonObject[] = refusals;

const textOf = (cause: unknown): string => JSON.stringify(cause, ['reason', 'field', 'message']);

test.each(ROWS.map((row) => [stringAt(row, 'kind') ?? '', listAt(row, 'causes').map(textOf).join(' '), row] as const))(
  '%s: %s',
  (kind, _causes, row) => {
    const info = builtIn.find((one) => one.kind === kind);
    const object = info?.default(objectAt(row, 'object')) ?? {};
    expect(causesAgainst(kind, object, undefined, undefined).map(textOf)).toEqual(listAt(row, 'causes').map(textOf));
  },
);

describe('an update', () => {
  const refusal = (path: string, patch: JsonObject, type: 'merge' | 'strategic' = 'merge'): string => {
    const told = server.ask('PATCH', path, patch, { type });
    return isJsonObject(told.body) && told.status === 422 ? (stringAt(told.body, 'message') ?? '') : String(told.status);
  };
  const server = new Server();
  const root = '/api/v1/namespaces/default';
  const web = '/apis/apps/v1/namespaces/default/deployments/web';
  server.done('POST', '/apis/apps/v1/namespaces/default/deployments', deployment('web'));
  server.done('POST', `${root}/configmaps`, { metadata: { name: 'fixed' }, immutable: true, data: { a: 'b' } });

  test('leaves the selector as it is', () => {
    expect(
      refusal(web, { spec: { selector: { matchLabels: { tier: 'x' } }, template: { metadata: { labels: { tier: 'x' } } } } }),
    ).toBe(
      'Deployment.apps "web" is invalid: spec.selector: Invalid value: {"matchLabels":{"app":"web","tier":"x"}}: field is immutable',
    );
    expect(refusal(web, { spec: { selector: null } })).toBe(
      'Deployment.apps "web" is invalid: [spec.selector: Required value, spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`, spec.selector: Invalid value: null: field is immutable]',
    );
  });

  test('leaves an immutable ConfigMap as it is', () => {
    const path = `${root}/configmaps/fixed`;
    const why = 'Forbidden: field is immutable when `immutable` is set';
    expect(refusal(path, { data: { a: 'c' } })).toBe(`ConfigMap "fixed" is invalid: data: ${why}`);
    expect(refusal(path, { immutable: false })).toBe(`ConfigMap "fixed" is invalid: immutable: ${why}`);
    expect(refusal(path, { binaryData: { x: 'YQ==' } })).toBe(`ConfigMap "fixed" is invalid: binaryData: ${why}`);
    expect(refusal(path, { metadata: { labels: { a: 'b' } } })).toBe('200');
  });

  test('leaves the address of a Service as it is', () => {
    server.done('POST', `${root}/services`, { metadata: { name: 'web' }, spec: { ports: [{ port: 80 }] } });
    expect(refusal(`${root}/services/web`, { spec: { clusterIP: '10.0.0.77' } })).toBe(
      'Service "web" is invalid: spec.clusterIPs[0]: Invalid value: ["10.0.0.77"]: may not change once set',
    );
    expect(refusal(`${root}/services/web`, { spec: { selector: { a: 'c' } } })).toBe('200');
  });

  test('changes little of a pod', () => {
    server.done('POST', `${root}/pods`, { metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'i:1' }] } });
    expect(refusal(`${root}/pods/p`, { spec: { nodeName: 'n' } })).toMatch(
      /^Pod "p" is invalid: spec: Forbidden: pod updates may/,
    );
    expect(refusal(`${root}/pods/p`, { spec: { containers: [{ name: 'c', image: 'i:2' }] } }, 'strategic')).toBe('200');
  });

  test('of a status has counts that fit', () => {
    expect(refusal(`${web}/status`, { status: { replicas: 1, readyReplicas: 2 } })).toBe(
      'Deployment.apps "web" is invalid: status.readyReplicas: Invalid value: 2: cannot be greater than status.replicas',
    );
  });
});
