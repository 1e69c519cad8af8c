import { isJsonArray, isJsonObject, type Json, type JsonObject, listAt, objectAt, stringAt } from '../json.ts';

/**
 * A type of the API, as far as reading, merging and owning fields need it.
 *
 * | shape of the value    | one thing (a leaf), owned as a whole       | many things, owned one by one               |
 * | --------------------- | ------------------------------------------ | ------------------------------------------- |
 * | string, number, truth | always                                     |                                             |
 * | object                | `x-kubernetes-map-type: atomic`            | by member                                   |
 * | list                  | unless marked otherwise                    | `set`: by value; `map`: by the items' keys  |
 *
 * A type may allow several shapes (int-or-string, free JSON); the value at hand then tells which one holds.
 */
export interface Schema {
  /** `DeploymentSpec` in messages; undefined for a type without a name. */
  readonly name: string | undefined;
  /** `v1.DeploymentSpec`, `map[string]string`, `[]v1.Container`, `int32`: the type in messages. */
  readonly goType: string;
  readonly scalar: Scalar | undefined;
  readonly object: ObjectShape | undefined;
  readonly list: ListShape | undefined;
  /** Fields of the object that a write through one face of the resource may not set, by path; only at a kind's root. */
  readonly resets: Resets;
}

type Scalar = 'string' | 'integer' | 'number' | 'boolean' | 'time' | 'bytes' | 'quantity' | 'int-or-string' | 'any';

export interface ObjectShape {
  readonly fields: ReadonlyMap<string, Field>;
  /** What members that are no fields hold; undefined where there are none but the fields. */
  readonly rest: Schema | undefined;
  readonly atomic: boolean;
}

export interface ListShape {
  readonly items: Schema;
  readonly kind: 'atomic' | 'set' | 'map';
  /** Of a `map`: the fields that tell its items apart. */
  readonly keys: readonly string[];
}

/** A member that the type names. */
export interface Field {
  readonly schema: Schema;
  readonly default: Json | undefined;
  /** How a strategic merge patch treats it: `merge`, `retainKeys`, both or none. */
  readonly patchStrategy: readonly string[];
  readonly patchMergeKey: string | undefined;
  /** Encoded as this where it is absent; undefined where nothing is written then. An object has such fields of its own. */
  readonly empty: Json | undefined;
  /** A zero value (`""`, 0, false, an empty list or map) is not encoded. */
  readonly omitsZero: boolean;
  /** The struct of the server's own code that holds it, in messages about wrong types. */
  readonly within: string | undefined;
}

export interface Resets {
  readonly main: readonly (readonly string[])[];
  readonly status: readonly (readonly string[])[];
}

export const NO_RESETS: Resets = { main: [], status: [] };

/** Types by name, in the words of OpenAPI v3. */
export type Types = JsonObject;

const NO_FIELDS: ReadonlyMap<string, Field> = new Map();

/** Free JSON that is owned as a whole. */
const UNTYPED: Schema = {
  ...leaf('any', 'interface {}'),
  get object() {
    return UNTYPED_OBJECT;
  },
  get list() {
    return UNTYPED_LIST;
  },
};
const UNTYPED_OBJECT: ObjectShape = { fields: NO_FIELDS, rest: UNTYPED, atomic: true };
const UNTYPED_LIST: ListShape = { items: UNTYPED, kind: 'atomic', keys: [] };

/** Free JSON whose objects are owned member by member: what stands where a type keeps unknown fields. */
const DEDUCED: Schema = {
  ...leaf('any', 'interface {}'),
  get object() {
    return DEDUCED_OBJECT;
  },
  list: UNTYPED_LIST,
};
const DEDUCED_OBJECT: ObjectShape = { fields: NO_FIELDS, rest: DEDUCED, atomic: false };

