import { ClusterConfigError } from '@ddprofiler-rc/k8s-adapter';
import { HttpListenError } from './http/listen.ts';
import { createLogger } from './log.ts';
import { startOperator } from './operator.ts';
import { readSettings, type Settings } from './settings.ts';
import { stopOnSignals } from './signals.ts';
import { VERSION } from './version.ts';

/**
 * The command line.
 *
 * | settings | does | exit code |
 * | --- | --- | --- |
 * | --help, --version | prints | 0 |
 * | invalid | says all that is wrong, one line each, on standard error | 1 |
 * | good, but they lead to no cluster or no port | says why, one line, on standard error | 1 |
 * | good | runs the operator; an API server that cannot be reached is waited for | 0 after SIGTERM or SIGINT |
 */
const result = readSettings(process.env, process.argv.slice(2));
switch (result.kind) {
  case 'help':
    process.stdout.write(`${result.text.trimEnd()}\n`);
    break;
  case 'version':
    process.stdout.write(`ddprofiler-rc ${VERSION}\n`);
    break;
  case 'invalid':
    giveUp(result.messages);
    break;
  case 'settings':
    await run(result.settings);
}

async function run(settings: Settings): Promise<void> {
  const log = createLogger(settings.logLevel);
  const onDefect = (error: unknown): never => {
    log.fatal({ err: error }, 'ends: a defect of the operator');
    process.exit(1);
  };
  process.on('uncaughtException', onDefect);
  process.on('unhandledRejection', onDefect);
  try {
    const operator = await startOperator(settings, { log, onDefect });
    stopOnSignals(operator, log);
  } catch (error) {
    if (!(error instanceof ClusterConfigError || error instanceof HttpListenError)) throw error;
    giveUp([error.message]);
  }
}

function giveUp(messages: readonly string[]): void {
  for (const message of messages) process.stderr.write(`ddprofiler-rc: ${message}\n`);
  process.exitCode = 1;
}
