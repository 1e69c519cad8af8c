/** The few messages of DNS (RFC 1035, section 4) that a name server of IPv4 addresses needs. */

const HEADER_BYTES = 12;
const TYPE_A = 1;
const CLASS_IN = 1;

export interface Question {
  /** Without the last dot. */
  readonly name: string;
  readonly type: number;
}

/** The one question of a query. Throws where there is none. */
export function questionIn(query: Buffer): Question {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.'), type: query.readUInt16BE(at + 1) };
}

/**
 * | address | question | answer |
 * | --- | --- | --- |
 * | undefined | any | there is no such name |
 * | known | A | it, to be forgotten after 5 s |
 * | known | another type | the name has no such record |
 */
export function answerTo(query: Buffer, address: string | undefined): Buffer {
  const { type, name } = questionIn(query);
  const questionEnd = HEADER_BYTES + name.length + 2 + 4;
  const isAnswered = address !== undefined && type === TYPE_A;
  const header = Buffer.alloc(HEADER_BYTES);
  query.copy(header, 0, 0, 2);
  // An authoritative response, with the query's wish for recursion.
  header.writeUInt16BE(0x8400 | (query.readUInt16BE(2) & 0x0100) | (address === undefined ? 3 : 0), 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(isAnswered ? 1 : 0, 6);
  const question = query.subarray(HEADER_BYTES, questionEnd);
  if (!isAnswered) return Buffer.concat([header, question]);
  const record = Buffer.alloc(12);
  record.writeUInt16BE(0xc000 | HEADER_BYTES, 0); // the name: that of the question
  record.writeUInt16BE(TYPE_A, 2);
  record.writeUInt16BE(CLASS_IN, 4);
  record.writeUInt32BE(5, 6);
  record.writeUInt16BE(4, 10);
  return Buffer.concat([header, question, record, Buffer.from(address.split('.').map(Number))]);
}
