import { DNS_SUBDOMAIN, isDnsSubdomain } from '../kube/names.ts';
import { setAndUnset } from './container-fields.ts';
import { isComplete, readFields } from './field-table.ts';
import type { Position } from './positions.ts';
import type { Problem } from './problem.ts';
import { quoted, safeName } from './quoting.ts';
import { type Report, reportInto } from './report.ts';
import { cloneNameOf, type Rule } from './rule.ts';
import { DEFAULTS, REQUIRED, RULE_FIELDS } from './rule-fields.ts';
import { kindOf, textOf, type YamlMapping, type YamlNode } from './yaml-node.ts';

export interface PlacedRule {
  readonly rule: Rule;
  /** Where its clone gets its name: the value of `name_suffix`. */
  readonly at: Position;
}

export interface Source {
  readonly namespace: string;
  readonly deployment: string;
}

/**
 * Reads one rule of `source`. `at` is where it stands, for what it lacks.
 * Returns `undefined` where it has errors; `problems` then holds at least one more.
 */
export function readRule(node: YamlNode, at: Position, source: Source, problems: Problem[]): PlacedRule | undefined {
  const before = problems.length;
  const report = reportInto(problems, source);
  if (node.kind !== 'mapping') {
    report('error', node, `${kindOf(node)} where a rule is expected: a mapping with ${REQUIRED.join(', ')}`);
    return undefined;
  }
  const given = readFields(node, RULE_FIELDS, report);
  for (const { key, value } of node.entries) {
    const message = `a rule stands within this one: it is indented too far; put it at the level of ${quoted(source.deployment)}`;
    if (holdsRules(value)) report.within(safeName(key.text))('error', key, message);
  }
  for (const name of REQUIRED) {
    if (placeOf(node, name) === undefined) report.within(name)('error', at, 'missing, and every rule needs it');
  }
  checkTogether(given, node, source.deployment, report);

  if (problems.slice(before).some(({ severity }) => severity === 'error')) return undefined;
  // What has no effect is not remembered either: a clone's rule is read back without a warning.
  const keepLabels = given.traffic === 'isolated' ? (given.keepLabels ?? []) : [];
  const rule = { ...DEFAULTS, ...given, keepLabels, namespace: source.namespace, source: source.deployment };
  return isComplete(RULE_FIELDS, rule) ? { rule, at: placeOf(node, 'name_suffix') ?? at } : undefined;
}

/**
 * Where a rule is indented too far, it is an unknown field of the one before, of a container, or part of a text of several lines: it is not to
 * count as removed.
 */
function holdsRules(node: YamlNode): boolean {
  switch (node.kind) {
    case 'sequence':
      return node.items.some(holdsRules);
    case 'mapping':
      return node.entries.some(({ key, value }) => RULE_KEYS.includes(key.text) || holdsRules(value));
    default:
      return RULE_LINE.test(textOf(node) ?? '');
  }
}

/** Keys by which a rule is known, or what stands above rules. */
const RULE_KEYS: readonly string[] = [...REQUIRED, 'deployments'];
const RULE_LINE = new RegExp(`\\n\\s*(?:${RULE_KEYS.join('|')})\\s*:`);

function placeOf(node: YamlMapping, field: string): YamlNode | undefined {
  return node.entries.find(({ key }) => key.text === field)?.value;
}

/** What single fields cannot tell. */
function checkTogether(given: Partial<Rule>, node: YamlMapping, source: string, report: Report): void {
  const { nameSuffix, minReplicas, maxReplicas, env = [], traffic, keepLabels = [] } = given;
  const tell = (severity: 'error' | 'warning', field: string, message: string) => {
    const at = placeOf(node, field);
    if (at !== undefined) report.within(field)(severity, at, message);
  };

  const clone = nameSuffix === undefined ? undefined : cloneNameOf({ source, nameSuffix });
  if (clone !== undefined && !isDnsSubdomain(clone)) {
    const message = `the clone's name would be ${quoted(clone)}, ${clone.length} characters; accepted are ${DNS_SUBDOMAIN}`;
    tell('error', 'name_suffix', message);
  }
  if (minReplicas !== undefined && maxReplicas !== undefined && minReplicas > maxReplicas)
    tell('error', 'min_replicas', `${minReplicas} is more than max_replicas, which is ${maxReplicas}`);
  if (keepLabels.length > 0 && traffic !== 'isolated')
    tell('warning', 'keep_labels', 'without effect: with shared traffic all labels are kept; set traffic to isolated');
  setAndUnset(node, env, report);
}
