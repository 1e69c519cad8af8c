import type { PlantedBug } from './bug.ts';
import type { Tree } from './tree.ts';

/** What caught a bug. */
export type Catch =
  | { readonly by: 'simulation'; readonly seed: number; readonly mode: string; readonly invariant: string }
  | { readonly by: 'test'; readonly file: string };

/** No bug may take more seeds than this: `make test` runs as many of the operator as it is. */
export const MOST_SEEDS = 200;

/** A property test draws other examples in each run. */
const MOST_RUNS = 8;

/** Runs the simulation of the planted operator from seed `first` on, until something catches the bug. */
export async function hunt(tree: Tree, bug: PlantedBug, first = 1, seeds = MOST_SEEDS): Promise<Catch | undefined> {
  return tree.withPatch(bug, async () => {
    if (bug.catcher !== 'simulation') {
      for (let run = 0; run < MOST_RUNS; run += 1) {
        const { code, output } = await tree.run(['node_modules/vitest/vitest.mjs', 'run', bug.catcher]);
        if (!/Tests\b/.test(output)) throw new Error(`${bug.catcher} did not run:\n${output}`);
        if (code !== 0) return { by: 'test', file: bug.catcher };
      }
      return undefined;
    }
    const { output } = await tree.run(['testing/simulation/src/cli.ts'], {
      SEEDS: String(seeds),
      FROM: String(first),
      SHRINK: '0',
    });
    const caught = /seed (\d+), (\w+): invariant (.+?) is violated/.exec(output);
    if (caught !== null) return { by: 'simulation', seed: Number(caught[1]), mode: caught[2] ?? '', invariant: caught[3] ?? '' };
    if (!/ 0 failed;/.test(output)) throw new Error(`the simulation with ${bug.name} did not run to its end:\n${output}`);
    return undefined;
  });
}
