import type { Json, JsonObject } from '@ddprofiler-rc/core';
import { isJsonArray, isJsonObject, numberAt, objectAt, stringAt } from '../json.ts';
import { ageOf } from '../kinds/age.ts';
import { allResources, type Column } from '../kinds/index.ts';
import type { Request, WatchEvent } from '../request.ts';
import type { ClusterState } from '../state.ts';

/**
 * Turns answers into tables, as `kubectl get` asks for them.
 *
 *   a list        one row per item, the list's metadata
 *   an object     one row, its resourceVersion
 *   an event      a table of one row; only the first of a watch tells the columns
 *   a Status      stays what it is
 */

const ROW_OBJECTS = ['None', 'Metadata', 'Object'] as const;
/** What a row carries beside its cells. */
export type RowObject = (typeof ROW_OBJECTS)[number];

/** What `includeObject` asks for; undefined where it asks for something that there is not. */
export function includedInRows(query: Request['query']): RowObject | undefined {
  const asked = query.includeObject || 'Metadata';
  return ROW_OBJECTS.find((name) => name === asked);
}

export interface TableOptions {
  readonly rowObject: RowObject;
  /** In milliseconds; ages are counted to it. */
  readonly now: number;
}

interface Layout {
  readonly columns: readonly Column[];
  cells(object: JsonObject, now: number): Json[];
}

const column = (name: string, type: Column['type'], description: string): Column => ({
  name,
  type,
  format: name === 'Name' ? 'name' : '',
  description,
  priority: 0,
});
const NAME = column('Name', 'string', 'Name of the object.');
const nameOf = (object: JsonObject): string => stringAt(object, 'metadata', 'name') ?? '';

/** The one kind with columns of its own that is no resource. */
const SCALE: Layout = {
  columns: [
    NAME,
    column('Desired', 'integer', 'How many pods are wanted.'),
    column('Available', 'integer', 'How many pods there are.'),
    column('Age', 'string', 'How long ago the scaled object was created.'),
  ],
  cells: (object, now) => [
    nameOf(object),
    numberAt(object, 'spec', 'replicas') ?? 0,
    numberAt(object, 'status', 'replicas') ?? 0,
    ageOf(object, now),
  ],
};
const OTHER: Layout = {
  columns: [NAME, column('Created At', 'date', 'When the object was created.')],
  cells: (object) => [nameOf(object), stringAt(object, 'metadata', 'creationTimestamp') ?? null],
};

function layoutOf(state: ClusterState, object: JsonObject): Layout {
  const kind = stringAt(object, 'kind') ?? '';
  const apiVersion = stringAt(object, 'apiVersion') ?? '';
  const found = allResources(state).find(
    (info) =>
      (info.kind === kind || info.listKind === kind) &&
      (info.group === '' ? info.version : `${info.group}/${info.version}`) === apiVersion,
  );
  return found ?? (kind === 'Scale' ? SCALE : OTHER);
}

function rowObject(object: JsonObject, included: RowObject): Json {
  switch (included) {
    case 'None':
      return null;
    case 'Object':
      return object;
    case 'Metadata':
      return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: objectAt(object, 'metadata') };
  }
}

function table(layout: Layout, objects: readonly JsonObject[], metadata: JsonObject, options: TableOptions): JsonObject {
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: layout.columns.map((definition) => ({ ...definition })),
    rows: objects.map((object) => ({
      cells: layout.cells(object, options.now),
      object: rowObject(object, options.rowObject),
    })),
  };
}

const versionOnly = (object: JsonObject): JsonObject => {
  const resourceVersion = stringAt(object, 'metadata', 'resourceVersion');
  return resourceVersion === undefined ? {} : { resourceVersion };
};

export function asTable(state: ClusterState, body: Json, options: TableOptions): Json {
  if (!isJsonObject(body) || body.kind === 'Status') return body;
  const layout = layoutOf(state, body);
  const items = body.items;
  if (isJsonArray(items)) {
    // The items of a list leave out what they are; a row's object is on its own.
    const kind = stringAt(body, 'kind')?.replace(/List$/, '') ?? '';
    const apiVersion = stringAt(body, 'apiVersion') ?? '';
    const objects = items.filter(isJsonObject).map((item) => ({ kind, apiVersion, ...item }));
    const { continue: more, ...metadata } = objectAt(body, 'metadata');
    return table(layout, objects, more === undefined || more === '' ? metadata : { ...metadata, continue: more }, options);
  }
  return table(layout, [body], versionOnly(body), options);
}

/** `first`: nothing was told on this watch yet. */
export function eventAsTable(state: ClusterState, event: WatchEvent, first: boolean, options: TableOptions): WatchEvent {
  if (event.type === 'ERROR') return event;
  const { columnDefinitions, ...rest } = table(layoutOf(state, event.object), [event.object], versionOnly(event.object), options);
  return { type: event.type, object: { ...rest, columnDefinitions: first && columnDefinitions ? columnDefinitions : null } };
}
