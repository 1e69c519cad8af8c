import { MAX_TEXT } from '../../src/rules/yaml-tree.ts';

/** What comes of a text, for the one rule of `shop/web` that was in force before. */
type Outcome =
  /** Nothing of it can be read: everything stays in force. */
  | 'unreadable'
  /** Nothing but white space and comments. */
  | 'blank'
  /** This rule is wrong: what it said last stays in force. */
  | 'error'
  /** It is read, and something in it is told. */
  | 'warning'
  /** It is read, strange as it looks. */
  | 'fine';

export interface HostileText {
  readonly name: string;
  readonly text: string;
  readonly outcome: Outcome;
  /** A part of a message; absent where there is none. */
  readonly says?: string | RegExp;
}

const MIB = MAX_TEXT;

/** Rules text with one rule for `shop/web`, whose fields are as given; `scale_factor` and `name_suffix` unless they are among them. */
function rule(fields: string): string {
  const usual = [
    ...(/^scale_factor:/m.test(fields) ? [] : ['scale_factor: 1']),
    ...(/^name_suffix:/m.test(fields) ? [] : ['name_suffix: p']),
  ];
  const lines = [...usual, ...fields.split('\n')].map((line) => `      ${line}`);
  return ['shop:', '  deployments:', '    web:', ...lines, ''].join('\n');
}

/** A source of this name beside the one that is good. */
function beside(name: string): string {
  return `shop: {deployments: {web: {scale_factor: 1, name_suffix: p}, ${name}: {scale_factor: 1, name_suffix: p}}}`;
}

/** Values of every type, as YAML. */
const VALUES: Readonly<Record<string, string>> = {
  nothing: '',
  null: 'null',
  'an empty text': "''",
  'a text': 'some words',
  'a whole number': '3',
  'a negative number': '-1',
  'a fraction': '0.5',
  'a huge number': '1e400',
  'not a number': '.nan',
  infinity: '.inf',
  true: 'true',
  'an empty list': '[]',
  'a list': '[a, 1]',
  'an empty mapping': '{}',
  'a mapping': '{a: 1}',
  'a list of lists': '[[a]]',
  'a mapping of mappings': '{a: {b: {c: 1}}}',
};

/** Which of {@link VALUES} a field takes, with or without a word about it; each other one is an error. */
const TAKEN: Readonly<Record<string, readonly string[]>> = {
  scale_factor: ['a whole number', 'a fraction'],
  name_suffix: ['a whole number', 'a negative number', 'a fraction', 'a huge number', 'true'],
  image: ['a whole number', 'a negative number', 'a fraction', 'a huge number', 'not a number', 'infinity', 'true', 'null'],
  env: ['nothing', 'null', 'an empty list', 'an empty mapping', 'a mapping'],
  unset_env: [
    'nothing',
    'null',
    'an empty list',
    'a text',
    'a whole number',
    'a negative number',
    'a fraction',
    'a huge number',
    'not a number',
    'infinity',
    'true',
    'a list',
  ],
  container: ['a whole number', 'a huge number', 'true'],
  containers: ['nothing', 'null', 'an empty mapping', 'a mapping of mappings'],
  min_replicas: ['a whole number'],
  max_replicas: ['a whole number'],
  traffic: [],
  keep_labels: ['a whole number', 'a fraction', 'a huge number', 'true', 'an empty list', 'a list'],
  on_source_deleted: [],
  on_rule_removed: [],
  follow_restarts: ['true'],
  adopt: ['true'],
  suspend: ['true'],
  active_until: [],
};

const FIELDS = Object.keys(TAKEN);

/** Bytes that are no text, or hardly one. */
const ODD_CHARACTERS: readonly HostileText[] = [
  { name: 'a NUL', text: 'shop: "\0"', outcome: 'unreadable' },
  { name: 'a bell', text: 'sh\u0007op: {}', outcome: 'unreadable' },
  {
    name: 'a lone surrogate',
    text: beside('"\ud800"'),
    outcome: 'error',
    says: 'name of a Deployment',
  },
  { name: 'a byte order mark', text: `\ufeff${rule('image: x')}`, outcome: 'fine' },
  { name: 'Windows line ends', text: rule('image: x').replaceAll('\n', '\r\n'), outcome: 'fine' },
  { name: 'old Macintosh line ends', text: rule('image: x').replaceAll('\n', '\r'), outcome: 'fine' },
  { name: 'a tab before a key', text: '\tshop: {}', outcome: 'unreadable' },
  {
    name: 'a right-to-left mark in a name',
    text: beside('"we\u202eb"'),
    outcome: 'error',
    says: 'name of a Deployment',
  },
  {
    name: 'a name in Cyrillic',
    text: beside('веб'),
    outcome: 'error',
    says: 'name of a Deployment',
  },
  {
    name: 'a namespace of emoji',
    text: '🛍: {deployments: {web: {scale_factor: 1, name_suffix: p}}}\nshop: {deployments: {web: {scale_factor: 1, name_suffix: p}}}',
    outcome: 'error',
  },
  { name: 'a suffix of emoji', text: rule('name_suffix: 🔥'), outcome: 'error' },
  { name: 'full-width digits', text: rule('scale_factor: "０．５"'), outcome: 'error', says: 'scale_factor' },
  { name: 'Arabic digits', text: rule('scale_factor: "٠"'), outcome: 'error', says: 'scale_factor' },
];

