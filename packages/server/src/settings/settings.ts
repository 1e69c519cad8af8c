import { COMMANDS } from '../cli/commands.ts';
import { readFlags } from './flags.ts';
import { helpText } from './help.ts';
import { quote } from './quote.ts';
import { complaint, flagOf, type Row, readTable, rowsOf, type ValuesOf } from './row.ts';
import { TABLE } from './table.ts';

/** What a person sets when starting the operator: a property for each row of {@link TABLE}. */
export interface Settings extends ValuesOf<typeof TABLE> {}

export type SettingsResult =
  | { readonly kind: 'settings'; readonly settings: Settings }
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'version' }
  /** Everything that is wrong, one line each, in the order of the table. */
  | { readonly kind: 'invalid'; readonly messages: readonly string[] };

const ROWS = rowsOf(TABLE);

/**
 * Reads the settings. A flag wins over its environment variable; an empty value counts as not set, for that is how manifests and
 * shells say so. `--help` and `--version` win over everything, also over what is wrong.
 * @param args without the program's own name
 */
export function readSettings(env: Readonly<Record<string, string | undefined>>, args: readonly string[]): SettingsResult {
  const flags = readFlags(
    args,
    ROWS,
    COMMANDS.map(({ name }) => name),
  );
  if (flags.given.has('help')) return { kind: 'help', text: helpText(ROWS) };
  if (flags.given.has('version')) return { kind: 'version' };

  const messages = [...flags.problems];
  const given = ({ name }: Row<unknown>) => flags.given.get(flagOf(name)) ?? env[name];
  const textOf = (row: Row<unknown>) => {
    const text = given(row)?.trim();
    return text === undefined || text === '' ? row.fallback : text;
  };
  const settings = readTable(TABLE, (row) => {
    const { onlyWith } = row;
    if (onlyWith !== undefined && textOf(onlyWith.row) !== onlyWith.text) return undefined;
    const text = textOf(row);
    if (text === undefined) {
      const isMissing = row.presence === 'required' || onlyWith !== undefined;
      if (isMissing) messages.push(complaint(row, given(row) === undefined ? 'is not set' : 'is empty'));
      return undefined;
    }
    const parsed = row.kind.parse(text);
    if ('value' in parsed) return parsed.value;
    messages.push(complaint(row, `got ${quote(text)}${parsed.problem === '' ? '' : `, and ${parsed.problem}`}`));
    return undefined;
  });
  return messages.length > 0 || settings === undefined ? { kind: 'invalid', messages } : { kind: 'settings', settings };
}
