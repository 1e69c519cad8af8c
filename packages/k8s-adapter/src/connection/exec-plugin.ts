import { type ExecFileException, execFile } from 'node:child_process';
import type { RequestOptions } from 'node:https';
import { isJsonObject, type Json, type JsonObject, listAt, objectAt, stringAt } from '@ddprofiler-rc/core';
import type { User } from '@kubernetes/client-node';
import { parse } from '../json-answer.ts';
import { TimeLimit } from './time-limit.ts';

/** Name of the `auth-provider` that our reading of a kubeconfig makes of its `exec`. */
export const EXEC_PROVIDER = 'exec-plugin';

/** A login that waits for a person never ends here: there is none. */
const LIMIT_MS = 60_000;
const OUTPUT_MOST = 1_000_000;
/** Credentials that end within this time are renewed: what they are used for takes time too. */
const AHEAD_MS = 15_000;
const STDERR_MOST = 500;

interface Credential {
  readonly status: JsonObject;
  /** As of `Date.now()`, which is what plugins go by. */
  readonly expires: number;
}

/**
 * Runs the exec plugin of a kubeconfig's user (`aws eks get-token` and the like) and keeps what it gave until that expires.
 *
 * client-node has an authenticator for this, too. It waits for good for a plugin that hangs or that reads its standard input, does not say
 * which command failed, quotes tokens in its errors, and does not tell the plugin what the protocol says to tell it.
 */
export class ExecPlugin {
  #credential: Credential | undefined;

  isAuthProvider(user: User): boolean {
    return user.authProvider?.name === EXEC_PROVIDER;
  }

  /** @throws Error with the command, what became of it, and what it wrote to standard error */
  async applyAuthentication(user: User, options: RequestOptions): Promise<void> {
    if (this.#credential === undefined || this.#credential.expires - AHEAD_MS <= Date.now()) {
      const spec: Json = user.authProvider.config.plugin;
      this.#credential = await run(objectAt(spec));
    }
    const { status } = this.#credential;
    const token = stringAt(status, 'token');
    const cert = stringAt(status, 'clientCertificateData');
    const key = stringAt(status, 'clientKeyData');
    options.headers ??= {};
    if (token !== undefined) Object.assign(options.headers, { Authorization: `Bearer ${token}` });
    if (cert !== undefined) options.cert = cert;
    if (key !== undefined) options.key = key;
  }
}

async function run(spec: JsonObject): Promise<Credential> {
  const command = stringAt(spec, 'command') ?? '';
  const args = listAt(spec, 'args').map(String);
  const failed = (what: string) => {
    const hint = stringAt(spec, 'installHint');
    return new Error(`the exec plugin "${command}" ${what}${hint === undefined ? '' : `; ${hint.trim()}`}`);
  };
  if (command === '') throw new Error('the exec section of the kubeconfig names no command');
  const limit = new TimeLimit(LIMIT_MS);
  limit.restart();
  const output = await new Promise<string>((resolve, reject) => {
    const child = execFile(command, args, { env: environmentOf(spec), maxBuffer: OUTPUT_MOST }, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout);
      const told = stderr.trim().slice(-STDERR_MOST);
      reject(failed(`${fateOf(error)}${told === '' ? '' : `: ${told}`}`));
    });
    // Not execFile's own time-out or signal: it waits until the pipes close, which a child of the plugin may hold open for good.
    limit.signal.addEventListener('abort', () => {
      child.kill('SIGKILL');
      child.stdout?.destroy();
      child.stderr?.destroy();
      reject(failed(`did not end within ${LIMIT_MS / 1000} s`));
    });
    // Whoever reads from it learns that nobody is there.
    child.stdin?.end();
  }).finally(() => limit.release());
  const status = objectAt(parse(output), 'status');
  const isUseful = stringAt(status, 'token') !== undefined || stringAt(status, 'clientCertificateData') !== undefined;
  // Not quoted: it may hold secrets.
  if (!isUseful) {
    throw failed(output.trim() === '' ? 'printed nothing' : `printed ${output.length} characters that are no ExecCredential`);
  }
  const expires = Date.parse(stringAt(status, 'expirationTimestamp') ?? '');
  return { status, expires: Number.isNaN(expires) ? Number.POSITIVE_INFINITY : expires };
}

function environmentOf(spec: JsonObject): Record<string, string | undefined> {
  const apiVersion = stringAt(spec, 'apiVersion') ?? 'client.authentication.k8s.io/v1';
  const info = { apiVersion, kind: 'ExecCredential', spec: { interactive: false } };
  const env: Record<string, string | undefined> = { ...process.env, KUBERNETES_EXEC_INFO: JSON.stringify(info) };
  for (const entry of listAt(spec, 'env')) {
    const name = isJsonObject(entry) ? stringAt(entry, 'name') : undefined;
    if (name !== undefined) env[name] = stringAt(objectAt(entry), 'value') ?? '';
  }
  return env;
}

function fateOf({ code, signal }: ExecFileException): string {
  if (code === 'ENOENT') return 'is not there: is it installed, and in PATH?';
  if (typeof code === 'number') return `ended with code ${code}`;
  return `could not be run (${code ?? signal ?? 'for no reason given'})`;
}
