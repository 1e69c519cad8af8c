import type { Request } from '../request.ts';
import { badRequest, unexpected } from './status-error.ts';

export type Query = Request['query'];

/** As the API server reads flags: all but nothing, `0` and `false` is true. */
export function isTrue(text: string | undefined): boolean {
  return text !== undefined && text !== '0' && text.toLowerCase() !== 'false';
}

/** @throws Refusal 400 for what is no whole number */
export function integer(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  if (!/^[-+]?\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Number(text);
}

/** The problem that the server has with a resourceVersion; undefined where it has none. */
export function revisionProblem(text: string): string | undefined {
  return /^\d*$/.test(text)
    ? undefined
    : `resourceVersion: Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`;
}

/** Absent and `0` are both 0: any revision will do. @throws Refusal 500 for what is none */
export function revision(text: string | undefined): number {
  const problem = revisionProblem(text ?? '');
  if (problem !== undefined) throw unexpected(problem);
  return Number(text ?? '');
}
