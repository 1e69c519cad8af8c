/**
 * Builds one program from Go modules into the per-user cache.
 *
 * Guarantees
 * - What lies under a program's name in the cache is complete: Go writes to another name beside it, which is then renamed.
 * - The cache's folder is named by a digest of everything that goes into the build, so another go.sum, flag or platform never
 *   finds the old program.
 * - Processes that want the same program wait for one to build it; one that is killed leaves nothing that another mistakes for
 *   a program, and holds the next one up for half a minute at most.
 */
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { access, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failure } from './failure.ts';
import { withFileLock } from './file-lock.ts';
import { describeExit, lastLines, startGuarded } from './guarded-process.ts';
import { BUILD_ENV, BUILD_FLAGS, type BuildName, type ModuleName, RECIPES } from './programs.ts';
import { elapsed, type Progress, withHeartbeat } from './progress.ts';

const MODULES = fileURLToPath(new URL('../build/', import.meta.url));

/** Where the modules' go.mod files are, and where what is built from them goes. Parameters for the tests' sake. */
export type BuildPlace = {
  readonly modules: string;
  readonly cache: string;
};

export const moduleDirectory = (place: BuildPlace, module: ModuleName): string => join(place.modules, module);

/** The place for this user: `$XDG_CACHE_HOME`, if it is an absolute path as its specification demands, or `~/.cache`. */
export const buildPlace = (env: NodeJS.ProcessEnv, home: string): BuildPlace => {
  const xdg = env.XDG_CACHE_HOME;
  const caches = xdg?.startsWith('/') ? xdg : join(home, '.cache');
  return { modules: MODULES, cache: join(caches, 'ddprofiler-rc', 'controlplane') };
};

/** Folder in the cache for one program: `<cache>/<module>-<digest of go.mod, go.sum, a main.go of our own, flags and platform>`. */
export const cacheDirectory = async (place: BuildPlace, name: BuildName): Promise<string> => {
  const { module, goPackage, ldflags } = RECIPES[name];
  const hash = createHash('sha256');
  for (const file of ['go.mod', 'go.sum', ...(goPackage === '.' ? ['main.go'] : [])])
    hash.update(await readFile(join(moduleDirectory(place, module), file))).update('\0');
  hash.update(JSON.stringify([BUILD_FLAGS, BUILD_ENV, ldflags, process.platform, process.arch]));
  return join(place.cache, `${module}-${hash.digest('hex').slice(0, 20)}`);
};

export const isExecutable = async (path: string): Promise<boolean> => {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** The environment for Go: what the caller has, except that the program is always for this machine. */
export const goEnv = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => {
  const { GOOS: _os, GOARCH: _arch, ...rest } = env;
  return { ...rest, ...BUILD_ENV };
};

const compile = async (
  place: BuildPlace,
  name: BuildName,
  directory: string,
  env: NodeJS.ProcessEnv,
  progress: Progress,
): Promise<void> => {
  const { module, goPackage, ldflags, minutes } = RECIPES[name];
  const stem = `.${name}.partial`;
  for (const file of await readdir(directory)) if (file.startsWith(stem)) await rm(join(directory, file), { force: true });
  const partial = join(directory, `${stem}-${process.pid}`);
  const logFile = join(directory, `${name}.build.log`);
  const startedAt = Date.now();
  progress(`building ${name} from Go modules (about ${minutes} min the first time on two cores)`);
  const build = await startGuarded({
    name: `go build of ${name}`,
    program: 'go',
    args: ['build', ...BUILD_FLAGS, '-ldflags', ldflags, '-o', partial, goPackage],
    logFile,
    directory: moduleDirectory(place, module),
    env: goEnv(env),
  });
  const exit = await withHeartbeat(
    progress,
    (time) => `building ${name} … ${time}`,
    () => build.exited,
  );
  if (exit.code !== 0) {
    await rm(partial, { force: true });
    throw new Failure(
      'BUILD_FAILED',
      `building ${name} failed (${describeExit(exit)}); last lines of ${logFile}:\n${lastLines(build.output())}`,
    );
  }
  await rename(partial, join(directory, name));
  progress(`built ${name} in ${elapsed(startedAt)}`);
};

/** The path of `name` in the cache, after building it there unless somebody else has meanwhile. */
export const buildProgram = async (
  place: BuildPlace,
  name: BuildName,
  env: NodeJS.ProcessEnv,
  progress: Progress,
): Promise<string> => {
  const directory = await cacheDirectory(place, name);
  const path = join(directory, name);
  await mkdir(directory, { recursive: true });
  const build = async (): Promise<void> => {
    if (!(await isExecutable(path))) await compile(place, name, directory, env, progress);
  };
  await withFileLock(join(directory, `.${name}.lock`), build, {
    onWait: () => progress(`another process builds ${name}; waiting for it`),
  });
  return path;
};
