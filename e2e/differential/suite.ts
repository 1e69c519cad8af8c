/** Makes a test of each case, and last ones that look at their count and at the list of allowed differences. */
import { EmbeddedCluster, type JsonObject, objectAt } from '@ddprofiler-rc/cluster-sim';
import { waitFor } from '@ddprofiler-rc/control-plane/wait';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { ALLOWED, type AllowedDifference } from './allowed-differences.ts';
import type { Case } from './case.ts';
import { type Difference, differences, inLines } from './differences.ts';
import { embeddedServer, POLICY } from './embedded-server.ts';
import { normalised } from './normalise.ts';
import { realServer } from './real-server.ts';
import { type Entry, newNamespace, run } from './run.ts';
import type { ClosableServer, Server } from './server.ts';

const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/** Rules that explained something in this run. */
const applied = new Set<AllowedDifference>();
let asked = 0;

export function differential(area: string, cases: readonly Case[]): void {
  const facts = inject('cluster');
  asked += cases.length;
  const namespaces: string[] = [];
  let real: ClosableServer;
  let cluster: EmbeddedCluster;
  let embedded: ClosableServer;

  beforeAll(async () => {
    real = await realServer(facts);
    cluster = new EmbeddedCluster({ policy: POLICY });
    embedded = await embeddedServer(cluster);
    const { body } = await ask(real, 'GET', `${DEFINITIONS}/ddprofcrds.crds.grove`);
    const { apiVersion, kind } = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' };
    await put(embedded, DEFINITIONS, {
      apiVersion,
      kind,
      metadata: { name: 'ddprofcrds.crds.grove' },
      spec: objectAt(body, 'spec'),
    });
    // A cluster that has lived for a while has let go of its beginning.
    cluster.compact();
  });

  afterAll(async () => {
    // A control plane of our own is thrown away anyway, and hundreds of namespaces to clear would slow the tests that come after.
    if (facts.kind === 'existing') await Promise.all(namespaces.map((name) => ask(real, 'DELETE', `/api/v1/namespaces/${name}`)));
    await real.close();
    await embedded.close();
    cluster.stop();
  });

  describe.concurrent(area, () => {
    test.for(cases.map((one) => [one.name, one] as const))('%s', async ([, one]) => {
      const namespace = newNamespace();
      namespaces.push(namespace);
      const [told, answered] = await Promise.all([real, embedded].map((server) => transcript(one, server, namespace)));
      const found = compared(told ?? [], answered ?? []);
      const unexplained = found.map(({ what, parts }) => ({
        what,
        parts: parts.filter((part) => !isAllowed(part)),
      }));
      const report = unexplained.filter(({ parts }) => parts.length > 0).map(({ what, parts }) => `${what}\n${inLines(parts)}`);
      if (report.length > 0) throw new Error(`the embedded cluster differs from the real one\n${report.join('\n')}`);
    });
  });
}

/** To be called after all areas: says how much was compared, and lets no rule stay that explains nothing. */
export function summary(): void {
  test(`${asked} cases were put to both servers`, () => {
    expect(asked).toBeGreaterThanOrEqual(300);
  });
  test.for(ALLOWED.map((rule) => [`allowed: ${rule.id}: ${rule.reason}`, rule] as const))('%s', ([, rule]) => {
    expect(applied.has(rule), 'a rule that explains nothing must go').toBe(true);
  });
}

async function transcript(one: Case, server: Server, namespace: string): Promise<readonly Entry[]> {
  await put(server, '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  if (one.pods === true && server.name === 'real') {
    await waitFor(`the service account of ${namespace}`, async () => {
      const { status } = await ask(server, 'GET', `/api/v1/namespaces/${namespace}/serviceaccounts/default`);
      return status === 200 || 'it is not there';
    });
  }
  return normalised(await run(one, server, namespace), namespace);
}

function compared(
  real: readonly Entry[],
  embedded: readonly Entry[],
): readonly { readonly what: string; readonly parts: readonly Difference[] }[] {
  return real.map(({ what, answer }, index) => ({ what, parts: differences(answer, embedded[index]?.answer) }));
}

function isAllowed(difference: Difference): boolean {
  const rule = ALLOWED.find(({ covers }) => covers(difference));
  if (rule !== undefined) applied.add(rule);
  return rule !== undefined;
}

async function put(server: Server, path: string, body: JsonObject): Promise<void> {
  const told = await ask(server, 'POST', path, body);
  if (told.status !== 201) throw new Error(`${server.name}: POST ${path} gave ${told.status}: ${JSON.stringify(told.body)}`);
}

function ask(server: Server, method: 'GET' | 'POST' | 'DELETE', path: string, body?: JsonObject) {
  const contentType = body === undefined ? undefined : 'application/json';
  return server.ask({
    method,
    path,
    query: {},
    contentType,
    accept: undefined,
    body,
    user: undefined,
    userAgent: 'differential',
  });
}