/** YAML that other programs have been hurt by. */
const YAML: readonly HostileText[] = [
  { name: 'an open bracket', text: 'shop: [', outcome: 'unreadable' },
  { name: 'an open quote', text: 'shop: "web', outcome: 'unreadable' },
  { name: 'a closing brace alone', text: '}', outcome: 'unreadable' },
  { name: 'a bad indent', text: 'shop:\n  deployments:\n web: 1', outcome: 'unreadable' },
  { name: 'two documents', text: '{}\n---\n{}', outcome: 'unreadable' },
  { name: 'an unknown alias', text: 'shop: *web', outcome: 'unreadable' },
  { name: 'an alias of itself', text: 'shop: &a [*a]', outcome: 'unreadable' },
  { name: 'a mapping that holds itself', text: 'shop: &a {deployments: *a}', outcome: 'unreadable' },
  { name: 'a tag for code', text: 'shop: !!python/object/apply:os.system ["rm -rf /"]', outcome: 'unreadable' },
  { name: 'a tag for a function', text: 'shop: !!js/function "function () {}"', outcome: 'unreadable' },
  { name: 'a tag of its own', text: 'shop: !secret x', outcome: 'unreadable' },
  { name: 'a binary value', text: rule('image: !!binary aGVsbG8='), outcome: 'unreadable' },
  { name: 'a list at the top', text: '- shop', outcome: 'unreadable', says: 'mapping of namespaces' },
  { name: 'a text at the top', text: 'shop', outcome: 'unreadable', says: 'mapping of namespaces' },
  { name: 'a number at the top', text: '42', outcome: 'unreadable' },
  { name: 'a key that is a list', text: '? [shop]\n: {}', outcome: 'unreadable' },
  { name: 'a key that is a mapping', text: '? {shop: 1}\n: {}', outcome: 'unreadable' },
  { name: 'a directive that is none', text: '%FOO bar\n---\n{}', outcome: 'fine' },
  { name: 'YAML 9', text: '%YAML 9.0\n---\n{}', outcome: 'unreadable' },
  { name: 'nothing', text: '', outcome: 'blank' },
  { name: 'white space', text: ' \n\n  \n', outcome: 'blank' },
  { name: 'a comment', text: '# to be written', outcome: 'blank' },
  { name: 'a document that is empty', text: '---\n', outcome: 'blank' },
  { name: 'null', text: 'null', outcome: 'blank' },
  { name: 'a tilde', text: '~', outcome: 'blank' },
  { name: 'JSON', text: '{"shop":{"deployments":{"web":{"scale_factor":1,"name_suffix":"p"}}}}', outcome: 'fine' },
];

