import { COMMANDS, type Command } from '../cli/commands.ts';
import { flagOf, type Row } from './row.ts';

/** What `--help` prints. */
export function helpText(rows: readonly Row<unknown>[]): string {
  return [
    'Keeps scaled-down clones of Deployments, as the rules in a ConfigMap say.',
    'Usage: ddprofiler-rc [COMMAND] [FLAG]...',
    ['Commands:', '  run (default)\n      The operator; the settings below are for it.', ...COMMANDS.map(describeCommand)].join(
      '\n',
    ),
    'Settings are environment variables; the flag of the same name wins.',
    ...rows.map(describeRow),
    '  -h, --help\n      Print this and exit.',
    '  -v, --version\n      Print the version and exit.',
  ].join('\n\n');
}

function describeCommand({ name, usage, summary }: Command): string {
  return `  ${name} ${usage}\n      ${summary}`;
}

function describeRow({ name, kind, presence, fallback = '', description }: Row<unknown>): string {
  const need = presence === 'required' ? ' Required.' : fallback === '' ? '' : ` Default: ${fallback}`;
  const flag = `--${flagOf(name)}${kind.isSwitch === true ? '' : '=VALUE'}`;
  return `  ${name}, ${flag}\n      ${description}\n      Accepted: ${kind.accepted}.${need}`;
}
