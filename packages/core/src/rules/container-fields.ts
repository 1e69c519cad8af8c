import type { Json, JsonObject } from '../kube/json.ts';
import { DNS_LABEL, isDnsLabel } from '../kube/names.ts';
import { ENV, ENV_NAMES } from './env.ts';
import { defaultsOf, isComplete, optional, readFields, type ValuesOf, withDefault, writeFields } from './field-table.ts';
import { quoted, quotedName, safeName } from './quoting.ts';
import type { Report } from './report.ts';
import { RESOURCES } from './resources.ts';
import { ARGUMENTS, IMAGE, type ValueKind } from './value-kinds.ts';
import { isNull, kindOf, textOf, type YamlEntry, type YamlMapping, type YamlNode } from './yaml-node.ts';

/** What a rule may change in one container: the fields of each entry of `containers`. */
export const CONTAINER_FIELDS = {
  /** The source's where absent. */
  image: optional('image', IMAGE, 'Image of the container.'),
  /** Replaces variables of the same name, `valueFrom` included; in the order of the rules text, each name once. */
  env: withDefault(
    'env',
    ENV,
    [],
    'Environment variables that are set; each replaces the one of its name, `valueFrom` included.',
  ),
  /** Names removed from the clone. */
  unsetEnv: withDefault('unset_env', ENV_NAMES, [], 'Names of environment variables that the clone does not have.'),
  /** Replaces the container's whole; as Kubernetes' `ResourceRequirements` has it. */
  resources: optional('resources', RESOURCES, 'Requests and limits, in place of all of the container’s.'),
  command: optional(
    'command',
    ARGUMENTS,
    'The program and its first arguments, in place of the container’s; empty: the image’s.',
  ),
  args: optional('args', ARGUMENTS, 'Arguments, in place of the container’s; empty: the image’s.'),
};

/** What a rule changes in one container. */
export interface ContainerChange extends ValuesOf<typeof CONTAINER_FIELDS> {}

const DEFAULTS = defaultsOf(CONTAINER_FIELDS);

type Changes = Readonly<Record<string, ContainerChange>>;

/** `containers: {<name>: {image: …, env: …}}` */
export const CONTAINERS: ValueKind<Changes> = {
  read: (node, report) => {
    if (isNull(node)) return {};
    if (node.kind !== 'mapping')
      return refuse(report, node, `${kindOf(node)}; accepted is a mapping of containers to their changes`);
    const changes = node.entries.map((entry) => readContainer(entry, report));
    const read = changes.filter((change) => change !== undefined);
    return read.length < changes.length ? undefined : Object.fromEntries(read);
  },
  write: (changes): Json =>
    Object.fromEntries(Object.entries(changes).map(([name, change]) => [name, writeFields(change, CONTAINER_FIELDS)])),
  schema: { type: 'object', additionalProperties: { $ref: '#/$defs/container' } } satisfies JsonObject,
};

function readContainer({ key, value }: YamlEntry, report: Report): readonly [string, ContainerChange] | undefined {
  const within = report.within(safeName(key.text));
  if (!isDnsLabel(key.text))
    return refuse(report, key, `${quoted(safeName(key.text))} is not the name of a container; accepted are ${DNS_LABEL}`);
  if (value.kind !== 'mapping')
    return refuse(
      within,
      value,
      `${kindOf(value)}; accepted is a mapping with ${Object.values(CONTAINER_FIELDS)
        .map(({ name }) => name)
        .join(', ')}`,
    );
  let isGood = true;
  const given = readFields(
    value,
    CONTAINER_FIELDS,
    noting(within, () => {
      isGood = false;
    }),
  );
  if (!setAndUnset(value, given.env ?? [], within)) return undefined;
  const change = { ...DEFAULTS, ...given };
  return isGood && isComplete(CONTAINER_FIELDS, change) ? [key.text, change] : undefined;
}

/** `report`, and `onError` for each error. */
function noting(report: Report, onError: () => void): Report {
  const noted = (...told: Parameters<Report>): void => {
    if (told[0] === 'error') onError();
    report(...told);
  };
  return Object.assign(noted, { within: (field: string) => noting(report.within(field), onError) });
}

/** False after reporting a variable that is both set and unset by the mapping. */
export function setAndUnset(node: YamlMapping, env: ContainerChange['env'], report: Report): boolean {
  const set = new Set(env.map(({ name }) => name));
  const unset = node.entries.find(({ key }) => key.text === 'unset_env')?.value;
  const items: readonly YamlNode[] = unset === undefined ? [] : unset.kind === 'sequence' ? unset.items : [unset];
  const both = items.filter((item) => set.has(textOf(item) ?? ''));
  for (const item of both)
    report.within('unset_env')('error', item, `${quotedName(textOf(item) ?? '')} is both set by env and unset`);
  return both.length === 0;
}

function refuse(report: Report, at: YamlNode, message: string): undefined {
  report('error', at, message);
}
