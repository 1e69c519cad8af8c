import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { PROGRAM } from '@ddprofiler-rc/control-plane/operator-process';
import { describe, expect, test } from 'vitest';
import type { Action } from './action.ts';
import { Api } from './api.ts';
import { type DemoOptions, runDemo } from './demo.ts';
import { openEmbeddedCluster } from './embedded-cluster.ts';
import { readKubeconfig } from './kubeconfig.ts';
import { DEPLOYMENTS } from './mirror.ts';
import { plainScreen } from './plain-screen.ts';
import { STORY } from './story.ts';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));

interface Told {
  readonly exitCode: number;
  readonly text: string;
}

/** Runs the demo on the embedded cluster; afterwards nothing of it may be left. */
async function tell(options: Partial<DemoOptions>, onText: (text: string) => void = () => {}): Promise<Told> {
  let text = '';
  const directories: string[] = [];
  const exitCode = await runDemo({
    story: STORY,
    openCluster: (progress, directory) => {
      directories.push(directory);
      return openEmbeddedCluster(progress, directory);
    },
    clusterName: 'the embedded cluster',
    program: PROGRAM,
    screen: plainScreen({
      write: (chunk) => {
        text += chunk;
        onText(text);
      },
    }),
    keep: false,
    signal: new AbortController().signal,
    deadlineMs: 60_000,
    startedAt: performance.now(),
    ...options,
  });
  expect(directories).toHaveLength(1);
  for (const directory of directories) await expect(access(directory)).rejects.toThrow('ENOENT');
  const pid = operatorIn(text);
  if (pid !== undefined) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  return { exitCode, text };
}

function operatorIn(text: string): number | undefined {
  const pid = /\(bin\/ddprofiler-rc, process (\d+),/.exec(text)?.[1];
  return pid === undefined ? undefined : Number(pid);
}

describe('make demo on the embedded cluster', { timeout: 120_000 }, () => {
  test('given the whole story, then every step comes out as expected', async () => {
    const { exitCode, text } = await tell({});
    expect(text).toContain(`All ${STORY.length} steps came out as expected; the operator says that all 2 clones are healthy.`);
    for (const { title } of STORY) expect(text).toContain(title);
    expect(text.match(/^ {4}as expected, after [\d.]+ s$/gm)).toHaveLength(STORY.length);
    expect(text).toMatch(/^The first clone was there [\d.]+ s after the start\.$/m);
    expect(text).not.toContain('\u001b');
    expect(exitCode).toBe(0);

    // The rest of the README's transcript are ports, times, and changes in an order that may be another.
    const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
    const promised = readme.split('\n').filter((line) => /^ {4}(did|expected|saw) |^[ \d]\d\/\d+ {2}|^All \d+ steps /.test(line));
    expect(promised.length).toBeGreaterThan(10);
    for (const line of promised) expect(text.split('\n')).toContain(line);
  });

  test('given something else than was expected, then it says so, with the last lines of the operator’s log', async () => {
    const wanted = { replicas: 4, image: 'nginx:1.29', env: [], is: 'new' } as const;
    const expectation = { deployments: { 'nginx-deployment-profiler': wanted }, rules: 'read' } as const;
    const story = STORY.slice(0, 1).map((step) => ({ ...step, expect: expectation }));
    const { exitCode, text } = await tell({ story, deadlineMs: 1_000 });
    expect(text).toContain('    expected  nginx-deployment-profiler: new, 4/4 ready, nginx:1.29, no variables');
    expect(text).toContain('    saw       nginx-deployment-profiler: ');
    expect(text).toMatch(/^gave up after 1 s waiting for what was expected: nginx-deployment-profiler /m);
    expect(text).toMatch(/^last lines of ddprofiler-rc:\n {2}\| \{"level":"info",/m);
    expect(exitCode).toBe(1);
  });

  test('given an operator that is killed, then it says so at once', async () => {
    let soFar = '';
    const kill: Action = {
      command: 'kill -9',
      run: async () => {
        process.kill(operatorIn(soFar) ?? 0, 'SIGKILL');
        return [];
      },
    };
    const story = STORY.slice(0, 1).map((step) => ({ ...step, act: [kill] }));
    const { exitCode, text } = await tell({ story }, (text) => {
      soFar = text;
    });
    expect(text).toContain('ddprofiler-rc ended (signal SIGKILL) while waiting for what was expected');
    expect(exitCode).toBe(1);
  });

  test('given an operator that ends while all stays up, then it says so, and ends too', async () => {
    const { exitCode, text } = await tell({ story: STORY.slice(0, 1), keep: true }, (text) => {
      if (text.endsWith('/health\n')) process.kill(operatorIn(text) ?? 0, 'SIGKILL');
    });
    expect(text).toContain('the operator ended by itself (signal SIGKILL)');
    expect(text).toContain('last lines of ddprofiler-rc:');
    expect(exitCode).toBe(1);
  });

  test('given a request that the API server refuses, then it says which, with the log', async () => {
    const nonsense: Action = { command: 'kubectl scale', run: async (api) => [await api.get(`${DEPLOYMENTS}/nobody`)] };
    const { exitCode, text } = await tell({ story: STORY.slice(0, 1).map((step) => ({ ...step, act: [nonsense] })) });
    expect(text).toContain(`GET ${DEPLOYMENTS}/nobody answers 404: deployments.apps "nobody" not found`);
    expect(text).toContain('last lines of ddprofiler-rc:');
    expect(exitCode).toBe(1);
  });

  test('given an operator that does not start, then it says why', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'ddprofiler-rc-broken-'));
    const program = join(directory, 'operator');
    await writeFile(program, '#!/bin/sh\necho "no such luck" >&2\nexit 3\n');
    await chmod(program, 0o755);
    const { exitCode, text } = await tell({ program });
    await rm(directory, { recursive: true });
    expect(text).toContain('ddprofiler-rc ended (exit code 3) while waiting for the operator to listen');
    expect(text).toContain('  | no such luck');
    expect(exitCode).toBe(1);
  });

  test('given an interruption in the midst, then it ends everything, and is no success', async () => {
    const interruption = new AbortController();
    const { exitCode, text } = await tell({ signal: interruption.signal }, (text) => {
      if (text.includes(' 2/')) interruption.abort();
    });
    expect(text).not.toContain('steps came out as expected');
    expect(exitCode).toBe(130);
  });

  test('given KEEP=1, then it stays up and answers where it says, until SIGTERM ends it without a trace', async () => {
    const { PATH, HOME, TMPDIR } = process.env;
    const demo = spawn(process.execPath, [MAIN], {
      env: { PATH, HOME, TMPDIR, KEEP: '1' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(demo, 'exit');
    let text = '';
    for await (const line of createInterface({ input: demo.stdout })) {
      text += `${line}\n`;
      if (line.startsWith('  curl ')) break;
    }
    expect(text).toContain('Everything stays up until Ctrl-C.');
    const health = /^ {2}curl (\S+)$/m.exec(text)?.[1] ?? '';
    expect((await fetch(health)).status).toBe(200);
    const kubeconfig = /^ {2}export KUBECONFIG=(\S+)$/m.exec(text)?.[1] ?? '';
    const api = new Api(readKubeconfig(await readFile(kubeconfig, 'utf8')));
    const { items } = await api.get(DEPLOYMENTS);
    expect(items).toHaveLength(4);

    demo.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
    await expect(access(dirname(kubeconfig))).rejects.toThrow('ENOENT');
    await expect(fetch(health)).rejects.toThrow();
    await expect(api.get(DEPLOYMENTS)).rejects.toThrow();
  });
});
