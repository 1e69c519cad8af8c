/**
 * Writes testing/cluster-sim/src/schema/kubernetes.json: node scripts/schema-data.ts KUBECONFIG SOURCES
 *
 * KUBECONFIG leads to a real API server, SOURCES is the folder of its Go modules: $(go env GOMODCACHE)/k8s.io
 *
 * Reads OpenAPI v3, since v2 has neither the defaults (an absent `protocol` is a list key with the value TCP) nor `allOf` around
 * references with markers of their own. Kept are the types that the kinds below reach, without texts for people, and with markers of our
 * own for what only the source tells: `x-go-empty`, `x-go-omits`, `x-go-type`, `x-go-within` (schema-go.ts).
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { GoSource } from './schema-go.ts';

const DOCUMENTS = [
  'api/v1',
  'apis/apps/v1',
  'apis/autoscaling/v2',
  'apis/policy/v1',
  'apis/coordination.k8s.io/v1',
  'apis/apiextensions.k8s.io/v1',
];
const KINDS = [
  '/v1/Namespace',
  '/v1/ConfigMap',
  '/v1/Service',
  '/v1/Pod',
  '/v1/Event',
  'apps/v1/Deployment',
  'apps/v1/ReplicaSet',
  'autoscaling/v1/Scale',
  'autoscaling/v2/HorizontalPodAutoscaler',
  'policy/v1/PodDisruptionBudget',
  'coordination.k8s.io/v1/Lease',
  'apiextensions.k8s.io/v1/CustomResourceDefinition',
  '/v1/DeleteOptions',
];
/** For people, or known already from the place in this file. */
const DROPPED = new Set([
  'description',
  'x-kubernetes-group-version-kind',
  'x-kubernetes-unions',
  'example',
  'externalDocs',
  'title',
]);
const OUTPUT = new URL('../testing/cluster-sim/src/schema/kubernetes.json', import.meta.url);

type Node = Readonly<Record<string, unknown>>;

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);
const nodeAt = (root: unknown, ...path: readonly string[]): Node => {
  let here: unknown = root;
  for (const step of path) here = isNode(here) ? here[step] : undefined;
  return isNode(here) ? here : {};
};

function settings(path: string): { server: string; token: string; ca: Buffer } {
  const text = readFileSync(path, 'utf8');
  const value = (key: string): string => {
    const found = new RegExp(`^\\s*${key}: "?([^"\\n]+)"?$`, 'm').exec(text)?.[1];
    if (found === undefined) throw new Error(`${path} has no "${key}"; give the kubeconfig of a user with a token`);
    return found;
  };
  return { server: value('server'), token: value('token'), ca: Buffer.from(value('certificate-authority-data'), 'base64') };
}

function get({ server, token, ca }: ReturnType<typeof settings>, path: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const call = request(
      `${server}${path}`,
      { ca, headers: { Authorization: `Bearer ${token}`, Accept: 'application/json' } },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        answer.on('end', () => {
          if (answer.statusCode === 200) resolve(JSON.parse(text));
          else reject(new Error(`GET ${path} answered ${answer.statusCode}: ${text.slice(0, 200)}`));
        });
      },
    );
    call.on('error', reject).end();
  });
}

/** The type's name without the words that all names share a place with: `#/components/schemas/NAME` → NAME. */
const referred = (pointer: string): string => pointer.slice(pointer.lastIndexOf('/') + 1);

/** `value` without texts; every type it refers to is told to `reach`. Members of `properties` are fields, whatever their names. */
function trimmed(value: unknown, reach: (name: string) => void, areFields = false): unknown {
  if (Array.isArray(value)) return value.map((item) => trimmed(item, reach));
  if (!isNode(value)) return value;
  if (!areFields && typeof value.$ref === 'string') {
    reach(referred(value.$ref));
    return { $ref: referred(value.$ref) };
  }
  const kept = Object.entries(value).filter(([key]) => areFields || !DROPPED.has(key));
  return Object.fromEntries(kept.map(([key, member]) => [key, trimmed(member, reach, !areFields && key === 'properties')]));
}

/** `type` with what the source tells of its fields. */
function marked(name: string, type: unknown): unknown {
  const fields = source.fields(name);
  const properties = nodeAt(type, 'properties');
  if (!isNode(type) || fields === undefined || fields.size === 0) return type;
  const told = Object.entries(properties).map(([field, schema]) => {
    const go = fields.get(field);
    const markers = Object.entries(go ?? {}).map(([key, value]) => [`x-go-${key}`, value]);
    const own = isNode(schema) && schema.$ref !== undefined && markers.length > 0 ? { allOf: [schema] } : schema;
    return [field, isNode(own) ? { ...own, ...Object.fromEntries(markers) } : own];
  });
  return { ...type, properties: Object.fromEntries(told) };
}

const [kubeconfig, sources] = process.argv.slice(2);
if (kubeconfig === undefined || sources === undefined) throw new Error('usage: node scripts/schema-data.ts KUBECONFIG SOURCES');
const access = settings(kubeconfig);
const version = String(nodeAt(await get(access, '/version')).gitVersion);
const source = new GoSource(sources, version.replace(/^v1/, 'v0').replace(/[+-].*$/, ''));
const published = new Map<string, unknown>();
const kindNames = new Map<string, string>();
for (const document of DOCUMENTS) {
  for (const [name, schema] of Object.entries(nodeAt(await get(access, `/openapi/v3/${document}`), 'components', 'schemas'))) {
    published.set(name, schema);
    const kinds = isNode(schema) ? schema['x-kubernetes-group-version-kind'] : undefined;
    for (const kind of Array.isArray(kinds) ? kinds : [])
      if (isNode(kind)) kindNames.set(`${kind.group}/${kind.version}/${kind.kind}`, name);
  }
}

const types = new Map<string, unknown>();
const waiting: string[] = [];
const reach = (name: string): void => {
  if (types.has(name)) return;
  if (!published.has(name)) throw new Error(`no document defines ${name}; add the one that does to DOCUMENTS`);
  types.set(name, undefined);
  waiting.push(name);
};
const kinds: Record<string, string> = {};
for (const kind of KINDS) {
  const name = kindNames.get(kind);
  if (name === undefined) throw new Error(`${kind} is not published by ${access.server}`);
  kinds[kind] = name;
  reach(name);
}
for (let name = waiting.pop(); name !== undefined; name = waiting.pop())
  types.set(name, marked(name, trimmed(published.get(name), reach)));

const sorted = Object.fromEntries([...types].sort(([one], [other]) => (one < other ? -1 : 1)));
const lines = Object.entries(sorted).map(([name, type]) => `    ${JSON.stringify(name)}: ${JSON.stringify(type)}`);
writeFileSync(
  OUTPUT,
  `{\n  "kinds": ${JSON.stringify(kinds, null, 2).replaceAll('\n', '\n  ')},\n  "types": {\n${lines.join(',\n')}\n  }\n}\n`,
);
process.stdout.write(`${types.size} types\n`);
