import { stringAt } from '../json.ts';
import type { Exchange } from '../request.ts';
import type { ClusterState } from '../state.ts';
import { expectedOf, readBody } from './body.ts';
import { asNewDefinition, established, isDefinition } from './custom-definition.ts';
import { checkNamespace } from './identity.ts';
import { newborn } from './newborn.ts';
import { unexpected } from './status-error.ts';
import { finish, type WriteContext } from './write.ts';
import { type WriteOptions, writeOptions } from './write-options.ts';

/** @throws Refusal 400, 403, 404, 409, 422 */
export function create(state: ClusterState, context: WriteContext): Exchange {
  const { address, request } = context;
  const options = writeOptions('CreateOptions', request);
  const { object, unknown } = readBody(request, expectedOf(address.info), options.fieldValidation);
  context.warn(unknown);
  if (address.info.namespaced) checkNamespace(address.namespace, object);
  const version = stringAt(object, 'metadata', 'resourceVersion') ?? '';
  const draft = newborn(state, address, object, context.now);
  const exchange = finishNewborn(context, options, { ...draft, isRecorded: false });
  // Asked last, as storage does it: what is invalid is told first.
  if (version !== '' && version !== '0') throw unexpected('resourceVersion should not be set on objects to be created');
  return exchange;
}

/** The end of a creation by whatever verb. A definition is answered as it was sent, and established right after. */
export function finishNewborn(
  context: WriteContext,
  options: WriteOptions,
  draft: ReturnType<typeof newborn> & { readonly isRecorded: boolean },
): Exchange {
  const { info } = context.address;
  if (!isDefinition(info)) return finish(context, options, { ...draft, before: undefined });
  const exchange = finish(context, options, { ...draft, before: undefined, object: asNewDefinition(draft.object) });
  if (options.isDryRun) return exchange;
  const name = stringAt(draft.object, 'metadata', 'name') ?? '';
  return { ...exchange, state: established(exchange.state, info, name, context.now) };
}
