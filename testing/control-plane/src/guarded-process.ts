/**
 * Child processes that never outlive this one.
 *
 * Guarantees
 * - When this process ends in whatever way, kill -9 included, the child is killed at once: a small `sh` beside it waits on a
 *   pipe whose other end only this process holds, and the kernel closes that end for us. No signal handlers are needed.
 * - `pid`, signals and the exit status are those of the program itself, not of a wrapper.
 * - Ctrl-C in a terminal does not reach the child (it has a session of its own), so that its owner can stop it in order.
 * Not guaranteed: grandchildren. A program that forks has to look after its own.
 *
 * Works wherever there is a POSIX shell; rejected: `setpriv --pdeathsig` (Linux only), a table of pids that a watcher kills
 * (a pid can be taken by a stranger before the watcher comes to it).
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { Writable } from 'node:stream';
import { Failure, messageOf } from './failure.ts';

export type Exit = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

export type GuardedProcess = {
  readonly name: string;
  readonly pid: number;
  /** Resolves when the program ended; never rejects. */
  readonly exited: Promise<Exit>;
  /** How it ended, or undefined while it runs. */
  exit(): Exit | undefined;
  /** What this run, not an earlier one with the same log file, wrote so far. */
  output(): string;
  /** SIGTERM, and SIGKILL when it still runs after `graceMs`. Resolves when it is gone; does nothing when it already is. */
  stop(graceMs?: number): Promise<Exit>;
  /** SIGKILL. Resolves when it is gone. */
  kill(): Promise<Exit>;
};

export type GuardedProcessOptions = {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  /** Standard output and error are appended here. */
  readonly logFile: string;
  readonly directory?: string;
  readonly env?: NodeJS.ProcessEnv;
};

// `exec` keeps the pid, so `$$` in the watcher is the program. The watcher reads one line: it gets one when the program ended
// and its pid may soon be another's (then there is nothing left to do), and end-of-file when our process is gone.
const GUARD = '(read -r _ <&3 || kill -9 $$) >/dev/null 2>&1 & exec "$@" 3<&-';

export const startGuarded = async (options: GuardedProcessOptions): Promise<GuardedProcess> => {
  const { name, program, args, logFile } = options;
  const log = openSync(logFile, 'a');
  const logStart = fstatSync(log).size;
  let child: ChildProcess;
  try {
    child = spawn('/bin/sh', ['-c', GUARD, 'guard', program, ...args], {
      cwd: options.directory,
      env: options.env ?? process.env,
      stdio: ['ignore', log, log, 'pipe'],
      detached: true,
    });
    await new Promise((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
  } catch (cause) {
    throw new Failure('PROGRAM_ENDED', `${name} (${program}) could not be started: ${messageOf(cause)}`, { cause });
  } finally {
    closeSync(log);
  }

  const { pid } = child;
  const rope = child.stdio[3];
  if (pid === undefined || !(rope instanceof Writable)) throw new Error(`${name}: a spawned process without pid or pipe`);
  rope.on('error', () => {}); // EPIPE: the watcher went first

  let exit: Exit | undefined;
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => {
      exit = { code, signal };
      rope.end('\n');
      resolve(exit);
    });
  });

  const signal = (which: NodeJS.Signals): void => {
    if (exit === undefined) child.kill(which);
  };

  return {
    name,
    pid,
    exited,
    exit: () => exit,
    output: () => readFileSync(logFile).subarray(logStart).toString('utf8'),
    stop: async (graceMs = 5_000) => {
      signal('SIGTERM');
      const timer = setTimeout(() => signal('SIGKILL'), graceMs);
      try {
        return await exited;
      } finally {
        clearTimeout(timer);
      }
    },
    kill: () => {
      signal('SIGKILL');
      return exited;
    },
  };
};

/** The last `count` lines of a program's output, indented for use in an error message. */
export const lastLines = (output: string, count = 15): string => {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  if (lines.length === 0) return '  (it wrote nothing)';
  return lines
    .slice(-count)
    .map((line) => `  | ${line.slice(0, 400)}`)
    .join('\n');
};

/** How a program ended, for people. */
export const describeExit = ({ code, signal }: Exit): string => (signal === null ? `exit code ${code}` : `signal ${signal}`);