const KEYS: readonly HostileText[] = [
  { name: '__proto__ at the top', text: '__proto__: {deployments: {}}', outcome: 'unreadable', says: '__proto__' },
  { name: '__proto__ as a source', text: 'shop: {deployments: {__proto__: {}}}', outcome: 'unreadable', says: '__proto__' },
  { name: '__proto__ as a field', text: rule('__proto__: {adopt: true}'), outcome: 'unreadable', says: '__proto__' },
  { name: '__proto__ as a variable', text: rule('env: {__proto__: x}'), outcome: 'unreadable', says: '__proto__' },
  { name: '__proto__ by a merge', text: rule('<<: {__proto__: {adopt: true}}'), outcome: 'unreadable', says: '__proto__' },
  {
    name: 'constructor as a field',
    text: rule('constructor: {prototype: {adopt: true}}'),
    outcome: 'warning',
    says: 'unknown field',
  },
  { name: 'prototype as a container', text: rule('containers: {prototype: {image: x}}'), outcome: 'fine' },
  { name: 'toString as a variable', text: rule('env: {toString: x, constructor: y, hasOwnProperty: z}'), outcome: 'fine' },
  { name: 'a namespace twice', text: 'shop: {}\nshop: {}', outcome: 'unreadable', says: 'shop' },
  { name: 'a source twice', text: 'shop: {deployments: {web: {}, web: {}}}', outcome: 'unreadable', says: 'web' },
  { name: 'a field twice', text: rule('image: a\nimage: b'), outcome: 'unreadable', says: 'image' },
  { name: 'a variable twice in a mapping', text: rule('env: {A: 1, A: 2}'), outcome: 'unreadable' },
  { name: 'a variable twice in a list', text: rule('env: ["A: 1", "A: 2"]'), outcome: 'warning' },
  { name: 'a field in another case', text: rule('Scale_Factor: 1'), outcome: 'warning', says: 'did you mean' },
  { name: 'a field misspelt', text: rule('scale_facter: 1'), outcome: 'warning', says: 'did you mean `scale_factor`' },
  {
    name: 'a kind that is none',
    text: 'shop: {deployments: {web: {scale_factor: 1, name_suffix: p}}, statefulsets: {}}',
    outcome: 'error',
    says: 'statefulsets: unknown key',
  },
  {
    name: 'a rule beside deployments',
    text: 'shop: {deployments: {web: {scale_factor: 1, name_suffix: p}}, api: {scale_factor: 1, name_suffix: p}}',
    outcome: 'error',
    says: 'api: unknown key',
  },
  {
    name: 'a rule within another',
    text: rule('api: {scale_factor: 1, name_suffix: p}'),
    outcome: 'error',
    says: 'put it at the level of "web"',
  },
  {
    name: 'a rule within the containers of another',
    text: rule('containers:\n  api: {scale_factor: 1, name_suffix: p}'),
    outcome: 'error',
    says: 'indented too far',
  },
  {
    name: 'a rule two levels within another',
    text: rule('team: {api: {scale_factor: 1, name_suffix: p}}'),
    outcome: 'error',
    says: 'indented too far',
  },
  {
    name: 'a namespace within a rule',
    text: rule('bank: {deployments: {api: {scale: 1}}}'),
    outcome: 'error',
    says: 'indented too far',
  },
  {
    name: 'a rule within a text of several lines',
    text: rule('env: |\n  A: 1\n  api:\n    scale_factor: 1\n    name_suffix: p'),
    outcome: 'error',
    says: 'indented too far',
  },
  {
    name: 'the old and the new name of a field',
    text: rule('image: a\ncloned_image: b'),
    outcome: 'error',
    says: 'give that alone',
  },
];

/** At, and beyond, the limits of names. */
const NAMES: readonly HostileText[] = [
  ['a suffix that just fits', 'p'.repeat(249), 'fine'],
  ['a suffix one too long', 'p'.repeat(250), 'error'],
  ['a suffix of 1,000', 'p'.repeat(1_000), 'error'],
  ['a suffix with a capital', 'P', 'error'],
  ['a suffix with a slash', 'a/b', 'error'],
  ['a suffix that climbs', '../../secrets', 'error'],
  ['a suffix that ends in a dash', 'p-', 'error'],
  ['a suffix that ends in a dot', 'p.', 'error'],
  ['a suffix with an underscore', 'a_b', 'error'],
  ['a suffix with a space', "'a b'", 'error'],
  ['a suffix with a percent sign', "'%2e%2e'", 'error'],
  ['a suffix with a question mark', "'p?force=true'", 'error'],
].map(([name = '', suffix = '', outcome]) => ({
  name,
  text: rule(`name_suffix: ${suffix}`),
  outcome: outcome === 'fine' ? 'fine' : 'error',
  ...(outcome === 'error' ? { says: 'name_suffix' } : {}),
}));

