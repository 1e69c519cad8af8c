/** The ConfigMap in which the operator keeps the last good rules, as people see it and reach into it. */
import { memoryOf } from '@ddprofiler-rc/control-plane/rights';
import type { World } from './world.ts';

export interface MemoryObject {
  readonly metadata: { readonly uid: string; readonly resourceVersion: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly binaryData?: Readonly<Record<string, string>>;
}

/** Undefined where there is none. */
export async function memoryIn(world: World): Promise<MemoryObject | undefined> {
  const { kubectl, namespace } = world;
  const text = await kubectl('get', 'configmap', memoryOf(world), '-n', namespace, '-o', 'json', '--ignore-not-found');
  return text === '' ? undefined : JSON.parse(text);
}

/** What it says, without when. */
export async function rememberedIn(world: World): Promise<Readonly<Record<string, string>> | undefined> {
  const { 'written-at': _, ...data } = (await memoryIn(world))?.data ?? {};
  return Object.keys(data).length === 0 ? undefined : data;
}

export async function editMemory(world: World, data: Readonly<Record<string, string>>): Promise<void> {
  const { kubectl, namespace } = world;
  await kubectl('patch', 'configmap', memoryOf(world), '-n', namespace, '--type=merge', '-p', JSON.stringify({ data }));
}

export async function deleteMemory(world: World): Promise<void> {
  await world.kubectl('delete', 'configmap', memoryOf(world), '-n', world.namespace);
}
