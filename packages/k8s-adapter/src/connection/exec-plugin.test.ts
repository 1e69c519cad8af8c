import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import type { RequestOptions } from 'node:https';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { execCredential, KubeconfigFolder } from '../../test/kubeconfig-folder.ts';
import { EXEC_PROVIDER, ExecPlugin } from './exec-plugin.ts';

let folder: KubeconfigFolder;

beforeEach(() => {
  folder = new KubeconfigFolder();
});
afterEach(() => {
  folder[Symbol.dispose]();
  vi.useRealTimers();
});

async function run(plugin: Record<string, unknown>): Promise<RequestOptions> {
  const options: RequestOptions = {};
  const user = { name: 'me', authProvider: { name: EXEC_PROVIDER, config: { plugin } } };
  await new ExecPlugin().applyAuthentication(user, options);
  return options;
}

describe('a plugin that works', () => {
  test('given a token, then it is sent as a bearer', async () => {
    const command = folder.script('plugin', `echo '${execCredential({ token: 'secret' })}'`);
    expect((await run({ command })).headers).toEqual({ Authorization: 'Bearer secret' });
  });

  test('given a client certificate, then it is used, with its key', async () => {
    const status = { clientCertificateData: 'CERT', clientKeyData: 'KEY' };
    const command = folder.script('plugin', `echo '${execCredential(status)}'`);
    expect(await run({ command })).toMatchObject({ cert: 'CERT', key: 'KEY', headers: {} });
  });

  test('given arguments and environment, then it gets them, and is told how to answer', async () => {
    const command = folder.script(
      'plugin',
      `echo "$1 $2 $NAME $KUBERNETES_EXEC_INFO" > "$0.told"; echo '${execCredential({ token: 'secret' })}'`,
    );
    const apiVersion = 'client.authentication.k8s.io/v1beta1';
    await run({ command, args: ['get-token', '--quiet'], env: [{ name: 'NAME', value: 'value' }], apiVersion });
    expect(folder.read('plugin.told')).toBe(
      `get-token --quiet value {"apiVersion":"${apiVersion}","kind":"ExecCredential","spec":{"interactive":false}}\n`,
    );
  });

  test('given one that asks a question, then it learns that nobody is there', async () => {
    const command = folder.script('plugin', `read -r answer; echo '${execCredential({ token: 'secret' })}'`);
    expect((await run({ command })).headers).toEqual({ Authorization: 'Bearer secret' });
  });
});

describe('a plugin that does not', () => {
  test.each([
    ['prints nothing', '', 'printed nothing'],
    ['prints garbage', 'echo "token: secret"', 'printed 14 characters that are no ExecCredential'],
    ['prints JSON of another kind', `echo '{"token":"secret"}'`, 'printed 19 characters that are no ExecCredential'],
    ['fails', 'echo "not logged in" >&2; exit 1', 'ended with code 1: not logged in'],
    ['fails without a word', 'exit 7', 'ended with code 7'],
    ['is killed', 'kill -KILL $$', 'could not be run (SIGKILL)'],
    ['prints without end', 'yes', 'could not be run (ERR_CHILD_PROCESS_STDIO_MAXBUFFER)'],
  ])('given one that %s, then the error says so, names it, and quotes nothing that it printed', async (_, body, fate) => {
    const command = folder.script('plugin', body);
    await expect(run({ command })).rejects.toThrow(new Error(`the exec plugin "${command}" ${fate}`));
  });

  test('given one that is not installed, then it says so, with the hint of the kubeconfig', async () => {
    await expect(run({ command: 'no-such-plugin', installHint: 'Install it from the shop.\n' })).rejects.toThrow(
      new Error('the exec plugin "no-such-plugin" is not there: is it installed, and in PATH?; Install it from the shop.'),
    );
  });

  test('given one that may not be run, then it says so', async () => {
    const command = folder.write('plugin', 'no script');
    await expect(run({ command })).rejects.toThrow(`the exec plugin "${command}" could not be run (EACCES)`);
  });

  test('given no command, then it says so', async () => {
    await expect(run({})).rejects.toThrow('the exec section of the kubeconfig names no command');
  });

  test('given one that hangs, deaf to a polite signal, then it is ended after a minute', async () => {
    const alive = `${folder.path}/plugin.alive`;
    execFileSync('mkfifo', [alive, `${folder.path}/plugin.never`]);
    const command = folder.script('plugin', `trap '' TERM; exec 3> "$0.alive"; echo hangs >&3; read -r line < "$0.never"`);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const failed = expect(run({ command })).rejects.toThrow(`the exec plugin "${command}" did not end within 60 s`);
    // A pipe that the plugin holds open: it ends when the plugin does.
    const pipe = createReadStream(alive);
    await once(pipe, 'data');
    vi.advanceTimersByTime(60_000);
    await failed;
    await once(pipe, 'end');
    expect(vi.getTimerCount()).toBe(0);
  });
});
