/** `make planted-bugs`: hunts each planted bug from the first seed on, and writes down what caught it. `BUG=name` only those. */
import { readFile, writeFile } from 'node:fs/promises';
import { plantedBugs } from './bug.ts';
import { type Catch, hunt } from './hunt.ts';
import { PAGE, pageWith, TABLE, tableOf } from './table.ts';
import { Tree } from './tree.ts';

const wanted = process.env.BUG ?? '';
const tree = await Tree.copy();
const caught: Record<string, Catch> = wanted === '' ? {} : { ...(await tableOf()) };
let missed = 0;
try {
  for (const bug of (await plantedBugs()).filter(({ name }) => name.includes(wanted))) {
    const result = await hunt(tree, bug);
    if (result === undefined) missed += 1;
    else caught[bug.name] = result;
    process.stdout.write(`${bug.name}: ${result === undefined ? 'NOT CAUGHT' : JSON.stringify(result)}\n`);
  }
} finally {
  await tree.remove();
}
await writeFile(TABLE, `${JSON.stringify(caught, null, 2)}\n`);
await writeFile(PAGE, pageWith(await readFile(PAGE, 'utf8'), await plantedBugs(), caught));
process.exitCode = missed === 0 ? 0 : 1;
