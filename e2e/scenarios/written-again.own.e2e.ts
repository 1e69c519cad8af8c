/** A policy of the cluster takes away what the operator writes, each time: its writes become rare, and people are told. */

import { waitFor } from '@ddprofiler-rc/control-plane/wait';
import { expect, onTestFinished, test } from 'vitest';
import { cloneWrites } from '../harness/clone-writes.ts';
import { readyOperator, worldOfTest } from '../harness/test-world.ts';
import { eventuallyCondition } from '../harness/told.ts';
import { hasReplicas, type World } from '../harness/world.ts';

const LABEL = 'app.kubernetes.io/managed-by';
const ADMISSION = 'admissionregistration.k8s.io';
/** A gap that a constant rate worth speaking of never has. */
const LONG_GAP_MS = 3_000;
/** Doubling from 5 ms on: some 10 gaps come before that one, and each may be cut by half. */
const MOST_WRITES = 30;

/** Strips the label of all Deployments of the namespace; returns when it does. */
async function stripLabel(world: World): Promise<() => Promise<unknown>> {
  const { kubectl, namespace } = world;
  const metadata = { name: `strip-${namespace}` };
  const matches = { matchLabels: { 'kubernetes.io/metadata.name': namespace } };
  const rule = { apiGroups: ['apps'], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['deployments'] };
  const isThere = `has(object.metadata.labels) && ${JSON.stringify(LABEL)} in object.metadata.labels`;
  const path = `"/metadata/labels/" + jsonpatch.escapeKey(${JSON.stringify(LABEL)})`;
  await world.apply({
    apiVersion: `${ADMISSION}/v1`,
    kind: 'MutatingAdmissionPolicy',
    metadata,
    spec: {
      matchConstraints: { resourceRules: [rule], namespaceSelector: matches },
      matchConditions: [{ name: 'labelled', expression: isThere }],
      reinvocationPolicy: 'Never',
      failurePolicy: 'Fail',
      mutations: [{ patchType: 'JSONPatch', jsonPatch: { expression: `[JSONPatch{op: "remove", path: ${path}}]` } }],
    },
  });
  await world.apply({
    apiVersion: `${ADMISSION}/v1`,
    kind: 'MutatingAdmissionPolicyBinding',
    metadata,
    spec: { policyName: metadata.name },
  });
  const remove = () => kubectl('delete', `mutatingadmissionpolicies.${ADMISSION}`, metadata.name, '--ignore-not-found');
  onTestFinished(async () => {
    await kubectl('delete', `mutatingadmissionpolicybindings.${ADMISSION}`, metadata.name, '--ignore-not-found');
    await remove();
  });
  let tries = 0;
  await waitFor('the policy to be in force', async () => {
    tries += 1; // kubectl asks for nothing where the label is there as it should be
    await kubectl('label', 'deployment', 'web', '-n', namespace, `${LABEL}=try-${tries}`, '--overwrite');
    return (await world.deployment('web'))?.metadata.labels?.[LABEL] === undefined || 'the label is still there';
  });
  return remove;
}

/** Milliseconds from each write of the clone to the next. */
async function gapsOf(world: World): Promise<readonly number[]> {
  const times = (await cloneWrites(world)).map(({ receivedAt }) => Date.parse(receivedAt)).toSorted((a, b) => a - b);
  return times.slice(1).map((time, index) => time - (times[index] ?? time));
}

test('given a policy that strips our label, and adopt: true, then writes back off, it is told, and it ends when the policy goes', async () => {
  const world = await worldOfTest('stripped');
  await world.bind();
  await world.source('web', { replicas: 1 });
  const remove = await stripLabel(world);
  await world.rules('$NS: { deployments: { web: { scale_factor: 1, name_suffix: p, adopt: true } } }');
  const operator = await readyOperator(world);

  await waitFor('writes to become rare', async () => {
    const gaps = await gapsOf(world);
    return gaps.some((gap) => gap >= LONG_GAP_MS) || `${gaps.length + 1} writes, gaps of ${gaps.slice(-5).join(', ')} ms`;
  });
  const gaps = await gapsOf(world);
  expect(gaps.length).toBeLessThan(MOST_WRITES);
  // Ever rarer: the longest are the last ones.
  expect(Math.max(...gaps.slice(0, 5))).toBeLessThan(Math.max(...gaps.slice(-2)) / 4);
  await waitFor('/health to tell', async () => {
    const { status, body } = await operator.get('/health');
    const [one] = JSON.parse(body).unhealthy;
    return (status === 503 && one?.state === 'failing' && one.reason === 'WrittenAgain') || body;
  });
  const { message } = await eventuallyCondition(world, 'Degraded', 'True', 'WriteFailed');
  expect(message).toContain('web-p (WrittenAgain)');

  await remove();
  const clone = await world.eventually('web-p', (found) => {
    const label = found.metadata.labels?.[LABEL];
    return label === 'ddprofiler-rc' ? hasReplicas(1)(found) : `its label is ${label}`;
  });
  expect(clone.spec.replicas).toBe(1);
  await waitFor('/health to be well', async () => {
    const { status, body } = await operator.get('/health');
    return status === 200 || body;
  });
});
