import { createHash } from 'node:crypto';
import { canonicalJson, isJsonArray, objectAt } from '@ddprofiler-rc/core';
import type { ApiClient } from './api-client.ts';

/** A digest of all that is wanted of the Deployments at `path`: equal ones have the same names, labels, annotations and specs. */
export async function clonesFingerprint(admin: ApiClient, path: string): Promise<string> {
  const { items } = objectAt(await admin.json(path));
  if (!isJsonArray(items)) throw new Error(`${path} is no list`);
  const wanted = items.map((item) => {
    const { namespace = null, name = null, labels = null, annotations = null } = objectAt(item, 'metadata');
    return canonicalJson({ namespace, name, labels, annotations, spec: objectAt(item, 'spec') });
  });
  return createHash('sha256').update(wanted.toSorted().join('\n')).digest('hex');
}
