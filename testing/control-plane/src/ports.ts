/**
 * Loopback ports that are free now. Nobody can promise that they still are when a program takes them: who starts a program
 * must try again with other ports when it says that its address is in use.
 *
 * They lie below the ranges from which Linux (32768 up) and macOS (49152 up) take the local ports of outgoing connections.
 * With a port from inside, a client that reconnects to a server that is down can be given that very port as its own, connect
 * to itself, and keep the server from coming back: just what a test that kills the API server brings about.
 */
import { createServer } from 'node:net';
import { Failure } from './failure.ts';

const LOWEST = 20_000;
const COUNT = 10_000;
const TRIES = 200;

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => server.close(() => resolve(true)));
  });

/** `count` different ports; `random` gives numbers in [0, 1). */
export const freePorts = async (count: number, random: () => number = Math.random): Promise<readonly number[]> => {
  const found = new Set<number>();
  for (let tries = 0; found.size < count; tries += 1) {
    if (tries === TRIES) {
      throw new Failure(
        'NO_FREE_PORT',
        `no ${count} free loopback ports among ${TRIES} tried in ${LOWEST}-${LOWEST + COUNT - 1}`,
      );
    }
    const port = LOWEST + Math.floor(random() * COUNT);
    if (!found.has(port) && (await isFree(port))) found.add(port);
  }
  return [...found];
};
