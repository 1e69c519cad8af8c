import { execFile } from 'node:child_process';
import { expect, test } from 'vitest';

const MODULES = JSON.stringify({
  defects: new URL('./defects.ts', import.meta.url).href,
  log: new URL('../log/log.ts', import.meta.url).href,
});

/** Runs a process whose log and whose defects are the operator's; it would live on for a minute. */
function ended(defect: string): Promise<{ readonly code: number | string | null | undefined; readonly output: string }> {
  const script = `
    const modules = ${MODULES};
    const [{ endOnDefects }, { createLogger }] = await Promise.all([import(modules.defects), import(modules.log)]);
    const onDefect = endOnDefects(createLogger('ERROR'));
    setTimeout(() => {}, 60_000);
    ${defect}
  `;
  return new Promise((resolve) => {
    execFile(process.execPath, ['--input-type=module', '--eval', script], (error, output) =>
      resolve({ code: error === null ? 0 : error.code, output }),
    );
  });
}

test.each([
  ['a rejection that nobody handles', "Promise.reject(new Error('lost promise'));", 'lost promise'],
  ['an exception that nobody catches', "setTimeout(() => { throw new Error('lost exception'); });", 'lost exception'],
  ['a defect that the pipeline tells of', "onDefect(new Error('broken pipeline'));", 'broken pipeline'],
])('given %s, then the process ends with 1 and its reason', { timeout: 60_000 }, async (_, defect, reason) => {
  const { code, output } = await ended(defect);
  expect(code).toBe(1);
  expect(JSON.parse(output)).toMatchObject({ level: 'fatal', msg: 'ends: a defect of the operator', err: { message: reason } });
});
