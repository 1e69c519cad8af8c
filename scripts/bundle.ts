/**
 * Builds the one file that `bin/ddprofiler-rc` runs: the server package with everything it imports.
 * The client library's generated API classes and models are left out: the operator speaks raw JSON, and uses its KubeConfig only.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type OnResolveArgs, type Plugin, type PluginBuild, type ResolveResult } from 'esbuild';
import { substitutes } from './substitutes.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** In what a plugin itself asks to be resolved, so that it does not answer its own question. */
const ASKED = 'asked';

/** What it is resolved to without the plugin that asks. */
function resolvedOtherwise(resolve: PluginBuild['resolve'], args: OnResolveArgs): Promise<ResolveResult> {
  const { path, importer, kind, resolveDir, with: attributes } = args;
  return resolve(path, { importer, kind, resolveDir, with: attributes, pluginData: ASKED });
}

/** Keeps of the client library what KubeConfig needs. Its manifest does not say that its modules are free of side effects; they are. */
const withoutUnusedClientModules: Plugin = {
  name: 'without-unused-client-modules',
  setup({ onResolve, resolve }: Parameters<Plugin['setup']>[0]) {
    onResolve({ filter: /./ }, async (args) => {
      const inClient = args.importer.includes('/@kubernetes/client-node/') || args.path === '@kubernetes/client-node';
      if (args.pluginData === ASKED || !inClient) return undefined;
      return { ...(await resolvedOtherwise(resolve, args)), sideEffects: false };
    });
  },
};

/** RxJS as ES modules, of which what is not used is left out; for Node its manifest names CommonJS, of which everything is loaded. */
const rxjsByModules: Plugin = {
  name: 'rxjs-by-modules',
  setup({ onResolve, resolve }: Parameters<Plugin['setup']>[0]) {
    onResolve({ filter: /^rxjs$/ }, async (args) => {
      if (args.pluginData === ASKED) return undefined;
      const resolved = await resolvedOtherwise(resolve, args);
      return { ...resolved, path: resolved.path.replace('/dist/cjs/', '/dist/esm/'), sideEffects: false };
    });
  },
};

/** By `require`: an import of one would look at each of its exports, and so load what Node itself loads only when it is used (fetch, WebSocket). */
const builtinsByRequire: Plugin = {
  name: 'builtins-by-require',
  setup({ onResolve, onLoad }: Parameters<Plugin['setup']>[0]) {
    onResolve({ filter: /^(node:)?[a-z_/]+$/ }, ({ path, kind }) =>
      kind === 'import-statement' && isBuiltin(path) ? { path, namespace: 'builtin' } : undefined,
    );
    onLoad({ filter: /./, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)});`,
    }));
  },
};

const result = await build({
  absWorkingDir: root,
  entryPoints: ['packages/server/src/main.ts'],
  outfile: 'dist/ddprofiler-rc.mjs',
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node26',
  sourcemap: 'linked',
  legalComments: 'linked',
  write: false,
  logLevel: 'warning',
  plugins: [builtinsByRequire, rxjsByModules, substitutes, withoutUnusedClientModules],
  // Some dependencies are CommonJS and call `require` for Node's own modules, which an ES module does not have.
  banner: {
    js: "import { createRequire as createRequireForBundle } from 'node:module';\nconst require = createRequireForBundle(import.meta.url);",
  },
});

/**
 * The code is ASCII, but comments of dependencies are not; one character beyond Latin-1 makes V8 keep the whole text at two bytes each. The text
 * stays as long as it was, which the source map relies on.
 */
const inLatin1 = (text: string): string => text.replaceAll(/[^\0-\xff]/g, '?');

for (const { path, text } of result.outputFiles) {
  const isCode = path.endsWith('.mjs');
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, isCode ? inLatin1(text) : text);
  if (isCode) process.stdout.write(`dist/ddprofiler-rc.mjs: ${(text.length / 1024).toFixed(0)} KiB\n`);
}
