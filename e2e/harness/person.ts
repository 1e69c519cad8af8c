/**
 * A person with a service account and the rights that a test gives it, who speaks to the API server without kubectl: a start of kubectl takes longer
 * than what some tests are about, and it asks for more rights than a single call needs.
 */

import type { PolicyRule } from '@ddprofiler-rc/control-plane/rights';
import { onTestFinished } from 'vitest';
import { type Api, openApi } from '../chaos/api.ts';
import { clusterAddress, grant, makeServiceAccount, requestToken } from './service-account.ts';
import type { World } from './world.ts';

/** For the running test. */
export async function personIn(world: World, name: string, rules: readonly PolicyRule[]): Promise<Api> {
  await makeServiceAccount(world, name);
  await grant(world, name, rules);
  const { server, ca } = await clusterAddress(world);
  const api = openApi(server, Buffer.from(ca, 'base64').toString(), await requestToken(world, name));
  onTestFinished(() => api.close());
  return api;
}
