import { stringAt } from './json.ts';
import type { KubeObject } from './kube-object.ts';

/** Where the rules text is: a key of a ConfigMap. */
export interface RulesLocation {
  readonly namespace: string;
  readonly name: string;
  /** The ConfigMap key that holds the rules text (`cmConfigTag`). */
  readonly tag: string;
}

export type BindingReading =
  | { readonly kind: 'location'; readonly location: RulesLocation }
  | { readonly kind: 'invalid'; readonly message: string };

/** Reads a `DDProfCrd` object: its fields are at the top level, not under `spec`. `cmNamespace` defaults to the binding's own. */
export function readBinding(binding: KubeObject): BindingReading {
  const where = `binding ${binding.namespace}/${binding.name}`;
  const ruleType = stringAt(binding.raw, 'ruleType');
  if (ruleType !== 'configmap') {
    return { kind: 'invalid', message: `${where}: ruleType is ${quoted(ruleType)}; the accepted value is "configmap"` };
  }
  const name = stringAt(binding.raw, 'cmName');
  const tag = stringAt(binding.raw, 'cmConfigTag');
  if (name === undefined || name === '') {
    return {
      kind: 'invalid',
      message: `${where}: cmName is ${quoted(name)}; set it to the name of the ConfigMap that holds the rules`,
    };
  }
  if (tag === undefined || tag === '') {
    return {
      kind: 'invalid',
      message: `${where}: cmConfigTag is ${quoted(tag)}; set it to the ConfigMap key that holds the rules`,
    };
  }
  return { kind: 'location', location: { namespace: stringAt(binding.raw, 'cmNamespace') || binding.namespace, name, tag } };
}

function quoted(value: string | undefined): string {
  return value === undefined ? 'absent' : `"${value}"`;
}
