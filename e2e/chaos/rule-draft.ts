/**
 * A rule as the users of a chaos run think of it, and the text that they write for it. They keep their drafts beside the text, under a
 * key of their own in the same ConfigMap: so what the text says can be known without reading it as the operator does.
 */
export type RuleDraft = {
  readonly namespace: string;
  readonly source: string;
  readonly suffix: string;
  /** A decimal number. */
  readonly factor: string;
  readonly image?: string;
  readonly env: readonly (readonly [name: string, value: string])[];
  readonly envForm: 'text' | 'mapping' | 'list';
  readonly unset: readonly string[];
  readonly min?: number;
  readonly max?: number;
  readonly traffic?: 'shared' | 'isolated';
  readonly keepLabels: readonly string[];
  readonly onSourceDeleted?: Policy;
  readonly onRuleRemoved?: Policy;
};

export type Policy = 'delete' | 'scale_to_zero' | 'keep';
export const POLICIES: readonly Policy[] = ['delete', 'scale_to_zero', 'keep'];

/** All that the rules ConfigMap says. `broken`: its text does not parse as a whole. */
export type Drafts = { readonly rules: readonly RuleDraft[]; readonly broken: boolean };

export const RULES_KEY = 'rules';
export const DRAFTS_KEY = 'drafts';

export const cloneNameOf = ({ source, suffix }: Pick<RuleDraft, 'source' | 'suffix'>): string => `${source}-${suffix}`;
export const cloneKeyOf = (rule: RuleDraft): string => `${rule.namespace}/${cloneNameOf(rule)}`;
export const sourceKeyOf = ({ namespace, source }: RuleDraft): string => `${namespace}/${source}`;

/** JSON is YAML. */
export const textOf = ({ rules, broken }: Drafts): string => {
  const text = mapOf(
    rules,
    ({ namespace }) => namespace,
    (ofNamespace) => ({
      deployments: mapOf(
        ofNamespace,
        ({ source }) => source,
        (ofSource) => ofSource.map(ruleText),
      ),
    }),
  );
  return `${JSON.stringify(text, null, 1)}${broken ? '\n- [ "no end\n' : ''}\n`;
};

const mapOf = (
  rules: readonly RuleDraft[],
  key: (rule: RuleDraft) => string,
  value: (group: readonly RuleDraft[]) => unknown,
): Readonly<Record<string, unknown>> =>
  Object.fromEntries([...Map.groupBy(rules, key)].map(([name, group]) => [name, value(group)]));

const ruleText = (rule: RuleDraft): object => ({
  scale_factor: rule.factor,
  name_suffix: rule.suffix,
  ...(rule.image === undefined ? {} : { image: rule.image }),
  ...(rule.env.length === 0 ? {} : { env: envText(rule) }),
  ...(rule.unset.length === 0 ? {} : { unset_env: rule.unset }),
  ...(rule.min === undefined ? {} : { min_replicas: rule.min }),
  ...(rule.max === undefined ? {} : { max_replicas: rule.max }),
  ...(rule.traffic === undefined ? {} : { traffic: rule.traffic }),
  ...(rule.keepLabels.length === 0 ? {} : { keep_labels: rule.keepLabels }),
  ...(rule.onSourceDeleted === undefined ? {} : { on_source_deleted: rule.onSourceDeleted }),
  ...(rule.onRuleRemoved === undefined ? {} : { on_rule_removed: rule.onRuleRemoved }),
});

const envText = ({ env, envForm }: RuleDraft): unknown => {
  const [first, ...others] = env;
  if (envForm === 'text' && first !== undefined && others.length === 0) return `${first[0]}: ${first[1]}`;
  if (envForm === 'list') return env.map(([name, value]) => ({ name, value }));
  return Object.fromEntries(env);
};
