/** The operator as its users run it: `bin/ddprofiler-rc` in a process of its own, with what it logs and answers over HTTP. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryDirectory } from './guarded-directory.ts';
import { type Exit, type GuardedProcess, startGuarded } from './guarded-process.ts';
import { waitFor } from './wait.ts';

/** The operator of this tree, as `make build` leaves it. */
export const PROGRAM = fileURLToPath(new URL('../../../bin/ddprofiler-rc', import.meta.url));

const STOPS_WITHIN_MS = 30_000;

/** One JSON line of the operator's log. */
export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

export interface Operator {
  readonly process: GuardedProcess;
  /** Path of its log. */
  readonly logFile: string;
  /** Everything it printed, as it is. */
  output(): string;
  /** The lines of its output that are JSON. */
  log(): readonly LogLine[];
  /** Waits until a log line fits. */
  logged(what: string, fits: (line: LogLine) => boolean): Promise<LogLine>;
  /** Where it answers, such as `http://127.0.0.1:8324`; waits until it listens, where it chose the port itself. */
  url(): Promise<string>;
  /** Status and body of a GET on its HTTP port. */
  get(path: string): Promise<{ readonly status: number; readonly body: string }>;
  /** Waits until `path` answers 200, asking again after `pollMs`. */
  answers(path: string, pollMs?: number): Promise<void>;
  /** Waits until `/readyz` answers 200. */
  ready(): Promise<void>;
  /** SIGTERM; waits for its end. */
  stop(): Promise<Exit>;
  /** SIGKILL; waits for its end. */
  kill(): Promise<Exit>;
}

export interface OperatorLaunch {
  /** What starts it, program and arguments; the operator of this tree where left out. */
  readonly command?: readonly string[];
  /** In messages. */
  readonly name?: string;
  /** Its home, and the folder of its log; a temporary one where left out. */
  readonly directory?: string;
  /** Name of the log in that folder. */
  readonly logName?: string;
  /** Told as soon as there is a process that must be ended. */
  readonly onStart?: (process: GuardedProcess) => void;
}

/**
 * Starts the operator.
 * @param settings its environment, beside a bare one (`PATH`, `HOME`); it listens on a free port unless `PORT` says another
 */
export async function startOperator(
  settings: Readonly<Record<string, string>>,
  { command = [PROGRAM], name = 'ddprofiler-rc', directory, logName = 'operator.log', onStart }: OperatorLaunch = {},
): Promise<Operator> {
  const home = directory ?? (await temporaryDirectory('ddprofiler-rc-operator-'));
  const [program = PROGRAM, ...args] = command;
  const logFile = join(home, logName);
  const env = { PATH: globalThis.process.env.PATH, HOME: home, PORT: '0', ...settings };
  const process = await startGuarded({ name, program, args, logFile, env });
  onStart?.(process);

  const output = () => process.output();
  const log = () => output().split('\n').flatMap(readLine);
  const logged = async (what: string, fits: (line: LogLine) => boolean): Promise<LogLine> => {
    let found: LogLine | undefined;
    const probe = async () => {
      found = log().find(fits);
      return found !== undefined || 'no such line yet';
    };
    await waitFor(what, probe, { program: process });
    if (found === undefined) throw new Error('waitFor said true without a line');
    return found;
  };
  let address = env.PORT === '0' ? undefined : `http://127.0.0.1:${env.PORT}`;
  const url = async () => {
    if (address === undefined) {
      const { port } = await logged('the operator to listen', (line) => typeof line.port === 'number');
      address = `http://127.0.0.1:${String(port)}`;
    }
    return address;
  };
  const get = async (path: string) => {
    const response = await fetch(`${await url()}${path}`);
    return { status: response.status, body: await response.text() };
  };
  const answers = async (path: string, pollMs?: number): Promise<void> => {
    await url();
    const probe = async () => {
      const { status, body } = await get(path);
      return status === 200 || body;
    };
    const options = { program: process, ...(pollMs === undefined ? {} : { pollMs }) };
    await waitFor(`${path} of the operator to answer 200`, probe, options);
  };
  return {
    process,
    logFile,
    output,
    log,
    logged,
    url,
    get,
    answers,
    ready: () => answers('/readyz'),
    stop: () => process.stop(STOPS_WITHIN_MS),
    kill: () => process.kill(),
  };
}

function readLine(text: string): readonly LogLine[] {
  if (!text.startsWith('{')) return [];
  try {
    return [JSON.parse(text)];
  } catch {
    return []; // it is being written
  }
}
