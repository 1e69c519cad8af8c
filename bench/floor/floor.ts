/** Runs the floor's program, bundled into one file as the operator is, so that neither starts with an advantage. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lastLines, startGuarded } from '@ddprofiler-rc/control-plane/guarded-process';
import { build } from 'esbuild';
import { CONCURRENCY, FLOOR_USER, type Stage } from '../cluster/stage.ts';
import { neededApplies } from './bodies.ts';
import type { LoopWork } from './loop.ts';

interface FloorRun {
  /** `performance.now()` just before its process was made. */
  readonly startedAt: number;
  /** Resolves when its process has ended. */
  readonly ended: Promise<{
    /** Milliseconds of the loop alone. */
    readonly loopMs: number;
    /** Milliseconds of processor time, process start included. */
    readonly cpuMs: number;
  }>;
}

export interface Floor {
  /** @param concurrency requests at a time; as many as the operator sends, where absent */
  start(concurrency?: number): Promise<FloorRun>;
}

/** The requests are those that the cluster needs at present: its clones are yet to be made. */
export async function prepareFloor(stage: Stage): Promise<Floor> {
  const program = join(stage.directory, 'floor.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('loop.ts', import.meta.url))],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node26',
    logLevel: 'warning',
    banner: { js: "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);" },
  });
  const work: LoopWork = {
    ...(await stage.accessOf(FLOOR_USER)),
    requests: await neededApplies(stage.admin),
  };
  const file = join(stage.directory, 'floor.json');
  await writeFile(file, JSON.stringify(work));
  let runs = 0;
  return {
    start: async (concurrency = CONCURRENCY) => {
      runs += 1;
      const startedAt = performance.now();
      const process = await startGuarded({
        name: 'floor',
        program: globalThis.process.execPath,
        args: [program, file, String(concurrency)],
        logFile: join(stage.directory, `floor-${runs}.log`),
      });
      const ended = process.exited.then(({ code }) => {
        if (code !== 0) throw new Error(`the floor's loop failed:\n${lastLines(process.output())}`);
        const [loopMs = Number.NaN, cpuMs = Number.NaN] = process.output().split(' ').map(Number);
        return { loopMs, cpuMs };
      });
      ended.catch(() => {}); // told by whoever waits for it
      return { startedAt, ended };
    },
  };
}
