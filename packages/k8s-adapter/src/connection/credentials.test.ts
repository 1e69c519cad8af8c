import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { execCredential, KubeconfigFolder, kubeconfigOf } from '../../test/kubeconfig-folder.ts';
import { CredentialSource } from './credentials.ts';

const SERVER = 'http://127.0.0.1:9';
const START = Date.UTC(2026, 0, 1);

let folder: KubeconfigFolder;
let source: CredentialSource;
let now = 0;

beforeEach(() => {
  folder = new KubeconfigFolder();
  now = 0;
});

afterEach(async () => {
  await source.close();
  folder[Symbol.dispose]();
  vi.useRealTimers();
});

function open(user: Record<string, unknown>, server = SERVER): CredentialSource {
  source = new CredentialSource({ client: 'local', kubeconfig: folder.write('config', kubeconfigOf(server, user)) }, () => now);
  return source;
}

async function authorization(): Promise<string | undefined> {
  return (await source.get()).headers.Authorization;
}

describe('from the kubeconfig itself', () => {
  test.each([
    ['a token', { token: 'secret' }, 'Bearer secret'],
    ['a token that ends in a line break', { token: 'secret\n' }, 'Bearer secret'],
    ['name and password', { username: 'me', password: 'pass' }, `Basic ${Buffer.from('me:pass').toString('base64')}`],
    ['nothing', {}, undefined],
  ])('given %s, then that is sent', async (_, user, expected) => {
    open(user);
    expect(await authorization()).toBe(expected);
  });

  test('given an http:// server, as of kubectl proxy, then it works', async () => {
    open({}, 'http://localhost:8001');
    expect((await source.get()).base.href).toBe('http://localhost:8001/');
  });

  test('given the same credentials time and again, then their connections are kept', async () => {
    open({ token: 'secret' }, 'https://127.0.0.1:9');
    const first = await source.get();
    now += 10_000;
    expect(await source.get()).toBe(first);
    expect(await source.renew(first)).toBe(first);
  });

  test('given another token, then the connections are kept all the same', async () => {
    open({ token: 'old' }, 'https://127.0.0.1:9');
    const first = await source.get();
    folder.write('config', kubeconfigOf('https://127.0.0.1:9', { token: 'new' }));
    const second = await source.renew(first);
    expect(second.headers.Authorization).toBe('Bearer new');
    expect(second.dispatcher).toBe(first.dispatcher);
  });

  test('given a kubeconfig that is being rewritten, when credentials are refused, then what was loaded serves on', async () => {
    open({ token: 'old' });
    const first = await source.get();
    folder.write('config', 'clusters: [');
    expect(await source.renew(first)).toBe(first);
    folder.write('config', kubeconfigOf(SERVER, { token: 'new' }));
    now += 5_000;
    expect((await source.renew(first)).headers.Authorization).toBe('Bearer new');
  });
});

describe('from a token file', () => {
  test('given a relative path and a line break at its end, then the token is sent, before that of the kubeconfig', async () => {
    folder.write('token', 'from-file\n');
    open({ tokenFile: 'token', token: 'not this one' });
    expect(await authorization()).toBe('Bearer from-file');
  });

  test('given a rotated file, when the old token is refused, then the new one is sent', async () => {
    folder.write('token', 'old');
    open({ tokenFile: 'token' });
    const first = await source.get();
    folder.write('token', 'new');
    expect((await source.renew(first)).headers.Authorization).toBe('Bearer new');
  });

  test('given a rotated file, then its token is sent a minute later, unasked', async () => {
    vi.useFakeTimers({ now: START, toFake: ['Date'] });
    folder.write('token', 'old');
    open({ tokenFile: 'token' });
    expect(await authorization()).toBe('Bearer old');
    folder.write('token', 'new');
    vi.setSystemTime(START + 61_000);
    now += 61_000;
    expect(await authorization()).toBe('Bearer new');
  });

  test('given a file that is not there, then it is named; once it is there, it is read', async () => {
    open({ tokenFile: 'token' });
    await expect(source.get()).rejects.toMatchObject({
      code: 'Credentials',
      message: expect.stringContaining(`${folder.path}/token`),
    });
    folder.write('token', 'late');
    now += 5_000;
    expect(await authorization()).toBe('Bearer late');
  });
});

describe('from an exec plugin', () => {
  /** A plugin that prints a token with the number of its run in it. */
  function countingPlugin(status: Record<string, string> = {}): string {
    const printed = execCredential({ token: 'TOKEN', ...status });
    return folder.script('plugin', `echo '${printed}' | sed "s/TOKEN/token-$(wc -l < "$0.runs" | tr -d ' ')/"`);
  }

  test('given many requests, at once and over hours, then the plugin runs once', async () => {
    open({ exec: { command: countingPlugin() } });
    expect(await Promise.all([authorization(), authorization(), authorization()])).toEqual(Array(3).fill('Bearer token-1'));
    now += 3_600_000;
    expect(await authorization()).toBe('Bearer token-1');
    expect(folder.runs('plugin')).toBe(1);
  });

  test('given credentials that expire, then the plugin runs again shortly before, and not earlier', async () => {
    vi.useFakeTimers({ now: START, toFake: ['Date'] });
    open({ exec: { command: countingPlugin({ expirationTimestamp: new Date(START + 600_000).toISOString() }) } });
    expect(await authorization()).toBe('Bearer token-1');
    vi.setSystemTime(START + 584_000);
    now += 584_000;
    expect(await authorization()).toBe('Bearer token-1');
    vi.setSystemTime(START + 595_000);
    now += 11_000;
    expect(await authorization()).toBe('Bearer token-2');
  });

  test('given credentials that were refused, then the plugin runs again, once for all that were', async () => {
    open({ exec: { command: countingPlugin() } });
    const first = await source.get();
    const renewed = await Promise.all([source.renew(first), source.renew(first), source.renew(first)]);
    expect(renewed.map(({ headers }) => headers.Authorization)).toEqual(Array(3).fill('Bearer token-2'));
    expect(await source.renew(first)).toBe(renewed[0]);
    expect(folder.runs('plugin')).toBe(2);
  });

  test('given a refusal while a routine refresh is under way, then the refused credentials are renewed all the same', async () => {
    open({ exec: { command: countingPlugin() } });
    const first = await source.get();
    now += 10_000;
    const routine = source.get();
    expect((await source.renew(first)).headers.Authorization).toBe('Bearer token-2');
    expect(await routine).toBe(first);
  });

  test('given a plugin that fails, then it does not run for every request, and once it works it is used', async () => {
    folder.script('plugin', 'echo "log in first" >&2; exit 3');
    open({ exec: { command: './plugin' } });
    const message = `no credentials for ${SERVER} (context dev, user dev-user): the exec plugin "${folder.path}/plugin" ended with code 3: log in first`;
    for (let request = 0; request < 5; request += 1) {
      await expect(source.get()).rejects.toMatchObject({ code: 'Credentials', message });
    }
    expect(folder.runs('plugin')).toBe(1);
    countingPlugin();
    now += 5_000;
    expect(await authorization()).toBe('Bearer token-2');
  });
});
