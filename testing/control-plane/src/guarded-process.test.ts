import { spawn } from 'node:child_process';
import { access, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startGuarded } from './guarded-process.ts';
import { temporaryFolder, writeScript } from './test-folder.ts';

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

const start = async (body: string) => {
  const folder = await temporaryFolder();
  const program = await writeScript(join(folder, 'program'), body);
  return startGuarded({ name: 'program', program, args: ['a b', '$HOME'], logFile: join(folder, 'log'), directory: folder });
};

test('passes arguments as they are, and has the exit code and the output of the program', async () => {
  const child = await start('echo "$1|$2"; echo problem >&2; exit 7');
  expect(await child.exited).toEqual({ code: 7, signal: null });
  expect(child.exit()).toEqual({ code: 7, signal: null });
  expect(child.output()).toBe('a b|$HOME\nproblem\n');
});

test('output is that of this run only, though the log file is kept', async () => {
  const folder = await temporaryFolder();
  const program = await writeScript(join(folder, 'program'), 'echo "$1"');
  const run = async (word: string) => {
    const child = await startGuarded({ name: 'program', program, args: [word], logFile: join(folder, 'log') });
    await child.exited;
    return child.output();
  };
  expect(await run('first')).toBe('first\n');
  expect(await run('second')).toBe('second\n');
  expect(await readFile(join(folder, 'log'), 'utf8')).toBe('first\nsecond\n');
});

test('a program that is not there ends like one, and says so in the log', async () => {
  const folder = await temporaryFolder();
  const child = await startGuarded({ name: 'x', program: join(folder, 'nothing'), args: [], logFile: join(folder, 'log') });
  expect((await child.exited).code).toBe(127);
  expect(child.output()).toMatch(/nothing/);
});

test('stop: SIGTERM first, SIGKILL when that is ignored; the pid is the program’s own', async () => {
  const polite = await start('exec sleep 1000');
  expect(await polite.stop()).toEqual({ code: null, signal: 'SIGTERM' });
  expect(isAlive(polite.pid)).toBe(false);

  const stubborn = await start('trap "" TERM; echo trapped; while :; do sleep 0.1; done');
  await expect.poll(() => stubborn.output()).toBe('trapped\n');
  expect(await stubborn.stop(100)).toEqual({ code: null, signal: 'SIGKILL' });
  expect(await stubborn.stop()).toEqual({ code: null, signal: 'SIGKILL' });
});

test.for(['SIGKILL', 'SIGINT', 'SIGTERM'] as const)('nothing is left when its parent ends by %s', async (signal) => {
  const folder = await temporaryFolder();
  const parentFile = join(folder, 'parent.ts');
  await writeFile(
    parentFile,
    `import { startGuarded } from ${JSON.stringify(join(import.meta.dirname, 'guarded-process.ts'))};
     import { makeGuardedDirectory } from ${JSON.stringify(join(import.meta.dirname, 'guarded-directory.ts'))};
     const directory = await makeGuardedDirectory('ddprofiler-rc-test-');
     const child = await startGuarded({ name: 'sleep', program: 'sleep', args: ['1000'], logFile: ${JSON.stringify(join(folder, 'log'))} });
     process.stdout.write(JSON.stringify({ pid: child.pid, directory: directory.path }));
     setInterval(() => {}, 1000);`,
  );
  const parent = spawn(process.execPath, [parentFile], { stdio: ['ignore', 'pipe', 'inherit'] });
  const facts = await new Promise<string>((resolve) => parent.stdout.once('data', (data) => resolve(String(data))));
  const [pid = 0] = /\d+/.exec(facts)?.map(Number) ?? [];
  const directory = /"directory":"([^"]+)"/.exec(facts)?.[1] ?? '';
  expect(isAlive(pid)).toBe(true);
  await access(directory);

  parent.kill(signal);

  await expect.poll(() => isAlive(pid), { timeout: 5_000 }).toBe(false);
  await expect
    .poll(
      () =>
        access(directory).then(
          () => true,
          () => false,
        ),
      { timeout: 5_000 },
    )
    .toBe(false);
});
