import { digest } from '../kube/digest.ts';
import { canonicalJson, type JsonObject, objectAt, stringAt } from '../kube/json.ts';
import { generationOf, type KubeObject } from '../kube/kube-object.ts';

/** The binding by which the operator knows its own clones: its `CRD_NAMESPACE` and `CRD_NAME`. */
export interface BindingName {
  readonly namespace: string;
  readonly name: string;
}

const BINDING_HASH_DIGITS = 16;

/** Stands for the binding in labels and names, which hold less than a namespace and a name. */
export function bindingHash(binding: BindingName): string {
  const hash = hashes.get(binding) ?? digest(`${binding.namespace}/${binding.name}`, BINDING_HASH_DIGITS);
  hashes.set(binding, hash);
  return hash;
}

/** There is one binding, and each object that bears a mark is compared with it. */
const hashes = new WeakMap<BindingName, string>();

/** Where the rules text is: a key of a ConfigMap. */
export interface RulesLocation {
  readonly namespace: string;
  readonly name: string;
  /** The ConfigMap key that holds the rules text (`cmConfigTag`). */
  readonly tag: string;
}

/** The binding's object: what is told of it goes there. */
export interface BindingObject {
  readonly uid: string;
  readonly generation: number;
  /** Raw: as the operator wrote it last; empty where nothing did. */
  readonly status: JsonObject;
}

export function readBindingObject(binding: KubeObject): BindingObject {
  return { uid: binding.uid, generation: generationOf(binding), status: objectAt(binding.raw, 'status') };
}

export function isSameBinding(one: BindingObject, other: BindingObject): boolean {
  return (
    one.uid === other.uid && one.generation === other.generation && canonicalJson(one.status) === canonicalJson(other.status)
  );
}

export type BindingReading =
  | { readonly kind: 'location'; readonly location: RulesLocation }
  | { readonly kind: 'invalid'; readonly reason: 'BindingInvalid' | 'CrossNamespaceDenied'; readonly message: string };

/**
 * Reads a `DDProfCrd` object: its fields are at the top level, not under `spec`. `cmNamespace` defaults to the binding's own.
 * @param alsoAllowed namespaces beside the binding's own that its ConfigMap may be in
 */
export function readBinding(binding: KubeObject, alsoAllowed: readonly string[]): BindingReading {
  const where = `binding ${binding.namespace}/${binding.name}`;
  const ruleType = stringAt(binding.raw, 'ruleType');
  if (ruleType !== 'configmap') {
    return {
      kind: 'invalid',
      reason: 'BindingInvalid',
      message: `${where}: ruleType is ${quoted(ruleType)}; the accepted value is "configmap"`,
    };
  }
  const name = stringAt(binding.raw, 'cmName');
  const tag = stringAt(binding.raw, 'cmConfigTag');
  if (name === undefined || name === '') {
    return {
      kind: 'invalid',
      reason: 'BindingInvalid',
      message: `${where}: cmName is ${quoted(name)}; set it to the name of the ConfigMap that holds the rules`,
    };
  }
  if (tag === undefined || tag === '') {
    return {
      kind: 'invalid',
      reason: 'BindingInvalid',
      message: `${where}: cmConfigTag is ${quoted(tag)}; set it to the ConfigMap key that holds the rules`,
    };
  }
  const namespace = stringAt(binding.raw, 'cmNamespace') || binding.namespace;
  const allowed = [binding.namespace, ...alsoAllowed];
  if (!allowed.includes(namespace)) {
    const message = `${where}: cmNamespace is ${quoted(namespace)}, and rules may be read from ${allowed.join(', ')}; move the ConfigMap there, or have the administrator add its namespace to RULES_NAMESPACES`;
    return { kind: 'invalid', reason: 'CrossNamespaceDenied', message };
  }
  return { kind: 'location', location: { namespace, name, tag } };
}

function quoted(value: string | undefined): string {
  return value === undefined ? 'absent' : `"${value}"`;
}
