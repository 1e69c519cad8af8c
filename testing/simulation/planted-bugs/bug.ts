import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** A mistake that somebody could make in the operator, as a small patch of it. */
export interface PlantedBug {
  /** Name of its file, without `.patch`. */
  readonly name: string;
  /** One sentence: what is wrong, and what comes of it. */
  readonly what: string;
  /** `simulation`, or the path of the property test that must fail, for what no history can show. */
  readonly catcher: string;
  /** The patch, in unified form. */
  readonly patch: string;
}

const DIRECTORY = fileURLToPath(new URL('.', import.meta.url));

/** All of them, in the order of their names. */
export async function plantedBugs(): Promise<readonly PlantedBug[]> {
  const files = (await readdir(DIRECTORY)).filter((file) => file.endsWith('.patch')).sort();
  return Promise.all(files.map(async (file) => read(file, await readFile(`${DIRECTORY}${file}`, 'utf8'))));
}

/** A patch begins with `Bug: …` and `Caught-by: …`, a line each; a line may go on, indented. */
function read(file: string, text: string): PlantedBug {
  const [header = '', ...rest] = text.split('\n--- ');
  const fields = new Map(
    header
      .replaceAll(/\n\s+/g, ' ')
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const what = fields.get('Bug');
  const catcher = fields.get('Caught-by');
  if (what === undefined || catcher === undefined) throw new Error(`${file} does not begin with "Bug: …" and "Caught-by: …"`);
  return { name: file.replace(/\.patch$/, ''), what, catcher, patch: `--- ${rest.join('\n--- ')}` };
}
