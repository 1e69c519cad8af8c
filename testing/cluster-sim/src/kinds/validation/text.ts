/** The forms that texts must have: what is wrong with one, in the words of the API server; nothing where it is right. */
export type Form = (text: string) => readonly string[];

/** A regular expression, and how its violation is told. */
interface Pattern {
  readonly source: string;
  readonly rule: string;
  readonly examples: readonly string[];
  readonly longest?: number;
  readonly unit?: 'characters' | 'bytes';
}

function form({ source, rule, examples, longest, unit = 'characters' }: Pattern): Form {
  const whole = new RegExp(`^${source}$`);
  const shown = examples.length === 1 ? `'${examples[0]}'` : examples.map((one) => `'${one}'`).join(',  or ');
  const told = `${rule} (e.g. ${shown}, regex used for validation is '${source}')`;
  return (text) => [
    ...(longest !== undefined && text.length > longest ? [`must be no more than ${longest} ${unit}`] : []),
    ...(whole.test(text) ? [] : [told]),
  ];
}

const WORD = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';

export const subdomain: Form = form({
  source: `${WORD}(\\.${WORD})*`,
  rule: "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
  examples: ['example.com'],
  longest: 253,
});

export const dnsLabel: Form = form({
  source: WORD,
  rule: "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
  examples: ['my-name', '123-abc'],
  longest: 63,
});

/** Label names of objects: a dot is told in a word of its own. */
export const dotlessLabel: Form = (text) => {
  const problems = dnsLabel(text);
  return text.includes('.') && problems.length > 0 ? ['must not contain dots'] : problems;
};

export const dnsName: Form = form({
  source: '[a-z]([-a-z0-9]*[a-z0-9])?',
  rule: "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
  examples: ['my-name', 'abc-123'],
  longest: 63,
});

const UNDERSCORED = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?';

export const searchDomain: Form = form({
  source: `${UNDERSCORED}(\\.${UNDERSCORED})*`,
  rule: "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character",
  examples: ['example.com'],
  longest: 253,
});

export const labelValue: Form = form({
  source: '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?',
  rule: "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  examples: ['MyValue', 'my_value', '12345'],
  longest: 63,
  unit: 'bytes',
});

const namePart: Form = form({
  source: '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]',
  rule: "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  examples: ['MyName', 'my.name', '123-abc'],
  longest: 63,
  unit: 'bytes',
});

/** Keys of labels, annotations, taints: a name, with a domain before it where it is not everybody's. */
export const qualifiedName: Form = (text) => {
  const parts = text.split('/');
  const [name = '', prefix] = parts.reverse();
  if (parts.length > 2)
    return [`a valid label key ${namePart('')[0]} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  const before =
    prefix === undefined
      ? []
      : prefix === ''
        ? ['prefix part must be non-empty']
        : subdomain(prefix).map((problem) => `prefix part ${problem}`);
  return [
    ...before,
    ...(name === '' ? ['name part must be non-empty'] : []),
    ...namePart(name).map((problem) => `name part ${problem}`),
  ];
};

export const configKey: Form = (text) => {
  if (text === '.') return ["must not be '.'"];
  if (text === '..') return ["must not be '..'"];
  if (text.startsWith('..')) return ["must not start with '..'"];
  return configKeyForm(text);
};

const configKeyForm = form({
  source: '[-._a-zA-Z0-9]+',
  rule: "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
  examples: ['key.name', 'KEY_NAME', 'key-name'],
  longest: 253,
});

export const headerName: Form = form({
  source: '[-A-Za-z0-9]+',
  rule: "a valid HTTP header must consist of alphanumeric characters or '-'",
  examples: ['X-Header-Name'],
});

export const percentage: Form = form({
  source: '[0-9]+%',
  rule: "a valid percent string must be a numeric string followed by an ending '%'",
  examples: ['1%', '93%'],
});

export const variableName: Form = (text) =>
  /^[ -<>-~]+$/.test(text)
    ? []
    : ["a valid environment variable name must consist only of printable ASCII characters other than '='"];

/** Names of ports, as IANA gives them to services. */
export const portName: Form = (text) => [
  ...(text.length > 15 ? ['must be no more than 15 characters'] : []),
  ...(/^[-a-z0-9]*$/.test(text) ? [] : ['must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)']),
  ...(/[a-z]/.test(text) ? [] : ['must contain at least one letter (a-z)']),
  ...(text.includes('--') ? ['must not contain consecutive hyphens'] : []),
  ...(text.startsWith('-') || text.endsWith('-') ? ['must not begin or end with a hyphen'] : []),
];

const BYTE = '(25[0-5]|2[0-4]\\d|1?\\d?\\d)';
const V4 = new RegExp(`^${BYTE}(\\.${BYTE}){3}$`);

export const address: Form = (text) =>
  V4.test(text) || /^[0-9a-fA-F]*:[0-9a-fA-F:.]*$/.test(text)
    ? []
    : ['must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'];

/** Paths within a volume. */
export const innerPath: Form = (text) => {
  const isAbsolute = text.startsWith('/') ? ['must be a relative path'] : [];
  return [...isAbsolute, ...backless(text)];
};

export const backless: Form = (text) => (text.split('/').includes('..') ? ["must not contain '..'"] : []);
