import { ClusterConfigError } from '@ddprofiler-rc/k8s-adapter';
import { COMMANDS } from './cli/commands.ts';
import type { Terminal } from './cli/terminal.ts';
import { HttpListenError } from './http/listen.ts';
import { createLogger } from './log/log.ts';
import { startOperator } from './operator.ts';
import { endOnDefects } from './process/defects.ts';
import { stopOnSignals } from './process/signals.ts';
import { readSettings, type Settings } from './settings/settings.ts';
import { VERSION } from './version.ts';

/**
 * The command line.
 *
 * | arguments | does | exit code |
 * | --- | --- | --- |
 * | a command of cli/commands.ts | that | its own |
 * | `run` or none, with --help or --version | prints | 0 |
 * | … with settings that are invalid | says all that is wrong, one line each, on standard error | 1 |
 * | … that are good, but lead to no cluster or no port | says why, one line, on standard error | 1 |
 * | … that are good | runs the operator; an API server that cannot be reached is waited for | 0 after SIGTERM or SIGINT |
 */
const [first, ...rest] = process.argv.slice(2);
const command = COMMANDS.find(({ name }) => name === first);
if (command === undefined) await runOperator(process.argv.slice(2));
else process.exitCode = await command.run(rest, terminal());

async function runOperator(args: readonly string[]): Promise<void> {
  const result = readSettings(process.env, args);
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
}

function terminal(): Terminal {
  return {
    stdin: process.stdin,
    stdout: (text) => void process.stdout.write(text),
    stderr: (text) => void process.stderr.write(text),
  };
}

async function run(settings: Settings): Promise<void> {
  const log = createLogger(settings.logLevel);
  const onDefect = endOnDefects(log);
  try {
    const starting = startOperator(settings, { log, onDefect });
    // At once: as process 1 of a container it would never hear of a signal that comes before.
    stopOnSignals({ stop: async () => (await starting).stop() }, log);
    await starting;
  } catch (error) {
    if (!(error instanceof ClusterConfigError || error instanceof HttpListenError)) throw error;
    giveUp([error.message]);
  }
}

function giveUp(messages: readonly string[]): void {
  for (const message of messages) process.stderr.write(`ddprofiler-rc: ${message}\n`);
  process.exitCode = 1;
}
