/**
 * JSON schemas for kubeconform, one file per kind, strict: a field that the API server would not know is an error.
 *
 * - Of Kubernetes itself: from the OpenAPI documents in the archive of the Go module `k8s.io/kubernetes`, of the very version that the
 *   tests' control plane is built from.
 * - Of the binding: from the chart's own definition.
 */
import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BUILD_ENV, KUBERNETES_VERSION } from '@ddprofiler-rc/control-plane/programs';
import { load } from 'js-yaml';
import { isJsonObject, type Json, type JsonObject } from '../tools/values-comments.ts';

/** For `kubeconform -schema-location`. */
export const LOCATION = '{{.ResourceKind}}-{{.Group}}-{{.ResourceAPIVersion}}.json';

/** The documents that have the kinds which the chart makes. */
const DOCUMENTS = [
  'api__v1',
  'apis__apps__v1',
  'apis__policy__v1',
  'apis__networking.k8s.io__v1',
  'apis__rbac.authorization.k8s.io__v1',
  'apis__apiextensions.k8s.io__v1',
];

export async function writeSchemas(directory: string, crd: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  const source = await kubernetesSource();
  for (const document of DOCUMENTS) {
    const text = await readFile(join(source, 'api', 'openapi-spec', 'v3', `${document}_openapi.json`), 'utf8');
    for (const [name, schema] of schemasOf(JSON.parse(text))) await writeFile(join(directory, name), JSON.stringify(schema));
  }
  for (const [name, schema] of schemasOfDefinition(load(crd))) await writeFile(join(directory, name), JSON.stringify(schema));
}

async function kubernetesSource(): Promise<string> {
  const module = `k8s.io/kubernetes@${KUBERNETES_VERSION}`;
  const env = { ...process.env, ...BUILD_ENV };
  const { stdout } = await promisify(execFile)('go', ['mod', 'download', '-json', module], { env });
  const { Dir: directory } = JSON.parse(stdout);
  if (typeof directory !== 'string') throw new Error(`go mod download ${module} told no folder: ${stdout}`);
  return directory;
}

type Named = readonly [string, JsonObject];

function schemasOf(document: unknown): readonly Named[] {
  const schemas = objectAt(document, 'components', 'schemas');
  const definitions = Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, strict(schema)]));
  return Object.entries(schemas).flatMap(([name, schema]) => {
    const kinds = objectAt(schema)['x-kubernetes-group-version-kind'];
    if (!Array.isArray(kinds) || name.endsWith('List')) return [];
    return kinds.filter(isJsonObject).map(({ group, version, kind }): Named => {
      return [fileName(kind, group, version), { $ref: `#/definitions/${name}`, definitions }];
    });
  });
}

function schemasOfDefinition(crd: unknown): readonly Named[] {
  const { group, names, versions } = objectAt(crd, 'spec');
  return (Array.isArray(versions) ? versions : []).map((version): Named => {
    const schema = objectAt(version, 'schema', 'openAPIV3Schema');
    const properties = { ...objectAt(schema, 'properties'), apiVersion: {}, kind: {}, metadata: { type: 'object' } };
    // Stricter than the API server, which keeps fields that it does not know there: the chart has none to give.
    return [
      fileName(objectAt(names).kind, group, objectAt(version).name),
      { ...schema, properties, additionalProperties: false },
    ];
  });
}

/** As kubeconform fills {@link LOCATION} in: the group of `v1` is its version. */
function fileName(kind: Json | undefined, group: Json | undefined, version: Json | undefined): string {
  return `${[kind, group === '' ? version : group, version].join('-')}.json`.toLowerCase();
}

/** References lead into `definitions`; an object that lists its fields has no others. */
function strict(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(strict);
  if (!isJsonObject(schema)) return schema;
  const entries = Object.entries(schema).map(([key, value]): readonly [string, Json] => {
    if (key === '$ref' && typeof value === 'string') return [key, value.replace('#/components/schemas/', '#/definitions/')];
    return [key, strict(value)];
  });
  const isClosed = isJsonObject(schema.properties) && !('additionalProperties' in schema);
  return { ...Object.fromEntries(entries), ...(isClosed ? { additionalProperties: false } : {}) };
}

function objectAt(value: unknown, ...path: readonly string[]): JsonObject {
  const found = path.reduce<unknown>((from, key) => (isJsonObject(from) ? from[key] : undefined), value);
  return isJsonObject(found) ? found : {};
}
