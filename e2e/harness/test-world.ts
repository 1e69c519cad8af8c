/** A world that lives as long as the test that asks for it, and an operator in it whose log is shown when that test fails. */

import { lastLines } from '@ddprofiler-rc/control-plane/guarded-process';
import type { Operator } from '@ddprofiler-rc/control-plane/operator-process';
import { onTestFailed, onTestFinished } from 'vitest';
import { makeWorld, type World } from './world.ts';

const LINES_SHOWN = 40;

export async function worldOfTest(purpose: string): Promise<World> {
  const world = await makeWorld(purpose);
  onTestFinished(() => world.end());
  return world;
}

/** Starts the operator, with further settings if any, and waits until it is ready. */
export async function readyOperator(world: World, env: Readonly<Record<string, string>> = {}): Promise<Operator> {
  const operator = await world.operator(env);
  onTestFailed(() => {
    process.stderr.write(`\nthe operator of ${world.namespace}:\n${lastLines(operator.output(), LINES_SHOWN)}\n`);
  });
  await operator.ready();
  return operator;
}
