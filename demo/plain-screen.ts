import type { Output, Screen } from './screen.ts';
import type { Row } from './table.ts';

/** Lines only: no colours, no cursor movement, and one line for each change of a Deployment. For logs, files and CI. */
export function plainScreen(output: Output): Screen {
  let shown: ReadonlyMap<string, string> = new Map();
  let hasEnded = false;
  const write = (line: string) => {
    if (!hasEnded) output.write(`${line}\n`);
  };
  return {
    say: write,
    show: (rows) => {
      const next = new Map(rows.map((row) => [row.name, describe(row)]));
      for (const name of shown.keys()) if (!next.has(name)) write(`    - ${name}`);
      for (const [name, text] of next) {
        if (shown.get(name) !== text) write(`    ${shown.has(name) ? '~' : '+'} ${text}`);
      }
      shown = next;
    },
    pause: async () => {},
    end: () => {
      hasEnded = true;
    },
  };
}

function describe({ name, cells: [, ready, image, env] }: Row): string {
  return [name, `${ready} ready`, image, env].filter((cell) => cell !== '').join('  ');
}
