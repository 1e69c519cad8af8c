import type { Json } from '../json.ts';
import { readEnv, readUnsetEnv } from './env.ts';
import { DNS_LABEL, isDnsLabel } from './names.ts';
import type { Report } from './report.ts';
import { POLICIES, type Policy, type Rule } from './rule.ts';
import { MAX_REPLICAS, parseScaleFactor, type ScaleFactor } from './scale-factor.ts';
import { found, textOf, type YamlNode } from './yaml-node.ts';

/*
 * The one table of rule fields: name in the rules text ↔ property of Rule, with how its value is read and written.
 * A new field is one line here, and one in DEFAULTS where it has a default.
 */

/** What a rule says beside which source it is for. */
export type Settings = Omit<Rule, 'namespace' | 'source'>;
/** Settings while they are read. */
export type Draft = { -readonly [K in keyof Settings]?: Settings[K] };

/** A field without an entry here, and not required, is absent where the rule does not give it. */
export const DEFAULTS = {
  env: [],
  unsetEnv: [],
  minReplicas: 0,
  onSourceDeleted: 'scale_to_zero',
  onRuleRemoved: 'delete',
} as const satisfies Draft;

export const REQUIRED = ['scale_factor', 'name_suffix'] as const;

/** Old names that are still read. **[was]** the code read `cloned_image` where the documentation said `image`. */
export const DEPRECATED: ReadonlyMap<string, string> = new Map([['cloned_image', 'image']]);

/** Fields to come. Until then a rule may give them their default, which is what happens anyway. */
export const NOT_YET: ReadonlyMap<string, Json> = new Map<string, Json>([
  ['containers', {}],
  ['traffic', 'shared'],
  ['keep_labels', []],
  ['follow_restarts', true],
  ['adopt', false],
  ['suspend', false],
  ['active_until', null],
]);

export interface RuleField {
  readonly name: string;
  /** Puts the value into `draft`, or reports why not. */
  readonly read: (node: YamlNode, draft: Draft, report: Report) => void;
  /** The value in a form that `read` accepts; `undefined` where `settings` has none. */
  readonly write: (settings: Draft) => Json | undefined;
}

/** Returns `undefined` after reporting an error. */
type Reader<T> = (node: YamlNode, report: Report) => T | undefined;

function field<K extends keyof Settings>(
  name: string,
  property: K,
  read: Reader<NonNullable<Settings[K]>>,
  write: (value: NonNullable<Settings[K]>) => Json,
): RuleField {
  return {
    name,
    read: (node, draft, report) => {
      const value = read(node, report);
      if (value !== undefined) draft[property] = value;
    },
    write: (settings) => {
      const value = settings[property];
      return value === undefined ? undefined : write(value);
    },
  };
}

export const FIELDS: ReadonlyMap<string, RuleField> = new Map(
  [
    field('scale_factor', 'scaleFactor', readScaleFactor, (factor) => factor.text),
    field('name_suffix', 'nameSuffix', readText, asIs),
    field('image', 'image', readImage, asIs),
    field('env', 'env', readEnv, asIs),
    field('unset_env', 'unsetEnv', readUnsetEnv, asIs),
    field('container', 'container', readContainer, asIs),
    field('min_replicas', 'minReplicas', readReplicas, asIs),
    field('max_replicas', 'maxReplicas', readReplicas, asIs),
    field('on_source_deleted', 'onSourceDeleted', readPolicy, asIs),
    field('on_rule_removed', 'onRuleRemoved', readPolicy, asIs),
  ].map((one) => [one.name, one]),
);

export const FIELD_NAMES: readonly string[] = [...FIELDS.keys(), ...NOT_YET.keys()];

function asIs(value: Json): Json {
  return value;
}

function readScaleFactor(node: YamlNode, report: Report): ScaleFactor | undefined {
  return parseScaleFactor(textOf(node) ?? '') ?? refuse(report, node, 'a number ≥ 0 of at most 40 digits, such as 0.5');
}

function readText(node: YamlNode, report: Report): string | undefined {
  return textOf(node) ?? refuse(report, node, 'a text');
}

function readImage(node: YamlNode, report: Report): string | undefined {
  const text = textOf(node);
  return text !== undefined && /^\S+$/.test(text)
    ? text
    : refuse(report, node, 'the name of an image: a text without white space');
}

function readContainer(node: YamlNode, report: Report): string | undefined {
  const text = textOf(node);
  return text !== undefined && isDnsLabel(text) ? text : refuse(report, node, `the name of a container: ${DNS_LABEL}`);
}

function readReplicas(node: YamlNode, report: Report): number | undefined {
  const text = textOf(node)?.trim() ?? '';
  const number = /^\d{1,10}$/.test(text) ? Number(text) : undefined;
  return number !== undefined && number <= MAX_REPLICAS
    ? number
    : refuse(report, node, `a whole number from 0 to ${MAX_REPLICAS}`);
}

function readPolicy(node: YamlNode, report: Report): Policy | undefined {
  const text = textOf(node);
  return POLICIES.find((policy) => policy === text) ?? refuse(report, node, `one of ${POLICIES.join(', ')}`);
}

function refuse(report: Report, node: YamlNode, accepted: string): undefined {
  report('error', node, `${found(node)} is not ${accepted}`);
}
