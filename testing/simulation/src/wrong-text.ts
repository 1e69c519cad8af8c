import type { RuleDraft, RulesDraft, WrongText } from './plan.ts';

type WrongDraft = Extract<RulesDraft, { readonly kind: 'wrong' }>;
type Write = (rules: readonly RuleDraft[]) => string;

/** What a mistake is made in: of all rules, those of the first namespace, or of its first source, are hit by it; the others are as they were. */
interface Parts {
  readonly namespace: string;
  readonly source: string;
  readonly ofSource: readonly RuleDraft[];
  readonly ofNamespace: readonly RuleDraft[];
  readonly others: readonly RuleDraft[];
}

/** How far a mistake goes: what it leaves open, beside all that the text does not state. */
type Reach = 'all' | 'namespace' | 'source';

interface Mistake {
  readonly reach: Reach;
  /** The text, mistake and all. `others`: the text of the rules that it does not hit. */
  readonly write: (parts: Parts, write: Write) => string;
}

/** Rules in the place of those that there are not: a mistake must be made in something. */
const EXAMPLE: RuleDraft = { namespace: 'shop', source: 'web', suffix: 'profiler', scale: '1', env: [], unset: [] };

const MISTAKES: Readonly<Record<WrongText, Mistake>> = {
  configMap: {
    reach: 'all',
    write: (parts, write) =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: rules\n  namespace: ops\ndata:\n  rules.yaml: |\n${indented(write(allOf(parts)), 4)}`,
  },
  manifest: {
    reach: 'all',
    write: ({ namespace, source }) =>
      `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: ${source}\n  namespace: ${namespace}\nspec:\n  replicas: 1\n`,
  },
  deploymentsMissing: { reach: 'all', write: (parts, write) => write(allOf(parts)).replaceAll(/^ {2}deployments:\n/gm, '') },
  namespaceMissing: { reach: 'all', write: ({ ofNamespace }, write) => outdented(write(ofNamespace)) },
  rulesAbove: { reach: 'all', write: (parts, write) => `rules:\n${indented(write(allOf(parts)), 2)}` },
  capitalNamespace: {
    reach: 'namespace',
    write: ({ namespace, ...parts }, write) => write(allOf(parts)).replace(`${namespace}:`, `${capital(namespace)}:`),
  },
  unusableNamespace: {
    reach: 'namespace',
    write: ({ namespace, ...parts }, write) => write(allOf(parts)).replace(`${namespace}:`, `"${namespace}/all":`),
  },
  emptyNamespace: { reach: 'namespace', write: ({ namespace, others }, write) => `${namespace}:\n${textOf(others, write)}` },
  wordAsNamespace: { reach: 'namespace', write: ({ namespace, others }, write) => `${namespace}: yes\n${textOf(others, write)}` },
  capitalDeployments: {
    reach: 'all',
    write: (parts, write) => write(allOf(parts)).replaceAll(/^ {2}deployments:/gm, '  Deployments:'),
  },
  otherKind: {
    reach: 'all',
    write: (parts, write) => write(allOf(parts)).replaceAll(/^ {2}deployments:/gm, '  statefulsets:'),
  },
  emptyDeployments: {
    reach: 'namespace',
    write: ({ namespace, others }, write) => `${namespace}:\n  deployments:\n${textOf(others, write)}`,
  },
  listOfDeployments: {
    reach: 'namespace',
    write: ({ namespace, source, others }, write) => `${namespace}:\n  deployments:\n    - ${source}\n${textOf(others, write)}`,
  },
  capitalSource: {
    reach: 'source',
    write: ({ source, ...parts }, write) => write(allOf(parts)).replace(`    ${source}:`, `    ${capital(source)}:`),
  },
  unusableSource: {
    reach: 'source',
    write: ({ source, ...parts }, write) => write(allOf(parts)).replace(`    ${source}:`, `    "${source} app":`),
  },
  emptySource: { reach: 'source', write: (parts, write) => withSource(parts, write, '') },
  wordAsSource: { reach: 'source', write: (parts, write) => withSource(parts, write, ' yes') },
  suffixMissing: { reach: 'source', write: (parts, write) => withSource(parts, write, ' {scale_factor: 1}') },
  suffixTwice: {
    reach: 'source',
    write: (parts, write) =>
      withSource(parts, write, ' [{scale_factor: 1, name_suffix: profiler}, {scale_factor: 2, name_suffix: profiler}]'),
  },
};

export function wrongText({ how, rules }: WrongDraft, write: Write): string {
  return MISTAKES[how].write(partsOf(rules), write);
}

/** The rules that such a text states all the same. */
export function statedIn({ how, rules }: WrongDraft): readonly RuleDraft[] {
  const { ofSource, ofNamespace, others } = partsOf(rules);
  switch (MISTAKES[how].reach) {
    case 'all':
      return [];
    case 'namespace':
      return others;
    case 'source':
      return [...ofNamespace.filter((rule) => !ofSource.includes(rule)), ...others];
  }
}

function partsOf(rules: readonly RuleDraft[]): Parts {
  const [first = EXAMPLE] = rules;
  const { namespace, source } = first;
  const ofNamespace = rules.length === 0 ? [EXAMPLE] : rules.filter((rule) => rule.namespace === namespace);
  return {
    namespace,
    source,
    ofNamespace,
    ofSource: ofNamespace.filter((rule) => rule.source === source),
    others: rules.filter((rule) => rule.namespace !== namespace),
  };
}

/** With the first namespace first, as it was written. */
function allOf({ ofNamespace, others }: Pick<Parts, 'ofNamespace' | 'others'>): readonly RuleDraft[] {
  return [...ofNamespace, ...others];
}

/** The first source with another entry. */
function withSource({ namespace, source, ofNamespace, ofSource, others }: Parts, write: Write, entry: string): string {
  const siblings = ofNamespace.filter((rule) => !ofSource.includes(rule));
  const [, ...lines] = siblings.length === 0 ? [namespace, '  deployments:'] : textOf(siblings, write).split('\n');
  return [
    `${namespace}:`,
    lines[0],
    `    ${source}:${entry}`,
    ...lines.slice(1).filter((line) => line !== ''),
    textOf(others, write),
  ].join('\n');
}

/** No rules need no text here: they stand beside others. */
function textOf(rules: readonly RuleDraft[], write: Write): string {
  return rules.length === 0 ? '' : write(rules);
}

function indented(text: string, by: number): string {
  return text.replaceAll(/^(?=.)/gm, ' '.repeat(by));
}

/** Without the first line, and with all others further left. */
function outdented(text: string): string {
  return text.slice(text.indexOf('\n') + 1).replaceAll(/^ {2}/gm, '');
}

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
