import type { Cause } from '../kinds/index.ts';
import type { Request } from '../request.ts';
import { isTrue } from './query.ts';
import { invalid } from './status-error.ts';

export type FieldValidation = 'Ignore' | 'Warn' | 'Strict';

/** How a write is to be made, whatever it writes. */
export interface WriteOptions {
  readonly isDryRun: boolean;
  readonly fieldValidation: FieldValidation;
  readonly manager: string;
  readonly force: boolean;
}

type OptionsKind = 'CreateOptions' | 'UpdateOptions' | 'PatchOptions';

const LONGEST_MANAGER = 128;
const VALIDATIONS = ['Ignore', 'Strict', 'Warn'] as const;

/** @throws Refusal 422 which names all that is wrong */
export function writeOptions(kind: OptionsKind, { query, userAgent }: Request, isApply = false): WriteOptions {
  const { fieldManager = '', fieldValidation = '', force, dryRun } = query;
  const causes: Cause[] = [];
  if (isApply && fieldManager === '')
    causes.push(cause('Required', 'fieldManager', 'Required value: is required for apply patch'));
  if (kind === 'PatchOptions' && !isApply && force !== undefined)
    causes.push(cause('Forbidden', 'force', 'Forbidden: may not be specified for non-apply patch'));
  causes.push(...managerCauses(fieldManager), ...dryRunCauses(dryRun === undefined ? [] : [dryRun]));
  const validation = VALIDATIONS.find((one) => one === fieldValidation);
  if (fieldValidation !== '' && validation === undefined)
    causes.push(cause('NotSupported', 'fieldValidation', unsupported(fieldValidation, ['', ...VALIDATIONS])));
  if (causes.length > 0) throw invalid({ kind, group: 'meta.k8s.io' }, causes);
  return {
    isDryRun: dryRun === 'All',
    fieldValidation: validation ?? 'Warn',
    manager: fieldManager === '' ? managerOfAgent(userAgent) : fieldManager,
    force: isTrue(force),
  };
}

export function dryRunCauses(dryRun: readonly string[]): readonly Cause[] {
  if (dryRun.every((value) => value === 'All')) return [];
  const message = `Unsupported value: ${JSON.stringify(dryRun)}: supported values: "All"`;
  return [cause('NotSupported', 'dryRun', message)];
}

export function cause(
  problem: 'Required' | 'Forbidden' | 'TooLong' | 'Invalid' | 'NotSupported',
  field: string,
  message: string,
): Cause {
  return { reason: `FieldValue${problem}`, message, field };
}

export function unsupported(value: string, supported: readonly string[]): string {
  const values = supported.map((one) => JSON.stringify(one)).join(', ');
  return `Unsupported value: ${JSON.stringify(value)}: supported values: ${values}`;
}

function managerCauses(manager: string): readonly Cause[] {
  const causes: Cause[] = [];
  if (new TextEncoder().encode(manager).length > LONGEST_MANAGER)
    causes.push(cause('TooLong', 'fieldManager', `Too long: may not be more than ${LONGEST_MANAGER} bytes`));
  const at = manager.search(/\p{C}/u);
  if (at >= 0) {
    const code = (manager.codePointAt(at) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    const message = `Invalid value: ${goQuoted(manager)}: invalid character U+${code} (at position ${at})`;
    causes.push(cause('Invalid', 'fieldManager', message));
  }
  return causes;
}

/** What stands before the first slash: `kubectl` of `kubectl/v1.37.0 (linux/amd64)`. */
function managerOfAgent(userAgent: string): string {
  const [name = ''] = userAgent.split('/', 1);
  return name.replaceAll(/\p{Cc}/gu, '').slice(0, LONGEST_MANAGER);
}

/** In the escapes of the server's language: `\\a` and `\\x01` where JSON has `\\u0007` and `\\u0001`. */
function goQuoted(text: string): string {
  return JSON.stringify(text).replaceAll(/\\u00([0-9a-f]{2})/g, (_, code: string) => GO_ESCAPES[code] ?? `\\x${code}`);
}

const GO_ESCAPES: Readonly<Record<string, string>> = { '07': '\\a', '0b': '\\v' };
