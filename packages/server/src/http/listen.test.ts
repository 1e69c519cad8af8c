import { once } from 'node:events';
import { Agent, get, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { HttpListenError, type Listening, listen } from './listen.ts';

const OK = { callback: () => (_: unknown, response: { end(text: string): void }) => response.end('ok') };

const open: Listening[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

async function listening(...args: Parameters<typeof listen>): Promise<Listening> {
  const server = await listen(...args);
  open.push(server);
  return server;
}

/** Asks and gets its answer; gives the connection. */
async function request(port: number, agent: Agent): Promise<Socket> {
  const asking = get({ port, agent, host: '127.0.0.1' });
  const connected = once(asking, 'socket');
  const [response] = await once(asking, 'response');
  response.resume();
  await once(response, 'end');
  const [socket] = await connected;
  return socket;
}

describe('listen', () => {
  test('given port 0, then it is a free one, and says which', async () => {
    const [one, other] = [await listening(OK, 0), await listening(OK, 0)];
    expect(one.port).toBeGreaterThan(0);
    expect(one.port).not.toBe(other.port);
    expect(await (await fetch(`http://127.0.0.1:${one.port}/`)).text()).toBe('ok');
  });

  test('given a port in use, then it says which, and what to do', async () => {
    const { port } = await listening(OK, 0);
    const error = await listen(OK, port).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(HttpListenError);
    expect(error).toMatchObject({
      code: 'PortInUse',
      message: `PORT: ${port} is in use by another process (EADDRINUSE); end that one, or set PORT to another one, or to 0 for any free one`,
      cause: { code: 'EADDRINUSE' },
    });
  });

  test('given a connection that the client keeps, when it closes, then that ends at once', async () => {
    const server = await listening(OK, 0);
    const agent = new Agent({ keepAlive: true });
    const ended = once(await request(server.port, agent), 'close');
    await server.close();
    await ended;
    agent.destroy();
  });

  test('given a connection that never asked for anything, and one that asked for half, when it closes, then both end', async () => {
    const server = await listening(OK, 0);
    const [silent, half] = [connect(server.port, '127.0.0.1'), connect(server.port, '127.0.0.1')];
    silent.on('error', () => {});
    half.on('error', () => {});
    half.write('GET / HTTP/1.1\r\nHost: a\r\n');
    await Promise.all([once(silent, 'connect'), once(half, 'connect')]);
    // Connections are accepted in order: once this one is answered, the server knows the two before it.
    await request(server.port, new Agent());
    const ended = Promise.all([once(silent, 'close'), once(half, 'close')]);
    await server.close();
    await ended;
  });

  test('given an answer on its way, when it closes, then the answer arrives whole, and then the connection ends', async () => {
    const asked = Promise.withResolvers<(text: string) => void>();
    const app = {
      callback: () => (_: unknown, response: { write(text: string): void; end(text: string): void }) => {
        response.write('first ');
        asked.resolve((text) => response.end(text));
      },
    };
    const server = await listening(app, 0);
    const agent = new Agent({ keepAlive: true });
    const answer = once(get({ port: server.port, host: '127.0.0.1', agent }), 'response');
    const finish = await asked.promise;
    const [response] = await answer;
    const closed = server.close();
    finish('last');
    let text = '';
    for await (const chunk of response) text += chunk;
    expect(text).toBe('first last');
    await closed;
    agent.destroy();
  });

  test('given an answer that its reader does not take, when it closes, then that waits no longer than 2 s', async () => {
    const server = await listening({ callback: () => (_: unknown, response: ServerResponse) => response.write('first ') }, 0);
    const asking = get({ port: server.port, host: '127.0.0.1' });
    const [response] = await once(asking, 'response');
    const cut = once(response, 'error');
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const closed = server.close();
      await vi.advanceTimersByTimeAsync(1_999);
      expect(response.destroyed).toBe(false);
      await vi.advanceTimersByTimeAsync(1);
      await closed;
      expect((await cut)[0]).toMatchObject({ code: 'ECONNRESET' });
    } finally {
      vi.useRealTimers();
    }
  });

  test('given a server that closed, then its port is free, no connection is taken, and closing again is done', async () => {
    const server = await listen(OK, 0);
    await server.close();
    await server.close();
    await expect(fetch(`http://127.0.0.1:${server.port}/`)).rejects.toThrow();
    const again = await listening(OK, server.port);
    expect(again.port).toBe(server.port);
  });
});
