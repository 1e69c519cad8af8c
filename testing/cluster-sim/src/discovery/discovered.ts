import type { ResourceInfo } from '../kinds/index.ts';

/** What discovery tells of one resource. Kinds that are only ever created (reviews) have no object of their own in the store. */
export type Discovered = Pick<
  ResourceInfo,
  'group' | 'version' | 'kind' | 'plural' | 'singular' | 'shortNames' | 'categories' | 'namespaced' | 'verbs' | 'subresources'
>;
