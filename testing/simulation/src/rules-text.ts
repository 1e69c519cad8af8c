import { EPOCH_MS } from './clock.ts';
import type { RuleDraft, RulesDraft } from './plan.ts';
import { wrongText } from './wrong-text.ts';

/** The rules text of a draft, as a person might write it; env in one of its three forms, which the draft's own content picks. */
export function rulesText(draft: RulesDraft): string {
  if (draft.kind === 'hostile') return draft.text;
  if (draft.kind === 'wrong') return wrongText(draft, wellFormed);
  return wellFormed(draft.rules);
}

function wellFormed(rules: readonly RuleDraft[]): string {
  if (rules.length === 0) return '{}\n';
  const lines: string[] = [];
  for (const [namespace, ofNamespace] of grouped(rules, (rule) => rule.namespace)) {
    lines.push(`${namespace}:`, '  deployments:');
    for (const [source, ofSource] of grouped(ofNamespace, (rule) => rule.source)) {
      lines.push(`    ${source}:`);
      const isList = ofSource.length > 1;
      for (const rule of ofSource) {
        const [first = '', ...others] = fieldLines(rule);
        if (isList) lines.push(`      - ${first}`, ...others.map((line) => `        ${line}`));
        else lines.push(`      ${first}`, ...others.map((line) => `      ${line}`));
      }
    }
  }
  return `${lines.join('\n')}\n`;
}

function fieldLines(rule: RuleDraft): readonly string[] {
  return [
    `scale_factor: ${rule.isBroken ? '"a tenth"' : JSON.stringify(rule.scale)}`,
    `name_suffix: ${JSON.stringify(rule.suffix)}`,
    ...(rule.image === undefined ? [] : [`image: ${JSON.stringify(rule.image)}`]),
    ...envLines(rule.env),
    ...(rule.unset.length === 0 ? [] : [`unset_env: ${JSON.stringify(rule.unset)}`]),
    ...(rule.min === undefined ? [] : [`min_replicas: ${rule.min}`]),
    ...(rule.max === undefined ? [] : [`max_replicas: ${rule.max}`]),
    ...(rule.onSourceDeleted === undefined ? [] : [`on_source_deleted: ${rule.onSourceDeleted}`]),
    ...(rule.traffic === undefined ? [] : [`traffic: ${rule.traffic}`]),
    ...(rule.proxy === undefined ? [] : proxyLines(rule.proxy)),
    ...(rule.ignoresRestarts === undefined ? [] : ['follow_restarts: false']),
    ...(rule.adopt === undefined ? [] : ['adopt: true']),
    ...(rule.suspend === undefined ? [] : ['suspend: true']),
    ...(rule.until === undefined ? [] : [`active_until: ${new Date(EPOCH_MS + rule.until).toISOString()}`]),
    ...(rule.onRuleRemoved === undefined ? [] : [`on_rule_removed: ${rule.onRuleRemoved}`]),
  ];
}

function proxyLines({ image, env }: NonNullable<RuleDraft['proxy']>): readonly string[] {
  return ['containers:', '  proxy:', `    image: ${JSON.stringify(image)}`, ...envLines(env).map((line) => `    ${line}`)];
}

function envLines(env: RuleDraft['env']): readonly string[] {
  const [first] = env;
  if (first === undefined) return [];
  if (env.length === 1) return [`env: ${JSON.stringify(`${first[0]}: ${first[1]}`)}`];
  if (env.length === 2) return ['env:', ...env.map(([name, value]) => `  ${name}: ${JSON.stringify(value)}`)];
  return ['env:', ...env.map(([name, value]) => `  - {name: ${name}, value: ${JSON.stringify(value)}}`)];
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  return Map.groupBy(items, keyOf);
}
