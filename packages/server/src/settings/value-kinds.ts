import type { Key } from '@ddprofiler-rc/core';

/**
 * One setting, and how its text is read. A parser gives a value or says what is wrong; it never throws. What is wrong is told in one
 * line of one form: `NAME: what it got; accepted: …; what to do`.
 */
export type Parsed<T> = { readonly value: T } | { readonly problem: string };

export interface Setting<T> {
  readonly name: string;
  /** In words. */
  readonly accepted: string;
  /** As one would write it; a setting without one is required, or may be left out, as its description says. */
  readonly fallback?: string;
  readonly isRequired?: true;
  /** Its flag takes no value, and stands for `true`. */
  readonly isSwitch?: true;
  readonly description: string;
  /** What to do when it is missing or wrong, beside setting it. */
  readonly hint?: string;
  readonly parse: (text: string) => Parsed<T>;
}

/** DNS labels and subdomains, as RFC 1123 and the Kubernetes API have them. */
const LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const SUBDOMAIN = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
export const LABEL_IN_WORDS = 'lower-case letters, digits and "-", at most 63';

/** `CRD_NAME` → `crd-name`: flags are named like variables, with a dash for each underscore. */
export function flagOf(name: string): string {
  return name.toLowerCase().replaceAll('_', '-');
}

export function complaint({ name, accepted, hint }: Setting<unknown>, what: string): string {
  return `${name}: ${what}; accepted: ${accepted}; set ${name} or --${flagOf(name)}${hint === undefined ? '' : ` (${hint})`}`;
}

/** One line, whatever was given, and not a screenful. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text);
}

export function setting<T>(definition: Setting<T>): Setting<T> {
  return definition;
}

export function anyText(text: string): Parsed<string> {
  return { value: text };
}

export function oneOf<Value extends string>(values: readonly Value[]): (text: string) => Parsed<Value> {
  return (text) => {
    const value = values.find((candidate) => candidate === text);
    return value === undefined ? { problem: '' } : { value };
  };
}

export function objectName(text: string): Parsed<string> {
  return SUBDOMAIN.test(text) ? { value: text } : { problem: 'no object can have such a name' };
}

export function namespaceName(text: string): Parsed<string> {
  return LABEL.test(text) ? { value: text } : { problem: 'no namespace can have such a name' };
}

export function parsePort(text: string): Parsed<number> {
  const port = Number(text);
  return /^\d+$/.test(text) && port <= 65_535 ? { value: port } : { problem: '' };
}

export function parseNamespaces(text: string): Parsed<'*' | readonly string[]> {
  const names = [...new Set(text.split(',').map((name) => name.trim()))].filter((name) => name !== '');
  if (names.length === 1 && names[0] === '*') return { value: '*' };
  if (names.length === 0) return { problem: 'there is no name in it' };
  if (names.includes('*')) return { problem: '* stands for all already' };
  const wrong = names.find((name) => !LABEL.test(name));
  return wrong === undefined ? { value: names } : { problem: `${quote(wrong)} cannot be the name of a namespace` };
}

/** None at all is an empty list too. */
export function parseNames(text: string): Parsed<readonly string[]> {
  const names = [...new Set(text.split(',').map((name) => name.trim()))].filter((name) => name !== '');
  const wrong = names.find((name) => !LABEL.test(name));
  return wrong === undefined ? { value: names } : { problem: `${quote(wrong)} cannot be the name of a namespace` };
}

/** A repository, with wildcards. */
const IMAGE_PATTERN = /^[a-z0-9*][a-z0-9._\-/:*]*$/;

export function parseImagePatterns(text: string): Parsed<readonly string[]> {
  const patterns = [...new Set(text.split(',').map((pattern) => pattern.trim()))].filter((pattern) => pattern !== '');
  const wrong = patterns.find((pattern) => !IMAGE_PATTERN.test(pattern));
  if (patterns.length === 0) return { problem: 'there is no pattern in it' };
  return wrong === undefined
    ? { value: patterns }
    : { problem: `${quote(wrong)} cannot be a repository: it has no tag, no digest and no capitals` };
}

export function parseCount(text: string): Parsed<number> {
  return /^\d{1,9}$/.test(text) ? { value: Number(text) } : { problem: '' };
}

export function parseShare(text: string): Parsed<number> {
  const share = Number(text);
  return /^\d(\.\d{1,6})?$/.test(text) && share <= 1 ? { value: share } : { problem: '' };
}

export function parseDeploymentKey(text: string): Parsed<Key> {
  const [namespace = '', name = '', ...more] = text.split('/');
  const isKey = more.length === 0 && LABEL.test(namespace) && SUBDOMAIN.test(name);
  return isKey ? { value: `${namespace}/${name}` } : { problem: '' };
}

export function parseSwitch(text: string): Parsed<boolean> {
  return text === 'true' || text === 'false' ? { value: text === 'true' } : { problem: '' };
}

const LEAST_JOURNAL_BYTES = 1_048_576;

export function parseJournalBytes(text: string): Parsed<number> {
  const bytes = Number(text);
  return /^\d{1,15}$/.test(text) && bytes >= LEAST_JOURNAL_BYTES ? { value: bytes } : { problem: '' };
}
