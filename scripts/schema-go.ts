/**
 * What the API server's published types do not tell, and its own source does: which zero values the encoding leaves out, what it always
 * writes, and the names of types in messages. Reads the Go source of Kubernetes' API modules.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** How one field is encoded and named. */
export interface GoField {
  /** Written though nothing was set: this value. Undefined where it is left out. */
  readonly empty?: unknown;
  /** A zero value (`""`, 0, false, an empty list or map) is left out. */
  readonly omits?: true;
  /** Its type in messages, where the published type has another name. */
  readonly type?: string;
  /** The nested struct that holds it, in messages. */
  readonly within?: string;
}

interface Declaration {
  readonly kind: 'struct' | 'scalar' | 'list' | 'map' | 'other';
  readonly body: string;
}

const SCALARS: Readonly<Record<string, unknown>> = { string: '', bool: false, int: 0, int32: 0, int64: 0, float64: 0 };
/** Structs that encode as something else than an object. */
const NULL_WHEN_EMPTY = new Set(['metav1.Time', 'metav1.MicroTime', 'Time', 'MicroTime']);
/** Packages that the API's types import, by the names that they give them. */
const IMPORTS: Readonly<Record<string, (version: string) => string>> = {
  metav1: (version) => `apimachinery@${version}/pkg/apis/meta/v1`,
  types: (version) => `apimachinery@${version}/pkg/types`,
  v1: (version) => `api@${version}/core/v1`,
  corev1: (version) => `api@${version}/core/v1`,
};
const MODULES: readonly (readonly [string, string])[] = [
  ['io.k8s.apiextensions-apiserver.', 'apiextensions-apiserver'],
  ['io.k8s.apimachinery.', 'apimachinery'],
  ['io.k8s.api.', 'api'],
];

/** Reads the modules of one version (`v0.37.2`) from a folder that has them as `<module>@<version>`. */
export class GoSource {
  readonly #folder: string;
  readonly #version: string;
  readonly #packages = new Map<string, ReadonlyMap<string, Declaration>>();

  constructor(folder: string, version: string) {
    this.#folder = folder;
    this.#version = version;
  }

  /** The fields of a published type (`io.k8s.api.core.v1.Pod`), by their names in JSON; undefined where its source is none of ours. */
  fields(name: string): ReadonlyMap<string, GoField> | undefined {
    const module = MODULES.find(([prefix]) => name.startsWith(prefix));
    if (module === undefined) return undefined;
    const steps = name.slice(module[0].length).split('.');
    const type = steps.pop() ?? '';
    const declarations = this.#package(join(`${module[1]}@${this.#version}`, ...steps));
    const found = new Map<string, GoField>();
    this.#collect(declarations, type, steps.at(-1) ?? '', undefined, found);
    return found;
  }

  #package(path: string): ReadonlyMap<string, Declaration> {
    const known = this.#packages.get(path);
    if (known !== undefined) return known;
    const declarations = new Map<string, Declaration>();
    const folder = join(this.#folder, path);
    for (const file of readdirSync(folder)) {
      if (!file.endsWith('.go') || file.endsWith('_test.go') || file.startsWith('zz_') || file === 'generated.pb.go') continue;
      const text = readFileSync(join(folder, file), 'utf8');
      for (const [, name = '', rest = ''] of text.matchAll(/^type (\w+) (.*)$/gm)) {
        if (rest.startsWith('struct')) {
          const start = text.indexOf(`type ${name} ${rest}`);
          declarations.set(name, { kind: 'struct', body: text.slice(start, text.indexOf('\n}', start)) });
        } else declarations.set(name, { kind: kindOf(rest), body: rest });
      }
    }
    this.#packages.set(path, declarations);
    return declarations;
  }

  #collect(
    declarations: ReadonlyMap<string, Declaration>,
    struct: string,
    version: string,
    within: string | undefined,
    into: Map<string, GoField>,
  ): void {
    for (const line of declarations.get(struct)?.body.split('\n') ?? []) {
      const embedded = /^\t([\w.]+)\s+`json:"(?:,inline)?"/.exec(line)?.[1];
      if (embedded !== undefined) {
        const path = within === undefined ? embedded : `${within}.${embedded}`;
        if (!embedded.includes('.')) this.#collect(declarations, embedded, version, path, into);
        continue;
      }
      const [, go, json, options = ''] = /^\t(?:\w+\s+)?(\S+)\s+`json:"([^",]+)([^"]*)"/.exec(line) ?? [];
      if (go === undefined || json === undefined) continue;
      into.set(json, { ...(within !== undefined && { within }), ...this.#encoding(declarations, go, options, version) });
    }
  }

  /** What a type in the source is, seen from the package with these declarations. */
  #declared(declarations: ReadonlyMap<string, Declaration>, go: string): Declaration {
    const [alias, name] = go.includes('.') && /^\w+\.\w+$/.test(go) ? go.split('.') : [undefined, go];
    const imported = IMPORTS[alias ?? ''];
    const found = imported === undefined ? declarations.get(go) : this.#package(imported(this.#version)).get(name ?? '');
    return found ?? { kind: kindOf(go), body: go };
  }

  #encoding(declarations: ReadonlyMap<string, Declaration>, go: string, options: string, version: string): GoField {
    const { kind, body } = this.#declared(declarations, go);
    const omitsEmpty = options.includes('omitempty');
    const type = this.#typeName(declarations, go, version);
    const named = type === undefined ? {} : { type };
    if (NULL_WHEN_EMPTY.has(go)) return options.includes('omitzero') ? named : { ...named, empty: null };
    if (go === 'intstr.IntOrString') return { empty: 0 };
    switch (kind) {
      case 'scalar':
        return { ...named, ...(omitsEmpty ? { omits: true } : { empty: SCALARS[body] ?? '' }) };
      case 'list':
      case 'map':
        return { ...named, ...(omitsEmpty ? { omits: true } : { empty: null }) };
      case 'struct':
        return options.includes('omitzero') ? named : { ...named, empty: {} };
      case 'other':
        return omitsEmpty || options.includes('omitzero') ? named : { ...named, empty: null };
    }
  }

  /** The name in messages of a type that has a name of its own for a scalar, a list or a map. */
  #typeName(declarations: ReadonlyMap<string, Declaration>, go: string, version: string): string | undefined {
    const [, list = '', alias, name = ''] = /^\*?(\[\])?\*?(?:(\w+)\.)?([A-Z]\w*)$/.exec(go) ?? [];
    if (name === '' || (alias !== undefined && !(alias in IMPORTS))) return undefined;
    const { kind } = this.#declared(declarations, alias === undefined ? name : `${alias}.${name}`);
    if (kind === 'struct' || kind === 'other') return undefined;
    return `${list}${alias === 'types' ? 'types' : alias === undefined ? version : 'v1'}.${name}`;
  }
}

function kindOf(go: string): Declaration['kind'] {
  if (go in SCALARS) return 'scalar';
  if (go.startsWith('[]')) return 'list';
  return go.startsWith('map[') ? 'map' : 'other';
}
