/**
 * Writes testing/cluster-sim/src/http/protobuf/messages.json: which field of which message has which number, for the kinds that
 * kubectl creates in protobuf. Read from the Go types of Kubernetes, since they alone say what a .proto file does not: the name in
 * JSON, what is left out when it is zero, and what is inlined.
 *
 *   node scripts/generate-protobuf-messages.ts
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MODULES = fileURLToPath(new URL('../testing/control-plane/build/kubernetes/', import.meta.url));
const OUTPUT = fileURLToPath(new URL('../testing/cluster-sim/src/http/protobuf/messages.json', import.meta.url));

/** Kinds by apiVersion; all that they hold comes with them. */
const ROOTS: Readonly<Record<string, readonly string[]>> = {
  v1: ['Namespace', 'ConfigMap', 'Service', 'Pod', 'Event'],
  'apps/v1': ['Deployment', 'ReplicaSet'],
  'autoscaling/v1': ['Scale'],
  'autoscaling/v2': ['HorizontalPodAutoscaler'],
  'policy/v1': ['PodDisruptionBudget'],
  'coordination.k8s.io/v1': ['Lease'],
  'authorization.k8s.io/v1': ['SelfSubjectAccessReview'],
  'authentication.k8s.io/v1': ['SelfSubjectReview'],
  'meta.k8s.io/v1': ['DeleteOptions'],
};

/** Where the types of an apiVersion are: module and folder. */
const PACKAGES: Readonly<Record<string, readonly [module: string, folder: string]>> = {
  v1: ['k8s.io/api', 'core/v1'],
  'apps/v1': ['k8s.io/api', 'apps/v1'],
  'autoscaling/v1': ['k8s.io/api', 'autoscaling/v1'],
  'autoscaling/v2': ['k8s.io/api', 'autoscaling/v2'],
  'policy/v1': ['k8s.io/api', 'policy/v1'],
  'coordination.k8s.io/v1': ['k8s.io/api', 'coordination/v1'],
  'authorization.k8s.io/v1': ['k8s.io/api', 'authorization/v1'],
  'authentication.k8s.io/v1': ['k8s.io/api', 'authentication/v1'],
  'meta.k8s.io/v1': ['k8s.io/apimachinery', 'pkg/apis/meta/v1'],
};

/** Go import names, as the types' files use them. */
const IMPORTS: Readonly<Record<string, string>> = { metav1: 'meta.k8s.io/v1', v1: 'v1', corev1: 'v1' };

/** Types with a form of their own in JSON, which the decoder knows by name. */
const SPECIAL: ReadonlySet<string> = new Set([
  'metav1.Time',
  'metav1.MicroTime',
  'metav1.FieldsV1',
  'metav1.Duration',
  'resource.Quantity',
  'intstr.IntOrString',
  'runtime.RawExtension',
]);

const SCALARS: ReadonlyMap<string, string> = new Map([
  ['string', 'string'],
  ['types.UID', 'string'],
  ['bool', 'bool'],
  ['int32', 'int'],
  ['int64', 'int'],
  ['int', 'int'],
]);

interface Field {
  name: string;
  type: string;
  list?: true;
  map?: true;
  /** Its members stand beside it in JSON. */
  inline?: true;
  /** In JSON even when zero. */
  zero?: true;
}

type Declaration =
  | { readonly kind: 'struct'; readonly lines: readonly string[] }
  | { readonly kind: 'alias'; readonly of: string };

const folderOf = (module: string): string =>
  execFileSync('go', ['list', '-m', '-f', '{{.Dir}}', module], { cwd: MODULES, encoding: 'utf8' }).trim();

function declarations(folder: string): Map<string, Declaration> {
  const found = new Map<string, Declaration>();
  for (const file of readdirSync(folder)) {
    if (!file.endsWith('.go') || file.includes('generated') || file.includes('_test')) continue;
    const text = readFileSync(join(folder, file), 'utf8');
    for (const [, name = '', body = ''] of text.matchAll(/^type (\w+) struct \{\n([\s\S]*?)^\}/gm))
      found.set(name, { kind: 'struct', lines: body.split('\n') });
    for (const [, name = '', of = ''] of text.matchAll(/^type (\w+) ((?:\[\]|map\[)?[\w.\]]+)$/gm))
      if (of !== 'struct') found.set(name, { kind: 'alias', of });
  }
  return found;
}

const packages = new Map(
  Object.entries(PACKAGES).map(([apiVersion, [module, folder]]) => [apiVersion, declarations(join(folderOf(module), folder))]),
);

const messages: Record<string, Record<string, Field>> = {};

/** A Go type as used in package `home`: its form, and the message to describe, if it is one. */
function resolved(home: string, goType: string): Pick<Field, 'type' | 'list' | 'map'> {
  const type = goType.replace(/^\*/, '');
  if (type === '[]byte') return { type: 'bytes' };
  if (type.startsWith('[]')) return { ...resolved(home, type.slice(2)), list: true };
  const [, valueType] = /^map\[[\w.]+\](.+)$/.exec(type) ?? [];
  if (valueType !== undefined) return { ...resolved(home, valueType), map: true };
  const scalar = SCALARS.get(type);
  if (scalar !== undefined) return { type: scalar };
  const qualified = home === 'meta.k8s.io/v1' && !type.includes('.') ? `metav1.${type}` : type;
  if (SPECIAL.has(qualified)) return { type: qualified };
  const [name = '', importName] = type.split('.').reverse();
  const place = importName === undefined ? home : IMPORTS[importName];
  const declared = place === undefined ? undefined : packages.get(place)?.get(name);
  if (place === undefined || declared === undefined) throw new Error(`${home} uses ${goType}, which no known package declares`);
  if (declared.kind === 'alias') return resolved(place, declared.of);
  return { type: describe(place, name, declared.lines) };
}

function describe(place: string, name: string, lines: readonly string[]): string {
  const message = `${place}.${name}`;
  if (messages[message] !== undefined) return message;
  const fields: Record<string, Field> = {};
  messages[message] = fields;
  for (const line of lines) {
    const [, goType = '', tags = ''] = /^\t(?:\w+ +)?([\w.*[\]]+) +`(.*)`/.exec(line) ?? [];
    const [, number] = /protobuf:"\w+,(\d+),/.exec(tags) ?? [];
    const [, json = ''] = /json:"([^"]*)"/.exec(tags) ?? [];
    if (number === undefined) continue;
    const [jsonName = '', ...options] = json.split(',');
    const form = resolved(place, goType);
    const keepsZero = goType.startsWith('*') || !(options.includes('omitempty') || options.includes('omitzero'));
    fields[number] = {
      name: jsonName,
      ...form,
      ...(jsonName === '' ? { inline: true } : {}),
      ...(keepsZero && !form.list && !form.map ? { zero: true } : {}),
    };
  }
  return message;
}

const kinds = Object.entries(ROOTS).flatMap(([apiVersion, names]) =>
  names.map((name): readonly [string, string] => [`${apiVersion} ${name}`, resolved(apiVersion, name).type]),
);
writeFileSync(OUTPUT, `${JSON.stringify({ kinds: Object.fromEntries(kinds), messages }, null, 1)}\n`);
