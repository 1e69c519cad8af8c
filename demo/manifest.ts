/** Manifests as files, and the path under which the API server keeps what is in them. */
import { readFile } from 'node:fs/promises';
import { isRecord } from '@ddprofiler-rc/control-plane/json';
import { loadAll } from 'js-yaml';
import type { ApiObject } from './api.ts';

export interface Manifest {
  /** Of the object itself: `/api/v1/namespaces/default/configmaps/profiler-rules`. */
  readonly path: string;
  readonly object: ApiObject;
}

/** The kinds that the demo applies; `%` stands for the namespace. */
const COLLECTIONS: Readonly<Record<string, string>> = {
  ConfigMap: '/api/v1/namespaces/%/configmaps',
  Deployment: '/apis/apps/v1/namespaces/%/deployments',
  DDProfCrd: '/apis/crds.grove/v1/namespaces/%/ddprofcrds',
  CustomResourceDefinition: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
};

/** @throws Error where the file holds a kind without a collection above */
export async function readManifests(file: URL): Promise<readonly Manifest[]> {
  return loadAll(await readFile(file, 'utf8')).map((object) => {
    const metadata = isRecord(object) && isRecord(object.metadata) ? object.metadata : {};
    const collection = isRecord(object) && typeof object.kind === 'string' ? COLLECTIONS[object.kind] : undefined;
    if (!isRecord(object) || collection === undefined || typeof metadata.name !== 'string') {
      const kinds = Object.keys(COLLECTIONS).join(', ');
      throw new Error(`${file.pathname}: every document needs metadata.name and one of the kinds ${kinds}`);
    }
    const namespace = typeof metadata.namespace === 'string' ? metadata.namespace : 'default';
    return { path: `${collection.replace('%', namespace)}/${metadata.name}`, object };
  });
}
