/**
 * The wire format of protobuf, as far as Kubernetes' types use it: https://protobuf.dev/programming-guides/encoding
 *
 *   wire type 0   a varint: int32, int64, bool
 *   wire type 1   eight bytes: double
 *   wire type 2   a length, and so many bytes: string, bytes, a message, an entry of a map
 *   wire type 5   four bytes
 */
export type WireValue = { readonly kind: 'integer'; readonly value: bigint } | { readonly kind: 'bytes'; readonly bytes: Buffer };

export interface WireField {
  readonly number: number;
  readonly value: WireValue;
}

/** The fields of one message in the order of the bytes. Throws a RangeError where the bytes end too early. */
export function* wireFields(bytes: Buffer): Iterable<WireField> {
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes.readUInt8(at++);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(64, value);
    }
    throw new RangeError('a varint of more than ten bytes');
  };
  const take = (length: number): Buffer => {
    if (length < 0 || at + length > bytes.length)
      throw new RangeError(`${length} bytes are wanted, ${bytes.length - at} are left`);
    at += length;
    return bytes.subarray(at - length, at);
  };
  const value = (wireType: number): WireValue => {
    switch (wireType) {
      case 0:
        return { kind: 'integer', value: varint() };
      case 1:
        return { kind: 'bytes', bytes: take(8) };
      case 2:
        return { kind: 'bytes', bytes: take(Number(varint())) };
      case 5:
        return { kind: 'bytes', bytes: take(4) };
      default:
        throw new RangeError(`wire type ${wireType} is none of 0, 1, 2 and 5`);
    }
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    yield { number: tag >>> 3, value: value(tag & 7) };
  }
}
