import { canonicalJson, type Json } from '../json.ts';
import { DNS_SUBDOMAIN, isDnsSubdomain } from './names.ts';
import type { Position } from './positions.ts';
import { quoted, quotedName, safeName } from './quoting.ts';
import { type Report, reportInto } from './report.ts';
import type { Problem, Rule } from './rule.ts';
import { DEFAULTS, DEPRECATED, type Draft, FIELD_NAMES, FIELDS, NOT_YET, REQUIRED } from './rule-fields.ts';
import { suggestion } from './suggestion.ts';
import { found, isNull, jsonOf, kindOf, textOf, type YamlEntry, type YamlNode } from './yaml-node.ts';

export interface PlacedRule {
  readonly rule: Rule;
  /** Where its clone gets its name: the value of `name_suffix`. */
  readonly at: Position;
}

export interface Source {
  readonly namespace: string;
  readonly deployment: string;
}

export function cloneName({ source, nameSuffix }: Pick<Rule, 'source' | 'nameSuffix'>): string {
  return `${source}-${nameSuffix}`;
}

/**
 * Reads one rule of `source`. `at` is where it stands, for what it lacks.
 * Returns `undefined` where it has errors; `problems` then holds at least one more.
 */
export function readRule(node: YamlNode, at: Position, source: Source, problems: Problem[]): PlacedRule | undefined {
  const before = problems.length;
  if (node.kind !== 'mapping') {
    const report = reportInto(problems, source);
    report('error', node, `${kindOf(node)} where a rule is expected: a mapping with ${REQUIRED.join(', ')}`);
    return undefined;
  }
  const fieldReport = (field: string): Report => reportInto(problems, { ...source, field: safeName(field) });
  const draft: Draft = {};
  const given = new Map(node.entries.map(({ key, value }) => [key.text, value]));
  for (const entry of node.entries) readField(entry, given, draft, fieldReport(entry.key.text));
  for (const name of REQUIRED) {
    if (!given.has(name)) fieldReport(name)('error', at, 'missing, and every rule needs it');
  }
  checkTogether(draft, given, source.deployment, fieldReport);

  const { scaleFactor, nameSuffix, ...rest } = draft;
  if (scaleFactor === undefined || nameSuffix === undefined) return undefined;
  if (problems.slice(before).some(({ severity }) => severity === 'error')) return undefined;
  const rule = { ...DEFAULTS, ...rest, namespace: source.namespace, source: source.deployment, nameSuffix, scaleFactor };
  return { rule, at: given.get('name_suffix') ?? at };
}

function readField({ key, value }: YamlEntry, given: ReadonlyMap<string, YamlNode>, draft: Draft, report: Report): void {
  const current = DEPRECATED.get(key.text);
  if (current !== undefined) report('warning', key, `deprecated; use \`${current}\``);
  const replacement = current === undefined ? undefined : given.get(current);
  const field = FIELDS.get(current ?? key.text);
  const unchanged = NOT_YET.get(key.text);
  if (replacement !== undefined) {
    if (same(jsonOf(value), jsonOf(replacement))) return;
    report('error', value, `${found(value)}, but \`${current}\` is ${found(replacement)}; give that alone`);
  } else if (field !== undefined) {
    field.read(value, draft, report);
  } else if (unchanged === undefined) {
    report('warning', key, `unknown field, ignored${suggestion(key.text, FIELD_NAMES)}`);
  } else if (!isNull(value) && !same(jsonOf(value), unchanged)) {
    report('error', value, `${found(value)} is not supported yet by this version; accepted is only ${canonicalJson(unchanged)}`);
  }
}

function same(one: Json, another: Json): boolean {
  return canonicalJson(one) === canonicalJson(another);
}

/** What single fields cannot tell. */
function checkTogether(
  draft: Draft,
  given: ReadonlyMap<string, YamlNode>,
  source: string,
  fieldReport: (field: string) => Report,
): void {
  const { nameSuffix, minReplicas, maxReplicas, env = [] } = draft;
  const refuse = (field: string, at: Position | undefined, message: string) => at && fieldReport(field)('error', at, message);

  const clone = nameSuffix === undefined ? undefined : cloneName({ source, nameSuffix });
  if (clone !== undefined && !isDnsSubdomain(clone)) {
    const message = `the clone's name would be ${quoted(clone)}, ${clone.length} characters; accepted are ${DNS_SUBDOMAIN}`;
    refuse('name_suffix', given.get('name_suffix'), message);
  }
  if (minReplicas !== undefined && maxReplicas !== undefined && minReplicas > maxReplicas) {
    refuse('min_replicas', given.get('min_replicas'), `${minReplicas} is more than max_replicas, which is ${maxReplicas}`);
  }
  const set = new Set(env.map(({ name }) => name));
  const unset = given.get('unset_env');
  for (const item of unset?.kind === 'sequence' ? unset.items : [unset]) {
    const name = item && textOf(item);
    if (name !== undefined && set.has(name)) refuse('unset_env', item, `${quotedName(name)} is both set by env and unset`);
  }
}
