/**
 * Finds every program of a control plane, in this order:
 *
 *   1. `KUBEBUILDER_ASSETS`, a directory, for the programs it has (often only etcd, kube-apiserver and kubectl)
 *   2. the per-user cache of what an earlier run built (build.ts)
 *   3. a build from Go modules into that cache
 *
 * Nothing is built before it is certain that all that is missing can be: either every path returned exists, or the error says
 * what was looked for where, and the ways out.
 */
import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { type BuildPlace, buildPlace, buildProgram, cacheDirectory, goEnv, isExecutable, moduleDirectory } from './build.ts';
import { Failure } from './failure.ts';
import { judgeGo, requiredGo } from './go-toolchain.ts';
import { type BuildName, KUBERNETES_VERSION, PROGRAM_NAMES, type Programs, RECIPES } from './programs.ts';
import { elapsed, type Progress } from './progress.ts';

export type LocateOptions = {
  readonly env?: NodeJS.ProcessEnv;
  readonly place?: BuildPlace;
};

type Source = 'assets' | 'cache';
type Found = { readonly name: BuildName; readonly path: string; readonly source: Source };

const isDirectory = async (path: string): Promise<boolean> => (await stat(path).catch(() => undefined))?.isDirectory() ?? false;

const assetsDirectory = async (env: NodeJS.ProcessEnv): Promise<string | undefined> => {
  const value = env.KUBEBUILDER_ASSETS;
  if (value === undefined || value === '') return undefined;
  const directory = resolve(value);
  if (await isDirectory(directory)) return directory;
  throw new Failure(
    'ASSETS_INVALID',
    [
      `KUBEBUILDER_ASSETS is ${JSON.stringify(value)}, which is not a directory.`,
      `Accepted: a directory with any of ${PROGRAM_NAMES.join(', ')}. Unset it to have them built from Go modules.`,
    ].join('\n'),
  );
};

const search = async (name: BuildName, assets: string | undefined, place: BuildPlace): Promise<Found | undefined> => {
  const candidates: readonly (readonly [Source, string])[] = [
    ...(assets === undefined ? [] : [['assets', join(assets, name)] as const]),
    ['cache', join(await cacheDirectory(place, name), name)],
  ];
  for (const [source, path] of candidates) if (await isExecutable(path)) return { name, path, source };
  return undefined;
};

/** Throws unless Go can build all of `missing`. */
const requireGo = async (
  missing: readonly BuildName[],
  assets: string | undefined,
  place: BuildPlace,
  env: NodeJS.ProcessEnv,
): Promise<void> => {
  const modules = new Set(missing.map((name) => RECIPES[name].module));
  for (const module of modules) {
    const directory = moduleDirectory(place, module);
    const verdict = await judgeGo(directory, goEnv(env));
    if (verdict.usable) continue;
    throw new Failure(
      'GO_UNUSABLE',
      [
        `These programs are missing, and cannot be built: ${missing.join(', ')}.`,
        'Looked for:',
        `  - in KUBEBUILDER_ASSETS: ${assets ?? 'not set'}`,
        `  - in the cache of earlier builds: ${place.cache}`,
        `  - Go ${await requiredGo(directory)} or newer, to build them: found ${verdict.found}`,
        'Ways out, any of them:',
        `  - install Go ${await requiredGo(directory)} or newer (https://go.dev/dl); the first run then builds them, ${estimate(missing)}`,
        `  - set KUBEBUILDER_ASSETS to a directory that has them`,
        "  - set E2E_KUBECONFIG to the kubeconfig of a cluster you have, e.g. minikube's (and E2E_CONTEXT to a context in it)",
      ].join('\n'),
    );
  }
};

const estimate = (names: readonly BuildName[]): string => {
  const minutes = names.reduce((sum, name) => sum + RECIPES[name].minutes, 0);
  return `about ${Math.ceil(minutes)} minute${minutes > 1 ? 's' : ''} on two cores`;
};

const minorOf = (version: string): string | undefined => /v(\d+\.\d+)\./.exec(version)?.[1];

/** A kube-apiserver of another minor than the programs beside it is worth a line: they may not get on. */
const compareVersions = async (found: readonly Found[], progress: Progress): Promise<void> => {
  const server = found.find(({ name, source }) => name === 'kube-apiserver' && source === 'assets');
  const manager = found.find(({ name, source }) => name === 'kube-controller-manager' && source === 'assets');
  if (server === undefined) return;
  const says = await promisify(execFile)(server.path, ['--version']).then(
    ({ stdout }) => stdout.trim(),
    (error: Error) => error.message,
  );
  if (minorOf(says) === minorOf(KUBERNETES_VERSION)) return;
  const note =
    manager === undefined
      ? `; mind that the controller manager (${KUBERNETES_VERSION}) must not be newer than the API server`
      : '';
  progress(`KUBEBUILDER_ASSETS has kube-apiserver "${says}", these tests are made for ${KUBERNETES_VERSION}${note}`);
};

const locate = async (
  names: readonly BuildName[],
  progress: Progress,
  options: LocateOptions,
): Promise<Map<BuildName, string>> => {
  const env = options.env ?? process.env;
  const place = options.place ?? buildPlace(env, homedir());
  const assets = await assetsDirectory(env);
  const found: Found[] = [];
  const missing: BuildName[] = [];
  for (const name of names) {
    const hit = await search(name, assets, place);
    if (hit === undefined) missing.push(name);
    else found.push(hit);
  }
  await compareVersions(found, progress);
  const paths = new Map(found.map(({ name, path }) => [name, path]));
  if (missing.length === 0) return paths;

  await requireGo(missing, assets, place, env);
  const startedAt = Date.now();
  progress(`to build, once: ${missing.join(', ')} (${estimate(missing)}, into ${place.cache})`);
  for (const name of missing) paths.set(name, await buildProgram(place, name, env, progress));
  progress(`all programs are built (${elapsed(startedAt)})`);
  return paths;
};

const pathOf = (paths: ReadonlyMap<BuildName, string>, name: BuildName): string => {
  const path = paths.get(name);
  if (path === undefined) throw new Error(`${name} was not located`);
  return path;
};

/** The absolute path of every program. Throws a Failure whose text is for the screen. */
export const locatePrograms = async (progress: Progress, options: LocateOptions = {}): Promise<Programs> => {
  const paths = await locate(PROGRAM_NAMES, progress, options);
  return {
    etcd: pathOf(paths, 'etcd'),
    'kube-apiserver': pathOf(paths, 'kube-apiserver'),
    'kube-controller-manager': pathOf(paths, 'kube-controller-manager'),
    'kube-scheduler': pathOf(paths, 'kube-scheduler'),
    kubectl: pathOf(paths, 'kubectl'),
    kwok: pathOf(paths, 'kwok'),
  };
};

/** The absolute path of one program, found or built as by `locatePrograms`. */
export const locateProgram = async (name: BuildName, progress: Progress, options: LocateOptions = {}): Promise<string> =>
  pathOf(await locate([name], progress, options), name);
