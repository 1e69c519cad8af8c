import type { Cause } from '../kinds/index.ts';
import type { Query } from './query.ts';
import { invalid } from './status-error.ts';

const MATCH = 'resourceVersionMatch';

/**
 * Which options of a list or a watch go together.
 *
 * | option | a list | a watch |
 * | --- | --- | --- |
 * | `resourceVersionMatch` | needs a resourceVersion, no `continue`; `Exact` not with 0 | `NotOlderThan` only, with `sendInitialEvents` |
 * | `sendInitialEvents` | never | needs `resourceVersionMatch=NotOlderThan` |
 * | `continue` | never with `resourceVersionMatch` | never |
 *
 * @throws Refusal 422 which names all that is wrong
 */
export function checkListOptions(query: Query, isWatch: boolean): void {
  const causes = isWatch ? watchCauses(query) : listCauses(query);
  if (causes.length > 0) throw invalid({ kind: 'ListOptions', group: 'meta.k8s.io' }, causes);
}

function listCauses(query: Query): readonly Cause[] {
  const { resourceVersion = '', resourceVersionMatch: match = '', sendInitialEvents } = query;
  const causes: Cause[] = [];
  if (match !== '') {
    if (resourceVersion === '') causes.push(forbiddenField(MATCH, `${MATCH} is forbidden unless resourceVersion is provided`));
    if (hasToken(query)) causes.push(forbiddenField(MATCH, `${MATCH} is forbidden when continue is provided`));
    if (match !== 'Exact' && match !== 'NotOlderThan') causes.push(unsupported(match, '"Exact", "NotOlderThan", ""'));
    if (match === 'Exact' && resourceVersion === '0')
      causes.push(forbiddenField(MATCH, `${MATCH} "exact" is forbidden for resourceVersion "0"`));
  }
  if (sendInitialEvents !== undefined)
    causes.push(forbiddenField('sendInitialEvents', 'sendInitialEvents is forbidden for list'));
  return causes;
}

function watchCauses(query: Query): readonly Cause[] {
  const { resourceVersionMatch: match = '', sendInitialEvents } = query;
  const causes: Cause[] = [];
  if (sendInitialEvents !== undefined && match !== 'NotOlderThan')
    causes.push(forbiddenField(MATCH, `sendInitialEvents requires setting ${MATCH} to NotOlderThan`));
  if (sendInitialEvents === undefined && match !== '')
    causes.push(forbiddenField(MATCH, `${MATCH} is forbidden for watch unless sendInitialEvents is provided`));
  if (match !== '' && match !== 'NotOlderThan') causes.push(unsupported(match, '"NotOlderThan"'));
  if (hasToken(query)) causes.push(forbiddenField(MATCH, `${MATCH} is forbidden when continue is provided`));
  return causes;
}

function hasToken(query: Query): boolean {
  return query.continue !== undefined && query.continue !== '';
}

function forbiddenField(field: string, why: string): Cause {
  return { reason: 'FieldValueForbidden', message: `Forbidden: ${why}`, field };
}

function unsupported(value: string, supported: string): Cause {
  const message = `Unsupported value: ${JSON.stringify(value)}: supported values: ${supported}`;
  return { reason: 'FieldValueNotSupported', message, field: MATCH };
}
