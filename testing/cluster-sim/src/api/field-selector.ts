import { isJsonArray, isJsonObject, type JsonObject, valueAt } from '../json.ts';
import type { ResourceInfo } from '../kinds/index.ts';
import type { ResourceName } from '../state.ts';
import { everything, type Matcher, remembered } from './matcher.ts';
import { isCustom } from './resource-rules.ts';
import { badRequest } from './status-error.ts';

/** A field that objects can be selected by, and where its value stands; the first place that has one counts. */
type Fields = Readonly<Record<string, readonly string[]>>;

const OF_ALL: Fields = { 'metadata.name': ['metadata.name'], 'metadata.namespace': ['metadata.namespace'] };

/** Beside name and namespace. All other resources have these two alone. */
const OF_SOME: Readonly<Record<ResourceName, Fields>> = {
  pods: itself(
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.podIPs',
    'status.nominatedNodeName',
  ),
  events: {
    ...itself(
      'involvedObject.kind',
      'involvedObject.namespace',
      'involvedObject.name',
      'involvedObject.uid',
      'involvedObject.apiVersion',
      'involvedObject.resourceVersion',
      'involvedObject.fieldPath',
      'reason',
      'reportingComponent',
      'type',
    ),
    source: ['source.component', 'reportingComponent'],
  },
  namespaces: itself('status.phase'),
  services: itself('spec.clusterIP', 'spec.type'),
};

/** What an absent value counts as, where that is not the empty text. */
const ABSENT: Readonly<Record<string, string>> = { 'spec.hostNetwork': 'false' };

function itself(...fields: readonly string[]): Fields {
  return Object.fromEntries(fields.map((field) => [field, [field]]));
}

/**
 * Which objects a field selector takes: `FIELD=VALUE`, `FIELD==VALUE` or `FIELD!=VALUE`, joined by commas.
 *
 * @throws Refusal 400 for a field that objects of this resource cannot be selected by
 */
export function fieldMatcher(selector: string, info: ResourceInfo): Matcher {
  if (selector === '') return everything;
  for (const { field } of termsOf(selector)) checkField(field, info);
  return readFieldSelector(info.name)(selector);
}

/** The matcher of a selector that was checked before: what a watch goes on with. */
export function checkedFieldMatcher(selector: string, resource: ResourceName): Matcher {
  return selector === '' ? everything : readFieldSelector(resource)(selector);
}

const readers = new Map<ResourceName, (selector: string) => Matcher>();

function readFieldSelector(resource: ResourceName): (selector: string) => Matcher {
  const known = readers.get(resource);
  if (known !== undefined) return known;
  const places = { ...OF_ALL, ...OF_SOME[resource] };
  const made = remembered((selector) => {
    const terms = termsOf(selector).map(({ field, isEqual, value }): Matcher => {
      const paths = (places[field] ?? [field]).map((path) => path.split('.'));
      const absent = ABSENT[field] ?? '';
      return (object) => ((textAt(object, paths) || absent) === value) === isEqual;
    });
    return (object) => terms.every((fits) => fits(object));
  });
  readers.set(resource, made);
  return made;
}

interface Term {
  readonly field: string;
  readonly isEqual: boolean;
  readonly value: string;
}

function termsOf(selector: string): readonly Term[] {
  return selector
    .split(/(?<!\\),/)
    .filter((text) => text !== '')
    .map((text) => {
      const found = /^(.*?)(!=|==|=)(.*)$/.exec(text);
      if (found === null) throw badRequest(`invalid selector: '${selector}'; can't understand '${text}'`);
      const [, field = '', operator, value = ''] = found;
      return { field, isEqual: operator !== '!=', value: value.replaceAll(/\\([\\,=])/g, '$1') };
    });
}

function checkField(field: string, info: ResourceInfo): void {
  const own = OF_SOME[info.name];
  if (Object.hasOwn(OF_ALL, field) || (own !== undefined && Object.hasOwn(own, field))) return;
  if (own !== undefined || isCustom(info)) throw badRequest(`field label not supported: ${field}`);
  const known = Object.keys(OF_ALL).map((name) => JSON.stringify(name));
  throw badRequest(`${JSON.stringify(field)} is not a known field selector: only ${known.join(', ')}`);
}

function textAt(object: JsonObject, paths: readonly (readonly string[])[]): string {
  for (const path of paths) {
    const value = valueAt(object, ...path);
    if (value !== undefined && value !== null && value !== '' && !isJsonObject(value) && !isJsonArray(value))
      return String(value);
  }
  return '';
}
