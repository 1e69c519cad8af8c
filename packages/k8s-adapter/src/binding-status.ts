import { FIELD_MANAGER, type JsonObject } from '@ddprofiler-rc/core';
import { requestJson } from './json-answer.ts';
import { bindingPath } from './resources.ts';
import type { Transport } from './transport.ts';

/** As of every write. */
const TIMEOUT_MS = 8_000;

/**
 * Writes the status of the binding.
 * @param uid of the binding that it is about: another one of that name keeps its own
 * @throws ApiFailure; `NotFound` where the binding is gone, or its definition has no status
 */
export async function writeStatus(
  transport: Transport,
  binding: { readonly namespace: string; readonly name: string; readonly uid: string },
  status: JsonObject,
): Promise<void> {
  const { namespace, name, uid } = binding;
  await requestJson(transport, {
    verb: 'patch',
    method: 'PATCH',
    path: `${bindingPath(binding)}/status`,
    query: { fieldManager: FIELD_MANAGER },
    body: { contentType: 'application/merge-patch+json', json: { metadata: { uid }, status } },
    what: `write the status of ${namespace}/${name}`,
    timeoutMs: TIMEOUT_MS,
  });
}
