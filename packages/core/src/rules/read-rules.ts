import { type Key, keyOf } from '../kube/keys.ts';
import { DNS_SUBDOMAIN, isDnsSubdomain } from '../kube/names.ts';
import { deploymentsOf } from './deployments-entry.ts';
import type { Problem } from './problem.ts';
import { quoted, safeName } from './quoting.ts';
import { type PlacedRule, readRule } from './read-rule.ts';
import { reportInto } from './report.ts';
import { cloneNameOf, type Rule, type RulesReading } from './rule.ts';
import { isNull, kindOf, type YamlEntry, type YamlMapping } from './yaml-node.ts';
import { MAX_TEXT, readYamlTree } from './yaml-tree.ts';

/*
 * Rules text → rules, with every problem in it.
 *
 *   <namespace>:                what is wrong with                      then
 *     deployments:              the YAML, or not a mapping at the top   nothing is read: the reading is `unreadable`
 *       <source>: <rule>        a namespace's name or entry             an error: the other namespaces' rules are read
 *       <source>:               a source's name, or one of its rules    an error: all other rules are read
 *         - <rule>              a key beside `deployments`, or a rule   an error: all other rules are read
 *         - <rule>                within another one
 *                               an unknown field                        a warning
 *
 * What stands there empty (`deployments:` and nothing after it) is an error, as a blank text is no rule set: it looks like what is left when a
 * level is missing. `{}` says that there are no rules: a warning.
 */

/** A text → the rules in it. `watched`: the namespaces where sources and clones may be. */
export type ReadRules = (text: string, watched: '*' | readonly string[]) => RulesReading;

/**
 * Never throws; time is linear in the text.
 * @param watched the namespaces where sources and clones may be; a rule elsewhere is an error that names them
 * @param maxText in UTF-16 code units
 */
export function readRules(text: string, watched: '*' | readonly string[] = '*', maxText = MAX_TEXT): RulesReading {
  const tree = readYamlTree(text, maxText);
  if (tree.kind === 'unreadable') {
    return { kind: 'unreadable', problems: sorted(tree.problems.map((one) => ({ severity: 'error', ...one }))) };
  }
  if (tree.root === undefined || isNull(tree.root)) return { kind: 'blank' };
  if (tree.root.kind !== 'mapping') {
    const { line, column } = tree.root;
    const message = `${kindOf(tree.root)} at the top; accepted is a mapping of namespaces`;
    return { kind: 'unreadable', problems: [{ severity: 'error', line, column, message }] };
  }
  const reader = new RulesReader(watched);
  for (const entry of tree.root.entries) reader.readNamespace(entry);
  return reader.reading();
}

class RulesReader {
  readonly #rules = new Map<Key, Rule>();
  readonly #problems: Problem[] = [];
  readonly #watched: '*' | readonly string[];

  constructor(watched: '*' | readonly string[]) {
    this.#watched = watched;
  }

  reading(): RulesReading {
    return {
      kind: 'read',
      ruleSet: {
        rules: this.#rules,
        problems: sorted(this.#problems),
      },
    };
  }

  readNamespace(entry: YamlEntry): void {
    const namespace = entry.key.text;
    const deployments = deploymentsOf(entry, this.#problems);
    if (typeof deployments === 'object' && this.#watched !== '*' && !this.#watched.includes(namespace)) {
      const message = `the operator does not watch this namespace; it watches ${this.#watched.join(', ')}: add it to WATCH_NAMESPACES`;
      reportInto(this.#problems, { namespace })('error', entry.key, message);
      return;
    }
    if (typeof deployments === 'object') this.#readDeployments(namespace, deployments);
  }

  #readDeployments(namespace: string, { entries }: YamlMapping): void {
    const read = entries.flatMap((entry) => this.#readSource(namespace, entry));
    const sources = new Set(entries.map(({ key }) => key.text));
    for (const [clone, placed] of Map.groupBy(read, ({ rule }) => cloneNameOf(rule))) {
      const [first] = placed;
      if (sources.has(clone)) this.#refuse(clone, placed, () => 'the source of another rule');
      else if (first !== undefined && placed.length === 1) this.#rules.set(keyOf(namespace, clone), first.rule);
      else {
        const [one, another] = new Set(placed.map(({ rule }) => rule.source));
        this.#refuse(
          clone,
          placed,
          ({ source }) => `also the clone of a rule of ${(source === one ? another : one) ?? 'this one'}`,
        );
      }
    }
  }

  /** None of these rules applies: their clone's name is taken. */
  #refuse(clone: string, placed: readonly PlacedRule[], reasonFor: (rule: Rule) => string): void {
    for (const { rule, at } of placed) {
      const { namespace, source } = rule;
      const report = reportInto(this.#problems, { namespace, deployment: source, field: 'name_suffix' });
      report('error', at, `the clone ${quoted(clone)} is ${reasonFor(rule)}; every clone needs a name of its own`);
    }
  }

  #readSource(namespace: string, { key, value }: YamlEntry): PlacedRule[] {
    const source = { namespace, deployment: key.text };
    if (!isDnsSubdomain(key.text)) {
      const report = reportInto(this.#problems, { namespace, deployment: safeName(key.text) });
      report('error', key, `${quoted(safeName(key.text))} is not the name of a Deployment; accepted are ${DNS_SUBDOMAIN}`);
      return [];
    }
    const isList = value.kind === 'sequence';
    if (isList && value.items.length === 0) reportInto(this.#problems, source)('warning', value, 'an empty list: no rules here');
    const read = (isList ? value.items : [value]).map((node) => readRule(node, isList ? node : key, source, this.#problems));
    return read.filter((one) => one !== undefined);
  }
}

/** In the order of the text. */
function sorted(problems: readonly Problem[]): readonly Problem[] {
  return problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
}
