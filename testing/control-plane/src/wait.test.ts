import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startGuarded } from './guarded-process.ts';
import { launch } from './launch.ts';
import { freePorts } from './ports.ts';
import { temporaryFolder, writeScript } from './test-folder.ts';
import { waitFor } from './wait.ts';

const program = async (body: string) => {
  const folder = await temporaryFolder();
  return {
    name: 'thing',
    directory: folder,
    logFile: join(folder, 'log'),
    program: await writeScript(join(folder, 'thing'), body),
  };
};

test('returns once the probe says true, also when it threw before', async () => {
  const answers: readonly (() => true | string)[] = [
    () => 'not yet',
    () => {
      throw new Error('refused');
    },
    () => true,
  ];
  let asked = 0;
  await waitFor('it', async () => answers[asked++]?.() ?? 'asked too often', { pollMs: 1 });
  expect(asked).toBe(3);
});

test('gives up at the deadline with the last reason and the last lines of the log', async () => {
  const child = await startGuarded({ ...(await program('echo line one; exec sleep 1000')), args: [] });
  try {
    await expect.poll(() => child.output()).toContain('line one');
    await expect(waitFor('the thing', async () => 'still cold', { program: child, deadlineMs: 50 })).rejects.toMatchObject({
      code: 'NOT_READY',
      message: 'gave up after 0.05 s waiting for the thing: still cold\nlast lines of thing:\n  | line one',
    });
  } finally {
    await child.kill();
  }
});

test('a machine that stood still for an hour does not use the deadline up', async () => {
  const times = [0, 50, 3_600_000, 3_600_050];
  let asked = 0;
  const probe = async () => (asked++ < 3 ? 'not yet' : true);
  await waitFor('it', probe, { pollMs: 1, now: () => times.shift() ?? Number.POSITIVE_INFINITY });
  expect(asked).toBe(4);
});

test('does not wait for a program that ended, even if somebody else answers in its place', async () => {
  const child = await startGuarded({ ...(await program('echo bad flag; exit 2')), args: [] });
  await child.exited;
  await expect(waitFor('the thing', async () => true, { program: child })).rejects.toMatchObject({
    code: 'PROGRAM_ENDED',
    message: expect.stringMatching(/thing ended \(exit code 2\)[\s\S]*\| bad flag/),
  });
});

test('launch: a program that lost its port gets another one; one that fails otherwise does not', async () => {
  const spec = await program(
    'if [ ! -e again ]; then touch again; echo bind: address already in use; exit 1; fi; exec sleep 1000',
  );
  const asked: (readonly number[])[] = [];
  const ready = (ports: readonly number[]) => {
    asked.push(ports);
    return async () => (asked.length === 2 ? true : 'first try');
  };
  const started: string[] = [];
  const launched = await launch({ ...spec, ports: 1, flags: () => [], ready }, (child) => started.push(child.name));
  await launched.process.kill();
  expect(started).toEqual(['thing', 'thing']);
  expect(launched.ports).toBe(asked[1]);

  const broken = await program('echo unknown flag; exit 1');
  const never = () => async () => 'no';
  await expect(
    launch({ ...broken, ports: 1, flags: () => [], ready: never }, (child) => started.push(child.name)),
  ).rejects.toThrow('unknown flag');
  expect(started).toHaveLength(3);
});

test('ports are different, below the range of outgoing connections, and not taken by anyone', async () => {
  const [taken = 0] = await freePorts(1, () => 0.5);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(taken, '127.0.0.1', resolve));
  try {
    const dice = [0.5, 0.5, 0.25, 0.25, 0.75];
    const ports = await freePorts(2, () => dice.shift() ?? 0.9);
    expect(new Set(ports).size).toBe(2);
    expect(ports).not.toContain(taken);
    for (const port of ports) expect(port).toSatisfy((value: number) => value >= 20_000 && value < 30_000);
  } finally {
    server.close();
  }
});