const COLLISIONS: readonly HostileText[] = [
  {
    name: 'two rules for one clone',
    text: 'shop: {deployments: {web: [{scale_factor: 1, name_suffix: p}, {scale_factor: 1, name_suffix: p}]}}',
    outcome: 'error',
    says: 'also the clone of',
  },
  {
    name: 'a clone that is a source',
    text: 'shop: {deployments: {web: {scale_factor: 1, name_suffix: p}, web-p: {scale_factor: 1, name_suffix: q}}}',
    outcome: 'error',
    says: 'the source of another rule',
  },
  {
    name: 'a clone of a clone of another name',
    text: 'shop: {deployments: {web: {scale_factor: 1, name_suffix: p-q}, web-p: {scale_factor: 1, name_suffix: q}}}',
    outcome: 'error',
    says: 'also the clone of',
  },
  { name: 'an empty list of rules', text: 'shop: {deployments: {web: []}}', outcome: 'warning', says: 'empty list' },
  { name: 'a list of nothing', text: 'shop: {deployments: {web: [null]}}', outcome: 'error' },
  {
    name: 'a list of lists of rules',
    text: 'shop: {deployments: {web: [[{scale_factor: 1, name_suffix: p}]]}}',
    outcome: 'error',
  },
  { name: 'a rule that is a text', text: 'shop: {deployments: {web: profile it}}', outcome: 'error' },
  { name: 'deployments that are a list', text: 'shop: {deployments: [web]}', outcome: 'error' },
  { name: 'a namespace that is a text', text: 'shop: web', outcome: 'error' },
  {
    name: 'a namespace with a dot',
    text: 'a.b: {deployments: {web: {scale_factor: 1, name_suffix: p}}}\nshop: web',
    outcome: 'error',
  },
  {
    name: 'a source of 254 characters',
    text: `shop: {deployments: {web: {scale_factor: x, name_suffix: p}, ${'a'.repeat(254)}: {scale_factor: 1, name_suffix: p}}}`,
    outcome: 'error',
  },
  { name: 'a variable set and unset', text: rule('env: {A: 1}\nunset_env: A'), outcome: 'error', says: 'both set' },
  { name: 'less at most than at least', text: rule('min_replicas: 3\nmax_replicas: 2'), outcome: 'error' },
  { name: 'labels kept in shared traffic', text: rule('keep_labels: [app]'), outcome: 'warning' },
];

const FACTORS: readonly HostileText[] = (
  [
    ['0', 'fine'],
    ['1e2', 'fine'],
    ['.5', 'fine'],
    ['"+0.5"', 'fine'],
    ['-0.5', 'error'],
    ['-0', 'error'],
    ['1e999', 'error'],
    ['1e-999', 'error'],
    ['NaN', 'error'],
    ['.NaN', 'error'],
    ['Infinity', 'error'],
    ['0x10', 'error'],
    ['0o17', 'error'],
    ['1_000', 'error'],
    ['1,5', 'error'],
    ['50%', 'error'],
    ['1/2', 'error'],
    ['half', 'error'],
    ['"0.5 "', 'fine'],
    ['"1 2"', 'error'],
    [`"${'9'.repeat(41)}"`, 'error'],
    [`"0.${'0'.repeat(10_000)}1"`, 'error'],
    ['"$(SCALE)"', 'error'],
  ] as const
).map(([factor, outcome]) => ({
  name: `a factor of ${factor.slice(0, 20)}`,
  text: rule(`scale_factor: ${factor}`),
  outcome,
  ...(outcome === 'error' ? { says: 'scale_factor' } : {}),
}));

const MOMENTS: readonly HostileText[] = [
  'tomorrow',
  '2026-12-24',
  '2026-12-24T18:00',
  '2026-13-01T00:00:00Z',
  '2026-02-30T99:00:00Z',
  '1767225600',
  '2026-12-24T18:00:00',
  '2026-12-24T18:00:00+99:99',
].map((text) => ({ name: `an end ${text}`, text: rule(`active_until: "${text}"`), outcome: 'error', says: 'RFC 3339' }));

