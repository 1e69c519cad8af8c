import { parseArgs } from 'node:util';
import { quote } from './quote.ts';
import { flagOf, type Row } from './row.ts';

export interface Flags {
  /** Values by the flag's name without dashes; the last one wins. */
  readonly given: ReadonlyMap<string, string>;
  readonly problems: readonly string[];
}

/**
 * Those of `run`, whose name may stand anywhere. Not `strict`, which throws at the first problem.
 * @param commands the other commands
 */
export function readFlags(args: readonly string[], rows: readonly Row<unknown>[], commands: readonly string[]): Flags {
  const options = Object.fromEntries(
    rows.map(({ name, kind }) => [flagOf(name), { type: kind.isSwitch === true ? ('boolean' as const) : ('string' as const) }]),
  );
  const { tokens } = parseArgs({
    args: [...args],
    options: { ...options, help: { type: 'boolean', short: 'h' }, version: { type: 'boolean', short: 'v' } },
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const given = new Map<string, string>();
  const problems: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional' && token.value !== 'run') {
      const isKnown = commands.includes(token.value);
      const accepted = isKnown ? 'before all flags' : `run, ${commands.join(', ')}, or none; see --help`;
      problems.push(`${quote(token.value)}: ${isKnown ? 'a command in a wrong place' : 'is no command'}; accepted: ${accepted}`);
    }
    if (token.kind !== 'option') continue;
    const known = rows.find(({ name }) => flagOf(name) === token.name);
    // Not the next flag: `--crd-name --port 1` lacks a name.
    const value = token.inlineValue === false && token.value.startsWith('--') ? undefined : token.value;
    if (known === undefined && token.name !== 'help' && token.name !== 'version') {
      const accepted = rows.map(({ name }) => `--${flagOf(name)}`);
      problems.push(`${quote(token.rawName)}: is no flag; accepted: ${accepted.join(', ')}, --help, --version; see --help`);
    } else if (known !== undefined && known.kind.isSwitch !== true && value === undefined) {
      problems.push(`${token.rawName}: has no value; accepted: ${known.kind.accepted}; write ${token.rawName}=VALUE`);
    } else {
      given.set(token.name, value ?? 'true');
    }
  }
  return { given, problems };
}
