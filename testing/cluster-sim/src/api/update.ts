import type { Exchange } from '../request.ts';
import type { ClusterState } from '../state.ts';
import { expectedOf, readBody } from './body.ts';
import { finishNewborn } from './create.ts';
import { existing } from './get.ts';
import { checkPlace, checkUid, checkVersion } from './identity.ts';
import { newborn } from './newborn.ts';
import { rulesOf } from './resource-rules.ts';
import { SCALE, writeScale } from './scale.ts';
import { find } from './store.ts';
import { finish, updated, type WriteContext } from './write.ts';
import { writeOptions } from './write-options.ts';

/** Replaces an object, its status or its scale; some kinds are created where there is none. @throws Refusal 400, 404, 409, 422 */
export function update(state: ClusterState, context: WriteContext): Exchange {
  const { address, request, now } = context;
  const { info, namespace, name = '', subresource } = address;
  const options = writeOptions('UpdateOptions', request);
  const expected = subresource === 'scale' ? SCALE : expectedOf(info);
  const { object: given, unknown } = readBody(request, expected, options.fieldValidation);
  context.warn(unknown);
  checkPlace(address, given);
  const isAbsent = find(state, info.name, namespace, name) === undefined;
  if (isAbsent && rulesOf(info).createsOnUpdate === true && subresource === undefined)
    return finishNewborn(context, options, { ...newborn(state, address, given, now), isRecorded: false });
  const before = existing(state, address);
  checkUid(address, before, given);
  checkVersion(address, before, given);
  if (subresource === 'scale') return writeScale(state, context, options, before, given);
  return finish(context, options, { state, before, isRecorded: false, ...updated(address, before, given) });
}
