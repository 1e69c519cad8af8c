/**
 * How long a clone takes to follow: sources are given new images at a pace, and the watcher says when each clone had its own. Measured from the
 * update's response to the watcher's event.
 */
import { isJsonObject, type Json, listAt, objectAt, stringAt } from '@ddprofiler-rc/core';
import { type ApiClient, STRATEGIC } from '../cluster/api-client.ts';
import { type CloneWatch, watchClones } from '../cluster/clone-watch.ts';
import { cloneOf, deploymentPath, imageOf, type Place } from '../cluster/workload.ts';

export interface Following {
  /** Gives the source an image that nobody had before; resolves with the milliseconds until its clone had it. */
  change(source: Place): Promise<number>;
  stop(): void;
}

export async function followClones(admin: ApiClient, firstVersion = 1): Promise<Following> {
  /** Of each image that a clone is to have, by the clone's name and the image. */
  const waiting = new Map<string, (at: number) => void>();
  const take = (line: string, at: number): void => {
    const event: Json = JSON.parse(line);
    const object = isJsonObject(event) ? objectAt(event, 'object') : {};
    const { name = '', namespace = '' } = names(object);
    const [container] = listAt(object, 'spec', 'template', 'spec', 'containers');
    const awaited = `${namespace}/${name} ${stringAt(objectAt(container), 'image') ?? ''}`;
    waiting.get(awaited)?.(at);
    waiting.delete(awaited);
  };
  const watch: CloneWatch = await watchClones(admin, take);
  let version = firstVersion;
  return {
    change: async (source) => {
      const image = imageOf(version);
      version += 1;
      const clone = cloneOf(source);
      const seen = new Promise<number>((resolve) => waiting.set(`${clone.namespace}/${clone.name} ${image}`, resolve));
      await setImage(admin, source, image);
      const answeredAt = performance.now();
      return (await Promise.race([seen, watch.broken])) - answeredAt;
    },
    stop: watch.stop,
  };
}

export async function setImage(admin: ApiClient, place: Place, image: string): Promise<void> {
  const patch = { spec: { template: { spec: { containers: [{ name: 'app', image }] } } } };
  await admin.send('PATCH', deploymentPath(place), { contentType: STRATEGIC, text: JSON.stringify(patch) });
}

function names(object: Json): { readonly name?: string | undefined; readonly namespace?: string | undefined } {
  const metadata = objectAt(object, 'metadata');
  return { name: stringAt(metadata, 'name'), namespace: stringAt(metadata, 'namespace') };
}
