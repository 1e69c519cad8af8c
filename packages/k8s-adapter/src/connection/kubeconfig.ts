import { isAbsolute, join } from 'node:path';
import { isJsonObject, type Json, type JsonObject, listAt, objectAt, stringAt } from '@ddprofiler-rc/core';
import { load } from 'js-yaml';
import { parse } from '../json-answer.ts';
import { EXEC_PROVIDER } from './exec-plugin.ts';

/** One file of `KUBECONFIG`. */
export interface KubeconfigFile {
  /** Its folder: what relative paths in it are relative to. */
  readonly folder: string;
  readonly text: string;
}

/**
 * The kubeconfig files as one document, by the rules of kubectl, and such that client-node's KubeConfig understands it as kubectl would.
 *
 * | in the files | here |
 * | --- | --- |
 * | two entries of one name | the first one wins, whole |
 * | `current-context` in several files | the first one wins |
 * | a relative path; a relative command with a slash in it | relative to its file (client-node: of the certificates only) |
 * | certificate or key both as file and as data | the data (client-node: the file) |
 * | `tokenFile` | read from time to time; it wins over `token` (client-node: not known) |
 * | `exec` | run by our ExecPlugin (client-node: for as long as it likes, with standard input open) |
 * | a `server` of `http://` | allowed (client-node: only where TLS verification is off) |
 * | a context without user | a user without credentials (client-node: then ignores the certificate authority) |
 *
 * @throws Error where a text is not YAML, or no mapping
 */
export function mergeKubeconfigs(files: readonly KubeconfigFile[]): JsonObject {
  const read = files.filter(({ text }) => text.trim() !== '').map(({ folder, text }) => ({ folder, document: documentOf(text) }));
  const section = (name: string, entryOf: (entry: JsonObject, folder: string) => JsonObject): readonly JsonObject[] =>
    firstOfEachName(
      read.flatMap(({ folder, document }) => listAt(document, name).map((entry) => entryOf(objectAt(entry), folder))),
    );
  return {
    'current-context': read.map(({ document }) => stringAt(document, 'current-context') ?? '').find((name) => name !== '') ?? '',
    clusters: section('clusters', clusterEntry),
    users: [...section('users', userEntry), { name: NOBODY, user: {} }],
    contexts: section('contexts', contextEntry),
  };
}

/** No user of a kubeconfig has this name: there it must not be empty, and here it may not hide another. */
const NOBODY = '(no user)';

function documentOf(text: string): JsonObject {
  const document = parse(JSON.stringify(load(text)));
  if (!isJsonObject(document)) throw new Error('it is no YAML mapping');
  return document;
}

function clusterEntry(entry: JsonObject, folder: string): JsonObject {
  const cluster = withPaths(objectAt(entry, 'cluster'), folder, ['certificate-authority']);
  const isPlain = stringAt(cluster, 'server')?.startsWith('http:') === true;
  return { ...entry, cluster: isPlain ? { ...cluster, 'insecure-skip-tls-verify': true } : cluster };
}

function userEntry(entry: JsonObject, folder: string): JsonObject {
  const { exec, tokenFile, ...user } = withPaths(objectAt(entry, 'user'), folder, FILES_OF_USER);
  if (isJsonObject(exec)) {
    const plugin = /[/\\]/.test(stringAt(exec, 'command') ?? '') ? withPaths(exec, folder, ['command']) : exec;
    return { ...entry, user: { ...user, 'auth-provider': { name: EXEC_PROVIDER, config: { plugin } } } };
  }
  if (typeof tokenFile === 'string') {
    const { token: _, ...others } = user;
    return { ...entry, user: { ...others, 'auth-provider': { name: 'tokenFile', config: { tokenFile } } } };
  }
  return { ...entry, user };
}

const FILES_OF_USER = ['client-certificate', 'client-key', 'tokenFile'];

function contextEntry(entry: JsonObject): JsonObject {
  const context = objectAt(entry, 'context');
  return { ...entry, context: { ...context, user: stringAt(context, 'user') || NOBODY } };
}

/** `object` with `fields` absolute, and without those that are there as data too. */
function withPaths(object: JsonObject, folder: string, fields: readonly string[]): JsonObject {
  const made: Record<string, Json> = { ...object };
  for (const field of fields) {
    const path = stringAt(object, field) ?? '';
    if (path === '' || (stringAt(object, `${field}-data`) ?? '') !== '') delete made[field];
    else made[field] = isAbsolute(path) ? path : join(folder, path);
  }
  return made;
}

function firstOfEachName(entries: readonly JsonObject[]): readonly JsonObject[] {
  const first = new Map<string, JsonObject>();
  for (const entry of entries) {
    const name = stringAt(entry, 'name') ?? '';
    if (!first.has(name)) first.set(name, entry);
  }
  return [...first.values()];
}