/** Types whose published form does not tell all: any number may stand for a quantity, and raw JSON is owned as a whole. */
const SPECIAL: ReadonlyMap<string, Schema> = new Map([
  ['io.k8s.apimachinery.pkg.api.resource.Quantity', leaf('quantity', 'resource.Quantity')],
  ['io.k8s.apimachinery.pkg.util.intstr.IntOrString', leaf('int-or-string', 'int32')],
  ['io.k8s.apimachinery.pkg.runtime.RawExtension', UNTYPED],
]);

function leaf(scalar: Scalar, goType: string): Schema {
  return { name: undefined, goType, scalar, object: undefined, list: undefined, resets: NO_RESETS };
}

/** What every resource has, whatever its own schema says of them. */
export const RESOURCE_FIELDS: JsonObject = {
  apiVersion: { type: 'string' },
  kind: { type: 'string' },
  metadata: { $ref: 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta' },
};

/** Compiles types when they are first asked for: they refer to each other, and to themselves. */
export class Compiler {
  readonly #types: Types;
  readonly #compiled = new Map<string, Schema>();

  constructor(types: Types) {
    this.#types = types;
  }

  named(name: string): Schema {
    const known = this.#compiled.get(name) ?? SPECIAL.get(name);
    if (known !== undefined) return known;
    const type = this.#types[name];
    if (!isJsonObject(type)) throw new Error(`the schema data has no type ${name}; write it anew with scripts/schema-data.ts`);
    const [version = '', short = ''] = name.split('.').slice(-2);
    const inline = this.inline(type, false);
    const goType = inline.scalar === undefined ? `${version}.${short}` : inline.goType;
    const compiled = { ...inline, name: short, goType };
    this.#compiled.set(name, compiled);
    return compiled;
  }

  /** The type that `json` describes in place. `keepsUnknown` is inherited: below a node that keeps unknown fields, all do. */
  inline(json: JsonObject, keepsUnknown: boolean): Schema {
    const reference = stringAt(json, '$ref') ?? singleReference(json);
    if (reference !== undefined) return this.#overridden(this.named(reference), json);
    const keeps = keepsUnknown || json['x-kubernetes-preserve-unknown-fields'] === true;
    const unnamed = { name: undefined, scalar: undefined, object: undefined, list: undefined, resets: NO_RESETS };
    switch (json.type) {
      case 'object': {
        const object = this.#object(json, keeps);
        const rest = json.additionalProperties;
        return {
          ...unnamed,
          goType: isJsonObject(rest) ? `map[string]${this.inline(rest, keeps).goType}` : 'map[string]interface {}',
          object,
        };
      }
      case 'array': {
        const list = this.#list(json, keeps);
        return { ...unnamed, goType: `[]${list.items.goType}`, list };
      }
      case 'integer':
        return leaf('integer', stringAt(json, 'format') ?? 'int64');
      case 'number':
        return leaf('number', 'float64');
      case 'boolean':
        return leaf('boolean', 'bool');
      case 'string':
        return leafOfString(stringAt(json, 'format'));
      default:
        if (json['x-kubernetes-int-or-string'] === true) return leaf('int-or-string', 'int32');
        return {
          ...unnamed,
          goType: 'interface {}',
          scalar: 'any',
          object: this.#object(json, keeps),
          list: this.#list(json, keeps),
        };
    }
  }

  #overridden(schema: Schema, json: JsonObject): Schema {
    const type = stringAt(json, 'x-kubernetes-map-type');
    if (type === undefined || schema.object === undefined) return schema;
    const { fields, rest } = schema.object;
    return { ...schema, object: { fields, rest, atomic: type === 'atomic' } };
  }

  #object(json: JsonObject, keeps: boolean): ObjectShape {
    const isResource = json['x-kubernetes-embedded-resource'] === true;
    const properties = Object.entries({ ...objectAt(json, 'properties'), ...(isResource && RESOURCE_FIELDS) });
    const fields = new Map<string, Field>();
    for (const [name, field] of properties) if (isJsonObject(field)) fields.set(name, new LazyField(this, field, keeps));
    const rest = json.additionalProperties;
    const compile = (): Schema | undefined => {
      if (isJsonObject(rest)) return this.inline(rest, keeps);
      if (rest === undefined) return keeps || properties.length === 0 ? DEDUCED : undefined;
      return rest === true ? DEDUCED : undefined;
    };
    return new LazyObject(fields, json, compile);
  }

  #list(json: JsonObject, keeps: boolean): ListShape {
    const kind = stringAt(json, 'x-kubernetes-list-type');
    const items = isJsonObject(json.items) ? this.inline(json.items, keeps) : UNTYPED;
    if (kind === 'set') return { items, kind, keys: [] };
    if (kind === 'map')
      return { items, kind, keys: listAt(json, 'x-kubernetes-list-map-keys').filter((key) => typeof key === 'string') };
    if (kind === undefined && strategies(json).includes('merge')) {
      const key = stringAt(json, 'x-kubernetes-patch-merge-key');
      return key === undefined ? { items, kind: 'set', keys: [] } : { items, kind: 'map', keys: [key] };
    }
    return { items, kind: 'atomic', keys: [] };
  }
}