/** As large as a ConfigMap can be, and larger when expanded. */
const LARGE: readonly HostileText[] = [
  {
    name: 'an alias bomb of lists',
    text: bomb((previous) => `[${previous.join(', ')}]`),
    outcome: 'unreadable',
    says: /alias|node/,
  },
  {
    name: 'an alias bomb of mappings',
    text: bomb((previous) => `{${previous.map((alias, index) => `k${index}: ${alias}`).join(', ')}}`),
    outcome: 'unreadable',
    says: /alias|node/,
  },
  { name: 'an alias bomb of merges', text: mergeBomb(), outcome: 'unreadable' },
  { name: 'one alias a hundred thousand times', text: `a: &a {x: 1}\nb: [${'*a, '.repeat(100_000)}]`, outcome: 'unreadable' },
  { name: 'a depth of a thousand lists', text: `shop: ${'['.repeat(1_000)}${']'.repeat(1_000)}`, outcome: 'unreadable' },
  { name: 'half a million brackets', text: '['.repeat(MIB / 2), outcome: 'unreadable' },
  {
    name: 'a depth of a hundred mappings',
    text: Array.from({ length: 100 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'),
    outcome: 'unreadable',
  },
  { name: 'one character more than 1 MiB', text: `# ${'x'.repeat(MIB - 1)}`, outcome: 'unreadable', says: 'characters long' },
  { name: '1 MiB of comment', text: `# ${'x'.repeat(MIB - 2)}`, outcome: 'blank' },
  { name: '1 MiB of line ends', text: '\n'.repeat(MIB), outcome: 'blank' },
  { name: '1 MiB of spaces', text: ' '.repeat(MIB), outcome: 'blank' },
  { name: '1 MiB of a variable’s value', text: filled((size) => rule(`env: {A: ${'x'.repeat(size)}}`)), outcome: 'fine' },
  { name: '1 MiB of an image', text: filled((size) => rule(`image: ${'x'.repeat(size)}`)), outcome: 'fine' },
  { name: '1 MiB of a suffix', text: filled((size) => rule(`name_suffix: ${'x'.repeat(size)}`)), outcome: 'error' },
  { name: '1 MiB of a factor', text: filled((size) => rule(`scale_factor: ${'9'.repeat(size)}`)), outcome: 'error' },
  {
    name: '1 MiB of a name',
    text: filled((size) => beside('x'.repeat(size))),
    outcome: 'error',
  },
  {
    name: '1 MiB of one field’s name',
    text: filled((size) => `shop: {deployments: {web: {? ${'x'.repeat(size)} : 1, scale_factor: 1, name_suffix: p}}}`),
    outcome: 'warning',
  },
  { name: '1 MiB of sources that are wrong', text: many(MIB, (index) => `    s${index}: -1\n`), outcome: 'error' },
  { name: '1 MiB of namespaces', text: many(MIB, (index) => `n${index}: 5\n`, ''), outcome: 'unreadable', says: 'node' },
  { name: '10,000 rules', text: tenThousand('0.1'), outcome: 'fine' },
  { name: '10,000 rules that are wrong', text: tenThousand('x'), outcome: 'fine' },
  {
    name: '10,000 rules of one source',
    text: `shop: {deployments: {web: [${Array.from({ length: 10_000 }, (_, index) => `{scale_factor: 1, name_suffix: p${index}}`).join(', ')}]}}`,
    outcome: 'fine',
  },
  {
    name: '10,000 variables',
    text: rule(`env: {${Array.from({ length: 10_000 }, (_, index) => `V${index}: x`).join(', ')}}`),
    outcome: 'fine',
  },
  {
    name: '5,000 containers',
    text: rule(`containers: {${Array.from({ length: 5_000 }, (_, index) => `c${index}: {image: x}`).join(', ')}}`),
    outcome: 'fine',
  },
];

function bomb(level: (previous: readonly string[]) => string): string {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
  for (let depth = 1; depth < 30; depth += 1)
    lines.push(`a${depth}: &a${depth} ${level(Array.from({ length: 9 }, () => `*a${depth - 1}`))}`);
  return `${lines.join('\n')}\n`;
}

function mergeBomb(): string {
  const lines = ['a0: &a0 {k: 1}'];
  for (let depth = 1; depth < 30; depth += 1)
    lines.push(`a${depth}: &a${depth} {<<: [${Array.from({ length: 9 }, () => `*a${depth - 1}`).join(', ')}]}`);
  return `${lines.join('\n')}\n`;
}

/** Just as long as a text may be. */
function filled(text: (size: number) => string): string {
  return text(MIB - text(0).length);
}

function many(length: number, line: (index: number) => string, head = 'shop:\n  deployments:\n    web: 1\n'): string {
  const lines = [head];
  let size = head.length;
  for (let index = 0; ; index += 1) {
    const next = line(index);
    if (size + next.length > length) return lines.join('');
    lines.push(next);
    size += next.length;
  }
}

function tenThousand(factor: string): string {
  const rules = Array.from({ length: 10_000 }, (_, index) => `    s${index}: {scale_factor: ${factor}, name_suffix: p}\n`);
  return `shop:\n  deployments:\n    web: {scale_factor: 1, name_suffix: p}\n${rules.join('')}`;
}

export const HOSTILE_TEXTS: readonly HostileText[] = [
  ...FIELDS.flatMap((field) =>
    Object.entries(VALUES).map(([name, value]): HostileText => {
      const text = rule(`${field}: ${value}`);
      return TAKEN[field]?.includes(name) === true
        ? { name: `${field}: ${name}`, text, outcome: 'fine' }
        : { name: `${field}: ${name}`, text, outcome: 'error', says: field };
    }),
  ),
  ...ODD_CHARACTERS,
  ...YAML,
  ...KEYS,
  ...NAMES,
  ...COLLISIONS,
  ...FACTORS,
  ...MOMENTS,
  ...LARGE,
];
