import type { Key } from '@ddprofiler-rc/core';
import { quote } from './quote.ts';

/** How the text of a setting is read. It gives a value or says what is wrong; it never throws. */
export interface ValueKind<T> {
  /** In words. */
  readonly accepted: string;
  /** Its flag takes no value, and stands for `true`. */
  readonly isSwitch?: true;
  readonly parse: (text: string) => Parsed<T>;
}

/** `problem`: what is wrong beside that it is not accepted; empty where there is no more to say. */
type Parsed<T> = { readonly value: T } | { readonly problem: string };

/** DNS labels and subdomains, as RFC 1123 and the Kubernetes API have them. */
const LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const SUBDOMAIN = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const LABEL_IN_WORDS = 'lower-case letters, digits and "-", at most 63';

export function anyText(accepted: string): ValueKind<string> {
  return { accepted, parse: (text) => ({ value: text }) };
}

export function oneOf<Value extends string>(values: readonly Value[]): ValueKind<Value> {
  return {
    accepted: values.join(', '),
    parse: (text) => {
      const value = values.find((candidate) => candidate === text);
      return value === undefined ? { problem: '' } : { value };
    },
  };
}

export const BINDING_NAME: ValueKind<string> = {
  accepted: 'the name of a DDProfCrd object',
  parse: (text) => (SUBDOMAIN.test(text) ? { value: text } : { problem: 'no object can have such a name' }),
};

export const NAMESPACE: ValueKind<string> = {
  accepted: `the name of a namespace (${LABEL_IN_WORDS})`,
  parse: (text) => (LABEL.test(text) ? { value: text } : { problem: 'no namespace can have such a name' }),
};

export const PORT: ValueKind<number> = {
  accepted: '0 to 65535; 0 is any free port',
  parse: (text) => {
    const port = Number(text);
    return /^\d+$/.test(text) && port <= 65_535 ? { value: port } : { problem: '' };
  },
};

/** Each once. */
function listOf(text: string): readonly string[] {
  return [...new Set(text.split(',').map((one) => one.trim()))].filter((one) => one !== '');
}

export const ALL_OR_NAMESPACES: ValueKind<'*' | readonly string[]> = {
  accepted: `* for all, or names of namespaces (${LABEL_IN_WORDS}) with commas between`,
  parse: (text) => {
    const names = listOf(text);
    if (names.length === 1 && names[0] === '*') return { value: '*' };
    if (names.length === 0) return { problem: 'there is no name in it' };
    if (names.includes('*')) return { problem: '* stands for all already' };
    return NAMESPACES.parse(text);
  },
};

/** None at all is an empty list too. */
export const NAMESPACES: ValueKind<readonly string[]> = {
  accepted: 'names of namespaces with commas between',
  parse: (text) => {
    const names = listOf(text);
    const wrong = names.find((name) => !LABEL.test(name));
    return wrong === undefined ? { value: names } : { problem: `${quote(wrong)} cannot be the name of a namespace` };
  },
};

/** A repository, with wildcards. */
const IMAGE_PATTERN = /^[a-z0-9*][a-z0-9._\-/:*]*$/;

export const IMAGE_PATTERNS: ValueKind<readonly string[]> = {
  accepted: 'repositories with commas between; * stands for any characters but /, ** for any at all',
  parse: (text) => {
    const patterns = listOf(text);
    const wrong = patterns.find((pattern) => !IMAGE_PATTERN.test(pattern));
    if (patterns.length === 0) return { problem: 'there is no pattern in it' };
    return wrong === undefined
      ? { value: patterns }
      : { problem: `${quote(wrong)} cannot be a repository: it has no tag, no digest and no capitals` };
  },
};

export const COUNT: ValueKind<number> = {
  accepted: 'a whole number',
  parse: (text) => (/^\d{1,9}$/.test(text) ? { value: Number(text) } : { problem: '' }),
};

export const SHARE: ValueKind<number> = {
  accepted: '0 to 1',
  parse: (text) => {
    const share = Number(text);
    return /^\d(\.\d{1,6})?$/.test(text) && share <= 1 ? { value: share } : { problem: '' };
  },
};

export const DEPLOYMENT_KEY: ValueKind<Key> = {
  accepted: 'namespace/name',
  parse: (text) => {
    const [namespace = '', name = '', ...more] = text.split('/');
    const isKey = more.length === 0 && LABEL.test(namespace) && SUBDOMAIN.test(name);
    return isKey ? { value: `${namespace}/${name}` } : { problem: '' };
  },
};

export const SWITCH: ValueKind<boolean> = {
  accepted: 'true, false',
  isSwitch: true,
  parse: (text) => (text === 'true' || text === 'false' ? { value: text === 'true' } : { problem: '' }),
};

const LEAST_JOURNAL_BYTES = 1_048_576;

export const JOURNAL_BYTES: ValueKind<number> = {
  accepted: `a whole number of bytes, ${LEAST_JOURNAL_BYTES} or more`,
  parse: (text) => {
    const bytes = Number(text);
    return /^\d{1,15}$/.test(text) && bytes >= LEAST_JOURNAL_BYTES ? { value: bytes } : { problem: '' };
  },
};
