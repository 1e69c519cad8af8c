import { describe, expect, test } from 'vitest';
import { createLogger, type Logger, type LogLevel } from './log.ts';

/** What `act` logs, line by line. */
function linesOf(level: LogLevel, act: (log: Logger) => void): readonly Record<string, unknown>[] {
  const lines: string[] = [];
  act(createLogger(level, { write: (line) => lines.push(line) }));
  return lines.map((line) => {
    expect(line).toMatch(/^[^\n]*\n$/);
    return JSON.parse(line);
  });
}

function lineOf(level: LogLevel, act: (log: Logger) => void): Record<string, unknown> {
  const [line, ...others] = linesOf(level, act);
  expect(others).toEqual([]);
  return line ?? {};
}

describe('log', () => {
  test('given a line, then it holds level, time, what the call gives and the message, and nothing of the machine', () => {
    const line = lineOf('INFO', (log) => log.info({ clone: 'a/b' }, 'created'));
    expect(line).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      clone: 'a/b',
      msg: 'created',
    });
  });

  test.each<[LogLevel, readonly string[]]>([
    ['DEBUG', ['debug', 'info', 'warn', 'error']],
    ['INFO', ['info', 'warn', 'error']],
    ['WARNING', ['warn', 'error']],
    ['ERROR', ['error']],
  ])('given LOGLEVEL %s, then what is less important stays out', (level, expected) => {
    const lines = linesOf(level, (log) => {
      log.debug('d');
      log.info('i');
      log.warn('w');
      log.error('e');
    });
    expect(lines.map((line) => line.level)).toEqual(expected);
  });

  test('given an error, then its type, code, message and causes are told, and neither stack nor anything else it carries', () => {
    const cause = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    const error = Object.assign(new TypeError('fetch failed', { cause }), { request: { authorization: 'secret' } });
    expect(lineOf('INFO', (log) => log.error({ err: error }, 'list')).err).toEqual({
      type: 'TypeError',
      message: 'fetch failed',
      cause: { type: 'Error', code: 'ECONNREFUSED', message: 'refused' },
    });
  });

  test('given an error alone, then its message is the line', () => {
    expect(lineOf('INFO', (log) => log.error(new Error('broken')))).toMatchObject({ msg: 'broken', err: { message: 'broken' } });
  });

  test('given LOGLEVEL DEBUG, then errors come with their stacks', () => {
    expect(lineOf('DEBUG', (log) => log.error({ err: new Error('broken') }))).toMatchObject({
      err: { stack: expect.stringContaining('log.test.ts') },
    });
  });

  test('given errors in one, then each is told', () => {
    const error = new AggregateError([new Error('::1'), new Error('127.0.0.1')], '');
    expect(lineOf('INFO', (log) => log.error({ err: error })).err).toMatchObject({
      errors: [{ message: '::1' }, { message: '127.0.0.1' }],
    });
  });

  test('given an error that is its own cause, then it ends', () => {
    const error = new Error('loop');
    error.cause = error;
    expect(JSON.stringify(lineOf('INFO', (log) => log.error({ err: error }))).match(/loop/g)).toHaveLength(7);
  });

  test('given something thrown that is no error, then it is told as text', () => {
    expect(lineOf('INFO', (log) => log.error({ err: 'broken' }))).toMatchObject({ err: { message: 'broken' } });
  });
});
