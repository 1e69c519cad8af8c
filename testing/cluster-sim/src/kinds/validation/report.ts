import type { Json } from '../../json.ts';
import type { Cause } from '../resource-info.ts';

/** Where a value stands, as a way up: a text is made only for what is wrong. */
export class Place {
  readonly #above: Place | undefined;
  readonly #step: string;

  constructor(step: string, above?: Place) {
    this.#step = step;
    this.#above = above;
  }

  field(name: string): Place {
    return new Place(`.${name}`, this);
  }

  item(index: number | string): Place {
    return new Place(`[${index}]`, this);
  }

  toString(): string {
    return `${this.#above ?? ''}${this.#step}`;
  }
}

/** All that the server has to say against an object, in the order in which it finds it. */
export class Report {
  readonly causes: Cause[] = [];

  required(at: Place, why = ''): void {
    this.#add('Required', at, `Required value${why === '' ? '' : `: ${why}`}`);
  }

  invalid(at: Place, value: Json, why: string): void {
    this.#add('Invalid', at, `Invalid value: ${JSON.stringify(value)}: ${why}`);
  }

  /** A value of another type than its schema's. */
  wrongType(at: Place, value: Json, why: string): void {
    this.#add('TypeInvalid', at, `Invalid value: ${JSON.stringify(value)}: ${why}`);
  }

  /** Each of the reasons by itself. */
  invalidFor(at: Place, value: Json, reasons: readonly string[]): void {
    for (const why of reasons) this.invalid(at, value, why);
  }

  forbidden(at: Place, why: string): void {
    this.#add('Forbidden', at, `Forbidden: ${why}`);
  }

  unsupported(at: Place, value: Json, supported: readonly string[]): void {
    const values = supported.map((one) => JSON.stringify(one)).join(', ');
    this.#add('NotSupported', at, `Unsupported value: ${JSON.stringify(value)}: supported values: ${values}`);
  }

  duplicate(at: Place, value: Json): void {
    this.#add('Duplicate', at, `Duplicate value: ${JSON.stringify(value)}`);
  }

  notFound(at: Place, value: Json, why = ''): void {
    this.#add('NotFound', at, `Not found: ${JSON.stringify(value)}${why === '' ? '' : `: ${why}`}`);
  }

  tooLong(at: Place, most: number): void {
    this.#add('TooLong', at, `Too long: may not be more than ${most} bytes`);
  }

  tooMany(at: Place, count: number, most: number): void {
    this.#add('TooMany', at, `Too many: ${count}: must have at most ${most} item${most === 1 ? '' : 's'}`);
  }

  // Checks that many kinds share

  notNegative(at: Place, value: Json | undefined): void {
    if (typeof value === 'number' && value < 0) this.invalid(at, value, 'must be greater than or equal to 0');
  }

  /** Absent counts as 0. */
  between(at: Place, value: Json | undefined, least: number, most: number): void {
    const number = typeof value === 'number' ? value : 0;
    if (number < least || number > most) this.invalid(at, number, `must be between ${least} and ${most}, inclusive`);
  }

  /** Gives whether it is one. Absent is not asked. */
  oneOf(at: Place, value: Json | undefined, supported: readonly string[]): boolean {
    if (value === undefined || (typeof value === 'string' && supported.includes(value))) return true;
    this.unsupported(at, value, supported);
    return false;
  }

  /** A text that must be there. Gives it, where it is. */
  present(at: Place, value: Json | undefined, why = ''): string | undefined {
    if (typeof value === 'string' && value !== '') return value;
    this.required(at, why);
    return undefined;
  }

  /** Texts that must be there, and of a form. */
  formed(at: Place, value: Json | undefined, problems: (text: string) => readonly string[]): void {
    const text = this.present(at, value);
    if (text !== undefined) this.invalidFor(at, text, problems(text));
  }

  #add(problem: string, at: Place, message: string): void {
    this.causes.push({ reason: `FieldValue${problem}`, message, field: String(at) });
  }
}
