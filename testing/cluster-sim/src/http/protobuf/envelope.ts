import type { JsonObject } from '@ddprofiler-rc/core';
import { decodedMessage, messageOfKind } from './message.ts';
import { type WireValue, wireFields } from './wire.ts';

/** What every object in Kubernetes' protobuf begins with. */
const PREFIX = Buffer.from('k8s\0');

const bytesOf = (value: WireValue | undefined): Buffer => (value?.kind === 'bytes' ? value.bytes : Buffer.alloc(0));

const text = (value: WireValue | undefined): string => bytesOf(value).toString('utf8');

const fieldsOf = (bytes: Buffer): ReadonlyMap<number, WireValue> =>
  new Map([...wireFields(bytes)].map((field) => [field.number, field.value]));

/**
 * The object in `bytes`: the prefix, then a message of {1: {1: apiVersion, 2: kind}, 2: the object}.
 * Throws where the bytes are something else, or an object of a kind that is accepted as JSON only.
 */
export function messageFrom(bytes: Buffer): JsonObject {
  if (!bytes.subarray(0, PREFIX.length).equals(PREFIX))
    throw new TypeError('provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]');
  const envelope = fieldsOf(bytes.subarray(PREFIX.length));
  const type = fieldsOf(bytesOf(envelope.get(1)));
  const apiVersion = text(type.get(1));
  const kind = text(type.get(2));
  const message =
    messageOfKind(apiVersion, kind) ?? (kind === 'DeleteOptions' ? messageOfKind('meta.k8s.io/v1', kind) : undefined);
  if (message === undefined) throw new TypeError(`${kind} of ${apiVersion} is accepted as JSON or YAML, not as protobuf`);
  return { kind, apiVersion, ...decodedMessage(message, bytesOf(envelope.get(2))) };
}