class LazyField implements Field {
  readonly #compiler: Compiler;
  readonly #json: JsonObject;
  readonly #keeps: boolean;
  #schema: Schema | undefined;
  readonly default: Json | undefined;
  readonly patchStrategy: readonly string[];
  readonly patchMergeKey: string | undefined;
  readonly empty: Json | undefined;
  readonly omitsZero: boolean;
  readonly within: string | undefined;

  constructor(compiler: Compiler, json: JsonObject, keeps: boolean) {
    this.#compiler = compiler;
    this.#json = json;
    this.#keeps = keeps;
    this.default = json.default;
    this.patchStrategy = strategies(json);
    this.patchMergeKey = stringAt(json, 'x-kubernetes-patch-merge-key');
    this.empty = json['x-go-empty'];
    this.omitsZero = json['x-go-omits'] === true;
    this.within = stringAt(json, 'x-go-within');
  }

  get schema(): Schema {
    if (this.#schema === undefined) {
      const schema = this.#compiler.inline(this.#json, this.#keeps);
      const goType = stringAt(this.#json, 'x-go-type');
      this.#schema = goType === undefined ? schema : renamed(schema, goType);
    }
    return this.#schema;
  }
}

function renamed(schema: Schema, goType: string): Schema {
  const { list } = schema;
  if (list === undefined || !goType.startsWith('[]')) return { ...schema, goType };
  return { ...schema, goType, list: { ...list, items: { ...list.items, goType: goType.slice(2) } } };
}

class LazyObject implements ObjectShape {
  readonly fields: ReadonlyMap<string, Field>;
  readonly atomic: boolean;
  #compile: (() => Schema | undefined) | undefined;
  #rest: Schema | undefined;

  constructor(fields: ReadonlyMap<string, Field>, json: JsonObject, compile: () => Schema | undefined) {
    this.fields = fields;
    this.atomic = json['x-kubernetes-map-type'] === 'atomic';
    this.#compile = compile;
  }

  get rest(): Schema | undefined {
    if (this.#compile !== undefined) {
      this.#rest = this.#compile();
      this.#compile = undefined;
    }
    return this.#rest;
  }
}

function leafOfString(format: string | undefined): Schema {
  switch (format) {
    case 'date-time':
      return leaf('time', 'string');
    case 'byte':
      return leaf('bytes', '[]uint8');
    default:
      return leaf('string', 'string');
  }
}

/** The one reference in an `allOf`: how a reference gets markers of its own. */
function singleReference(json: JsonObject): string | undefined {
  const all = json.allOf;
  return isJsonArray(all) && all.length === 1 ? stringAt(all[0], '$ref') : undefined;
}

function strategies(json: JsonObject): readonly string[] {
  return stringAt(json, 'x-kubernetes-patch-strategy')?.split(',') ?? [];
}
