import { replayCommand } from './replay.ts';
import type { Terminal } from './terminal.ts';

/** A command that is not the operator itself. */
export interface Command {
  readonly name: string;
  /** As in the help text: what follows the name. */
  readonly usage: string;
  readonly summary: string;
  /** @returns the exit code; 2 where it was called in a wrong way */
  readonly run: (args: readonly string[], terminal: Terminal) => Promise<number>;
}

/** `run`, the operator, is the default and no entry here: main.ts starts it. */
export const COMMANDS: readonly Command[] = [
  {
    name: 'replay',
    usage: 'JOURNAL',
    summary:
      'Folds a recorded journal again and compares every decision; - reads standard input. Exit: 0 same, 1 differs, 2 usage.',
    run: replayCommand,
  },
];
