import type { Json, JsonObject } from '../kube/json.ts';
import { DNS_LABEL, isDnsLabel } from '../kube/names.ts';
import { ENV, ENV_NAMES } from './env.ts';
import { type FieldTable, fieldsOf, readFields, writeFields } from './field-table.ts';
import { quoted, quotedName, safeName } from './quoting.ts';
import type { Report } from './report.ts';
import { RESOURCES } from './resources.ts';
import type { ContainerChange } from './rule.ts';
import { ARGUMENTS, IMAGE, type ValueKind } from './value-kinds.ts';
import { isNull, kindOf, textOf, type YamlEntry, type YamlMapping, type YamlNode } from './yaml-node.ts';

const field = fieldsOf<ContainerChange>();

/** What a rule may change in one container: the fields of each entry of `containers`. */
export const CONTAINER_FIELDS = {
  defaults: { env: [], unsetEnv: [] },
  fields: [
    field('image', 'image', IMAGE, 'Image of the container.'),
    field('env', 'env', ENV, 'Environment variables that are set; each replaces the one of its name, `valueFrom` included.'),
    field('unset_env', 'unsetEnv', ENV_NAMES, 'Names of environment variables that the clone does not have.'),
    field('resources', 'resources', RESOURCES, 'Requests and limits, in place of all of the container’s.'),
    field(
      'command',
      'command',
      ARGUMENTS,
      'The program and its first arguments, in place of the container’s; empty: the image’s.',
    ),
    field('args', 'args', ARGUMENTS, 'Arguments, in place of the container’s; empty: the image’s.'),
  ],
} as const satisfies FieldTable<ContainerChange>;

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
      `${kindOf(value)}; accepted is a mapping with ${CONTAINER_FIELDS.fields.map(({ name }) => name).join(', ')}`,
    );
  let isGood = true;
  const draft = readFields(
    value,
    CONTAINER_FIELDS,
    noting(within, () => {
      isGood = false;
    }),
  );
  if (!setAndUnset(value, draft.env ?? [], within)) return undefined;
  return isGood ? [key.text, { ...CONTAINER_FIELDS.defaults, ...draft }] : undefined;
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
