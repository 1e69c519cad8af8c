import type { JsonObject } from '../json.ts';
import { objectAt } from '../json.ts';
import { labelValue, qualifiedName } from '../kinds/validation/text.ts';
import { everything, type Matcher, remembered } from './matcher.ts';
import { badRequest } from './status-error.ts';

/**
 * Which objects a label selector takes.
 *
 * | form | takes objects whose label |
 * | --- | --- |
 * | `a=b`, `a==b` | is b |
 * | `a!=b`, `a notin (b,c)` | is absent, or none of them |
 * | `a in (b,c)` | is one of them |
 * | `a`, `!a` | is there, is absent |
 * | `a>1`, `a<1` | is a number above, below |
 *
 * @throws Refusal 400 for what is no selector
 */
export const labelMatcher: (selector: string) => Matcher = remembered((selector) => {
  const requirements = new Reader(selector).requirements();
  if (requirements.length === 0) return everything;
  return (object) => {
    const labels = objectAt(object, 'metadata', 'labels');
    return requirements.every((fits) => fits(labels));
  };
});

type Requirement = (labels: JsonObject) => boolean;

type Token = { readonly kind: 'word' | 'sign' | 'end'; readonly text: string };

const END: Token = { kind: 'end', text: '' };
const TOKEN = /\s*(==|!=|[=!<>(),]|[^\s=!<>(),]+)/y;

function tokensOf(selector: string): readonly Token[] {
  const tokens: Token[] = [];
  const text = selector.trimEnd();
  for (TOKEN.lastIndex = 0; TOKEN.lastIndex < text.length; ) {
    const [, found = ''] = TOKEN.exec(text) ?? [];
    tokens.push({ kind: /^[=!<>(),]/.test(found) ? 'sign' : 'word', text: found });
  }
  return tokens;
}

class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(selector: string) {
    this.#tokens = tokensOf(selector);
  }

  requirements(): readonly Requirement[] {
    const found: Requirement[] = [];
    if (this.#next.kind === 'end') return found;
    for (;;) {
      if (this.#next.kind !== 'word' && this.#next.text !== '!')
        throw badRequest(`found '${this.#next.text}', expected: !, identifier, or 'end of string'`);
      found.push(this.#requirement());
      const { kind, text } = this.#take();
      if (kind === 'end') return found;
      if (text !== ',') throw badRequest(`found '${text}', expected: ',' or 'end of string'`);
      if (this.#next.kind !== 'word' && this.#next.text !== '!')
        throw badRequest(`found '${this.#next.text}', expected: identifier after ','`);
    }
  }

  get #next(): Token {
    return this.#tokens[this.#at] ?? END;
  }

  #take(): Token {
    const token = this.#next;
    this.#at += 1;
    return token;
  }

  #requirement(): Requirement {
    const isNegated = this.#next.text === '!';
    if (isNegated) this.#take();
    const { kind, text: key } = this.#take();
    if (kind !== 'word') throw unparsable(`found '${key}', expected: identifier`);
    const [problem] = qualifiedName(key);
    if (problem !== undefined) throw unparsable(`<nil>: Invalid value: ${JSON.stringify(key)}: ${problem}`);
    if (isNegated) return (labels) => !Object.hasOwn(labels, key);
    if (this.#next.kind === 'end' || this.#next.text === ',') return (labels) => Object.hasOwn(labels, key);
    return this.#comparison(key, this.#take().text);
  }

  #comparison(key: string, operator: string): Requirement {
    switch (operator) {
      case 'in': {
        const values = this.#set(key);
        return (labels) => typeof labels[key] === 'string' && values.has(labels[key]);
      }
      case 'notin': {
        const values = this.#set(key);
        return (labels) => typeof labels[key] !== 'string' || !values.has(labels[key]);
      }
      case '=':
      case '==': {
        const value = this.#value(key);
        return (labels) => labels[key] === value;
      }
      case '!=': {
        const value = this.#value(key);
        return (labels) => labels[key] !== value;
      }
      case '>':
      case '<': {
        const limit = this.#number();
        return (labels) => isBeyond(labels[key], operator, limit);
      }
      default:
        throw unparsable(`found '${operator}', expected: in, notin, =, ==, !=, gt, lt`);
    }
  }

  #set(key: string): ReadonlySet<string> {
    const open = this.#take().text;
    if (open !== '(') throw unparsable(`found '${open}' expected: '('`);
    const values: string[] = [''];
    for (;;) {
      const { kind, text } = this.#take();
      if (text === ')' && kind === 'sign') break;
      if (kind === 'word') values[values.length - 1] = text;
      else if (text === ',') values.push('');
      else throw unparsable(`found '${text}', expected: ',', ')' or identifier`);
    }
    for (const [index, value] of values.entries()) checkValue(key, value, index);
    return new Set(values);
  }

  #value(key: string): string {
    if (this.#next.kind === 'end' || this.#next.text === ',') return '';
    const { kind, text } = this.#take();
    if (kind !== 'word') throw unparsable(`found '${text}', expected: identifier`);
    checkValue(key, text, 0);
    return text;
  }

  #number(): number {
    const { text } = this.#take();
    if (!/^-?\d+$/.test(text))
      throw unparsable(
        `values[0]: Invalid value: ${JSON.stringify(text)}: for 'Gt', 'Lt' operators, the value must be an integer`,
      );
    return Number(text);
  }
}

function isBeyond(value: unknown, operator: '<' | '>', limit: number): boolean {
  if (typeof value !== 'string' || !/^-?\d+$/.test(value)) return false;
  return operator === '>' ? Number(value) > limit : Number(value) < limit;
}

function checkValue(key: string, value: string, index: number): void {
  const [problem] = labelValue(value);
  if (problem !== undefined) throw unparsable(`values[${index}][${key}]: Invalid value: ${JSON.stringify(value)}: ${problem}`);
}

function unparsable(why: string): Error {
  return badRequest(`unable to parse requirement: ${why}`);
}
