import { expect, test } from 'vitest';
import { answerTo, questionIn } from './dns-message.ts';

/** A query with the number 0xbeef that wishes for recursion. */
function query(name: string, type: number): Buffer {
  const labels = name.split('.').map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)]));
  const header = Buffer.from([0xbe, 0xef, 0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 0]);
  return Buffer.concat([header, ...labels, Buffer.from([0, 0, type, 0, 1])]);
}

const NAME = 'rc.ops.svc.cluster.local';

test('the question is read', () => {
  expect(questionIn(query(NAME, 28))).toEqual({ name: NAME, type: 28 });
});

test('a known name has its address', () => {
  const asked = query(NAME, 1);
  const answer = answerTo(asked, '10.96.7.8');
  expect(answer.subarray(0, 12)).toEqual(Buffer.from([0xbe, 0xef, 0x85, 0x00, 0, 1, 0, 1, 0, 0, 0, 0]));
  expect(answer.subarray(12, asked.length)).toEqual(asked.subarray(12));
  expect(answer.subarray(asked.length)).toEqual(Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 5, 0, 4, 10, 96, 7, 8]));
});

test('a known name without a record of the type is no error, and an unknown name is', () => {
  const asked = query(NAME, 28);
  expect(answerTo(asked, '10.96.7.8').subarray(2, 8)).toEqual(Buffer.from([0x85, 0x00, 0, 1, 0, 0]));
  expect(answerTo(asked, undefined).subarray(2, 8)).toEqual(Buffer.from([0x85, 0x03, 0, 1, 0, 0]));
});

test('what comes after the question is not sent back', () => {
  const extra = Buffer.concat([query(NAME, 1), Buffer.from([0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0])]);
  expect(answerTo(extra, undefined)).toHaveLength(query(NAME, 1).length);
});
