/** The real operator, as its users run it: `bin/ddprofiler-rc` in a process of its own, with what it logs and answers over HTTP. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryDirectory } from '@ddprofiler-rc/control-plane/guarded-directory';
import { type Exit, type GuardedProcess, startGuarded } from '@ddprofiler-rc/control-plane/guarded-process';
import { waitFor } from '@ddprofiler-rc/control-plane/wait';

/** The operator of this tree. */
export const PROGRAM = fileURLToPath(new URL('../../bin/ddprofiler-rc', import.meta.url));

/** One JSON line of the operator's log. */
export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

export interface Operator {
  readonly process: GuardedProcess;
  /** Everything it printed, as it is. */
  output(): string;
  /** The lines of its output that are JSON. */
  log(): readonly LogLine[];
  /** Waits until a log line fits. */
  logged(what: string, fits: (line: LogLine) => boolean): Promise<LogLine>;
  /** Status and body of a GET on its HTTP port. */
  get(path: string): Promise<{ readonly status: number; readonly body: string }>;
  /** Waits until `/readyz` answers 200. */
  ready(): Promise<void>;
  /** SIGTERM; waits for its end. */
  stop(): Promise<Exit>;
  /** SIGKILL; waits for its end. */
  kill(): Promise<Exit>;
}

/**
 * Starts the operator with exactly these settings beside the bare environment (`PATH`, `HOME`); listens on a free port.
 * @param wrapper a program and its arguments to run it under
 */
export function startOperator(
  env: Readonly<Record<string, string>>,
  { wrapper = [], args = [] }: { readonly wrapper?: readonly string[]; readonly args?: readonly string[] } = {},
): Promise<Operator> {
  return operatorBy([...wrapper, PROGRAM, ...args], { PORT: '0', ...env });
}

/** The operator that a command starts. */
export async function operatorBy(command: readonly string[], env: Readonly<Record<string, string>>): Promise<Operator> {
  const directory = await temporaryDirectory('ddprofiler-rc-operator-');
  const [program = PROGRAM, ...args] = command;
  const started = await startGuarded({
    name: 'ddprofiler-rc',
    program,
    args,
    logFile: join(directory, 'operator.log'),
    env: { PATH: process.env.PATH, HOME: directory, ...env },
  });
  const output = () => started.output();
  const log = () => output().split('\n').flatMap(readLine);

  const logged = async (what: string, fits: (line: LogLine) => boolean): Promise<LogLine> => {
    let found: LogLine | undefined;
    const probe = async () => {
      found = log().find(fits);
      return found !== undefined || 'no such line yet';
    };
    await waitFor(what, probe, { program: started });
    if (found === undefined) throw new Error('waitFor said true without a line');
    return found;
  };
  const get = async (path: string) => {
    const { port } = await logged('the operator to listen', (line) => typeof line.port === 'number');
    const response = await fetch(`http://127.0.0.1:${String(port)}${path}`);
    return { status: response.status, body: await response.text() };
  };
  const ready = () =>
    waitFor(
      'the operator to be ready',
      async () => {
        const { status, body } = await get('/readyz');
        return status === 200 || body;
      },
      { program: started },
    );
  return { process: started, output, log, logged, get, ready, stop: () => started.stop(30_000), kill: () => started.kill() };
}

function readLine(text: string): readonly LogLine[] {
  if (!text.startsWith('{')) return [];
  try {
    return [JSON.parse(text)];
  } catch {
    return []; // it is being written
  }
}
