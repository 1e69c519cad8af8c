import type { JsonObject } from '@ddprofiler-rc/core';
import type { ResourceInfo } from '../kinds/index.ts';
import type { Answer } from '../request.ts';
import type { ClusterState } from '../state.ts';
import { type Address, apiVersionOf } from './address.ts';
import { fieldMatcher } from './field-selector.ts';
import { labelMatcher } from './label-selector.ts';
import { checkListOptions } from './list-options.ts';
import { type PageToken, readToken, tokenText } from './list-page-token.ts';
import type { Matcher } from './matcher.ts';
import { integer, type Query, revisionProblem } from './query.ts';
import { isCustom } from './resource-rules.ts';
import { badRequest, expired, tooLarge } from './status-error.ts';
import { type Entry, type Objects, objectsAt, objectsOf, sortedEntries } from './store.ts';

/**
 * The objects of a collection at one revision, sorted by key, page by page.
 *
 * | query | the objects are those of | pages |
 * | --- | --- | --- |
 * | none; `resourceVersion` with `NotOlderThan` | now | yes |
 * | `resourceVersion=0` | now | no: all at once, whatever `limit` says |
 * | `resourceVersion` with `Exact`, or with `limit` alone | that revision; 410 where its history was let go | yes |
 * | `resourceVersion` alone | now | |
 * | `continue` | the revision of the first page; 410 with a token that goes on with the present | yes |
 */
export function list(state: ClusterState, address: Address, query: Query): Answer {
  const { info } = address;
  const limit = Math.max(integer(query.limit) ?? 0, 0);
  checkListOptions(query, false);
  const fits = matcherOf(info, query);
  const view = viewOf(state, query, limit);
  const objects = view.revision === state.revision ? objectsOf(state, info.name) : objectsAt(state, info.name, view.revision);
  const page = pageOf(objects, address.namespace, fits, view);
  const last = page.entries.at(-1);
  const hasMore = page.left > 0 && last !== undefined && !isOfOneObject(address, query);
  const isSelective = (query.labelSelector ?? '') !== '' || (query.fieldSelector ?? '') !== '';
  return {
    kind: 'whole',
    status: 200,
    body: listOf(info, {
      revision: view.revision,
      token: hasMore ? tokenText({ revision: view.revision, after: last[0] }) : undefined,
      left: hasMore && !isSelective ? page.left : undefined,
      objects: page.entries.map(([, object]) => object),
    }),
  };
}

/** Nothing can come after the one object that a field selector names within its namespace. */
function isOfOneObject({ info, namespace }: Address, { fieldSelector = '' }: Query): boolean {
  return (namespace !== undefined || !info.namespaced) && /(?:^|,)metadata\.name==?[^,]/.test(fieldSelector);
}

/** Which objects of the resource the request asks for. @throws Refusal 400 */
export function matcherOf(info: ResourceInfo, { labelSelector = '', fieldSelector = '' }: Query): Matcher {
  const hasLabels = labelMatcher(labelSelector);
  const hasFields = fieldMatcher(fieldSelector, info);
  return (object) => hasLabels(object) && hasFields(object);
}

interface Listed {
  readonly revision: number;
  readonly token?: string | undefined;
  readonly left?: number | undefined;
  readonly objects: readonly JsonObject[];
}

/** The body of a list. Items of built-in kinds come without kind and apiVersion; lists of custom ones always tell `continue`. */
export function listOf(info: ResourceInfo, { revision, token, left, objects }: Listed): JsonObject {
  const isOfCustom = isCustom(info);
  const metadata: JsonObject = {
    resourceVersion: String(revision),
    ...(token !== undefined || isOfCustom ? { continue: token ?? '' } : {}),
    ...(left === undefined ? {} : { remainingItemCount: left }),
  };
  const items = isOfCustom ? objects : objects.map(asItem);
  return { kind: info.listKind, apiVersion: apiVersionOf(info), metadata, items };
}

// An object is listed often and never changes.
const items = new WeakMap<JsonObject, JsonObject>();

function asItem(object: JsonObject): JsonObject {
  const known = items.get(object);
  if (known !== undefined) return known;
  const { kind: _kind, apiVersion: _apiVersion, ...item } = object;
  items.set(object, item);
  return item;
}

/** What of a collection is asked for. */
interface View {
  readonly revision: number;
  /** Undefined: from the first on. */
  readonly after: string | undefined;
  /** 0: all. */
  readonly limit: number;
}

function viewOf(state: ClusterState, query: Query, limit: number): View {
  const { resourceVersion = '', resourceVersionMatch: match = '', continue: text = '' } = query;
  const problem = revisionProblem(resourceVersion);
  if (problem !== undefined) throw badRequest(`invalid resource version: ${problem}`);
  const asked = Number(resourceVersion);
  if (text !== '') {
    if (asked !== 0) throw badRequest('specifying resource version is not allowed when using continue');
    return continued(state, readToken(text), limit);
  }
  if (asked > state.revision) throw tooLarge(asked, state.revision);
  const isExact = asked !== 0 && (match === 'Exact' || (match === '' && limit > 0));
  if (isExact && asked < state.compactedTo) throw expired('The resourceVersion for the provided list is too old.');
  return { revision: isExact ? asked : state.revision, after: undefined, limit: resourceVersion === '0' ? 0 : limit };
}

const TOO_OLD =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.';

function continued(state: ClusterState, { revision = state.revision, after }: PageToken, limit: number): View {
  if (revision < state.compactedTo) throw expired(TOO_OLD, tokenText({ revision: undefined, after }));
  if (revision > state.revision) throw tooLarge(revision, state.revision);
  return { revision, after, limit };
}

interface Page {
  readonly entries: readonly Entry[];
  /** So many come after the page, whether they fit or not: selectors are asked only of what is looked at. */
  readonly left: number;
}

function pageOf(objects: Objects, namespace: string | undefined, fits: Matcher, { after, limit }: View): Page {
  const prefix = namespace === undefined ? '' : `${namespace}/`;
  const entries: Entry[] = [];
  let left = 0;
  for (const entry of sortedEntries(objects)) {
    const [key, object] = entry;
    if (!key.startsWith(prefix) || (after !== undefined && key <= after)) continue;
    if (limit > 0 && entries.length === limit) left += 1;
    else if (fits(object)) entries.push(entry);
  }
  return { entries, left };
}
