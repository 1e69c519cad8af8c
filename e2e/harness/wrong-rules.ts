/**
 * Ways in which people get rules wrong, each of which leaves open which rules were meant. In all texts `$NS` stands for the namespace, and the
 * rules that are right are {@link RIGHT}. What is right in a wrong text says the same, so that no clone needs a change.
 */
import { CANARY_RULE } from './canary.ts';

const WEB = 'web: { scale_factor: "0.5", name_suffix: p }';
const API = 'api: { scale_factor: "0.5", name_suffix: p, env: { MODE: profile } }';

export const RIGHT = `$NS:
  deployments:
    ${CANARY_RULE}
    ${WEB}
    ${API}
`;

/** Clones that {@link RIGHT} makes, beside the canary's. */
export const RIGHT_CLONES = ['web-p', 'api-p'];

const rules = (...lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');
const indented = (text: string, by: number): string => text.replaceAll(/^(?=.)/gm, ' '.repeat(by));
const inJson = JSON.stringify({
  $NS: { deployments: { canary: { scale_factor: 1, name_suffix: 'follows' }, web: { scale_factor: 0.5, name_suffix: 'p' } } },
});
const MANIFEST = rules(
  'apiVersion: apps/v1',
  'kind: Deployment',
  'metadata: { name: web, namespace: $NS }',
  'spec: { replicas: 1, template: { spec: { containers: [{ name: app, image: nginx }] } } }',
);
const CONFIG_MAP = `${rules('apiVersion: v1', 'kind: ConfigMap', 'metadata:', '  name: rc', 'data:', '  rules: |')}${indented(RIGHT, 4)}`;

/** What is wrong, and the text. */
export const WRONG_TEXTS: readonly (readonly [how: string, text: string])[] = [
  // Something else was pasted.
  ['the whole ConfigMap is pasted in', CONFIG_MAP],
  ['the ConfigMap is pasted in as JSON', JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', data: { rules: RIGHT } })],
  ['a Deployment is pasted in', MANIFEST],
  ['a List is pasted in', rules('apiVersion: v1', 'kind: List', 'items:', `- ${inJson}`)],
  ['a HelmRelease is pasted in', rules('kind: HelmRelease', 'spec:', '  values:', '    config:') + indented(RIGHT, 6)],
  ['a kustomization is pasted in', rules('configMapGenerator:', '- name: rc', '  files: [rules]', 'resources: []')],
  ['the binding is pasted in', rules('kind: DDProfCrd', 'metadata: { name: rc }', 'ruleType: configmap', 'cmName: rc')],
  ['an error of kubectl is pasted in', 'Error from server (NotFound): configmaps "rc" not found\n'],
  ['a page of a proxy is pasted in', '<html><body>502 Bad Gateway</body></html>\n'],
  ['a diff is pasted in', RIGHT.replaceAll(/^/gm, '+')],
  ['a conflict of a merge is left in', `<<<<<<< HEAD\n${RIGHT}=======\n${RIGHT}>>>>>>> other\n`],
  ['it is the base64 of the rules', Buffer.from(RIGHT).toString('base64')],
  // A level is too many, missing, or elsewhere.
  ['`rules:` stands above everything', `rules:\n${indented(RIGHT, 2)}`],
  ['`data:` and a block stand above everything', `data: |\n${indented(RIGHT, 2)}`],
  ['the level of namespaces is missing', rules('deployments:', `  ${CANARY_RULE}`, `  ${WEB}`, `  ${API}`)],
  ['the level `deployments` is missing', rules('$NS:', `  ${CANARY_RULE}`, `  ${WEB}`, `  ${API}`)],
  ['the level of sources is missing', rules('$NS:', '  deployments:', '    scale_factor: "0.5"', '    name_suffix: p')],
  ['there is nothing but a rule', rules('scale_factor: "0.5"', 'name_suffix: p')],
  ['`deployments:` is not indented', RIGHT.replace('  deployments:', 'deployments:')],
  ['rules stand beside `deployments:`', rules('$NS:', '  deployments:', `    ${CANARY_RULE}`, `  ${WEB}`, `  ${API}`)],
  [
    'a rule stands within another',
    rules(
      '$NS:',
      '  deployments:',
      `    ${CANARY_RULE}`,
      '    web:',
      '      scale_factor: "0.5"',
      '      name_suffix: p',
      `      ${API}`,
    ),
  ],
  ['everything is a comment', RIGHT.replaceAll(/^/gm, '# ')],
  // Keys.
  ['the namespace has a capital', RIGHT.replace('$NS', 'Small')],
  ['`Deployments` has a capital', RIGHT.replace('deployments', 'Deployments')],
  ['`deployment` is singular', RIGHT.replace('deployments', 'deployment')],
  ['the kind is `statefulsets`', RIGHT.replace('deployments', 'statefulsets')],
  [
    'some rules stand under `statefulsets`',
    rules('$NS:', '  deployments:', `    ${CANARY_RULE}`, '  statefulsets:', `    ${WEB}`),
  ],
  ['a source has a capital, and others are left out', rules('$NS:', '  deployments:', `    ${WEB.replace('web', 'Web')}`)],
  ['the namespace is not watched', RIGHT.replace('$NS', 'elsewhere')],
  ['the namespace is the empty text', RIGHT.replace('$NS', '""')],
  ['a namespace stands there twice', `${RIGHT}${RIGHT}`],
  ['a source stands there twice', `${RIGHT}    ${WEB}\n`],
  ['a field stands there twice', RIGHT.replace('name_suffix: p', 'name_suffix: p, name_suffix: p')],
  // Templates that nobody rendered.
  ['Helm’s braces are left in a key', RIGHT.replace('$NS', '{{ .Release.Namespace }}')],
  ['Helm’s braces are left in a value', RIGHT.replace('"0.5"', '{{ .Values.factor }}')],
  ['a variable of a shell is left in a key', RIGHT.replace('$NS', '$(NAMESPACE)')],
  ['an alias has no anchor', RIGHT.replace(WEB, 'web: *profiled')],
  // Broken YAML.
  ['it is indented by tabs', RIGHT.replaceAll('  ', '\t')],
  ['it is indented by no-break spaces', RIGHT.replaceAll('  ', '\u00a0\u00a0')],
  ['a quote is open', RIGHT.replace('"0.5"', '"0.5')],
  ['the JSON is cut off', inJson.slice(0, -8)],
  ['its lines are joined by a literal \\n', RIGHT.replaceAll('\n', '\\n')],
  ['a second document follows', `${RIGHT}---\n${RIGHT}`],
  // Empty.
  ['it is null', 'null'],
  ['it is blank', ' \n\t\n'],
  ['`deployments:` is empty', rules('$NS:', '  deployments:')],
  ['the namespace is empty', rules('$NS:')],
  // Other types, at each level.
  ['it is a list', rules(`- ${inJson}`)],
  ['it is a number', '5'],
  ['the namespace is a list', rules('$NS:', `- deployments: { ${WEB} }`)],
  ['the deployments are a list', rules('$NS:', '  deployments:', '  - name: web', '    scale_factor: 1')],
  ['the deployments are false', rules('$NS: { deployments: false }')],
  ['a rule is a text, and others are left out', rules('$NS: { deployments: { web: p } }')],
  ['a rule is null, and others are left out', rules('$NS: { deployments: { web: } }')],
  // One rule is wrong, and others are left out.
  ['a scale factor is wrong', rules('$NS:', '  deployments:', `    ${WEB.replace('0.5', '0,5')}`)],
  ['a suffix is missing', rules('$NS: { deployments: { web: { scale_factor: "0.5" } } }')],
  [
    'a clone has the name of a source',
    rules('$NS:', '  deployments:', `    ${WEB}`, '    web-p: { scale_factor: 1, name_suffix: x }'),
  ],
  ['two rules make the same clone', rules('$NS:', '  deployments:', `    web: [${WEB.slice(4)}, ${WEB.slice(4)}]`)],
  // Bytes.
  ['each letter is followed by a NUL, as in UTF-16', [...RIGHT].join('\0')],
  ['it ends in NULs', `${RIGHT}\0\0`],
  ['a mark of byte order stands within it', RIGHT.replace('deployments', '\ufeffdeployments')],
];
