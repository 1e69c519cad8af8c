/**
 * The floor's program: sends the requests of a file, so many at a time, and ends. Nothing else is in it: no watch, no decision, no answer
 * parsed. What it takes is what the API server, TLS and Node take.
 *
 * Arguments: path of a JSON file `{ server, ca, token, requests: [{ path, text }] }`; how many requests at a time. Prints the
 * milliseconds of the loop alone, and those of processor time since the process began.
 */
import { readFileSync } from 'node:fs';
import { Agent } from 'undici';
import type { Access } from '../cluster/api-client.ts';
import type { ApplyRequest } from './bodies.ts';

export interface LoopWork extends Access {
  readonly requests: readonly ApplyRequest[];
}

const [, , file = '', atOnce = ''] = process.argv;
const concurrency = Number(atOnce);
const work: LoopWork = JSON.parse(readFileSync(file, 'utf8'));
const { server, ca, token, requests } = work;
const agent = new Agent({ connect: { ca }, connections: concurrency, allowH2: false });
const headers = { authorization: `Bearer ${token}`, accept: 'application/json', 'content-type': 'application/apply-patch+yaml' };

const startedAt = performance.now();
let next = 0;
const worker = async (): Promise<void> => {
  for (let request = requests[next]; request !== undefined; request = requests[next]) {
    next += 1;
    const { path, text } = request;
    const answer = await agent.request({ origin: server, path, method: 'PATCH', headers, body: text });
    await answer.body.dump();
    if (answer.statusCode !== 201) throw new Error(`${path} answers ${answer.statusCode}`);
  }
};
await Promise.all(Array.from({ length: concurrency }, worker));
const { user, system } = process.cpuUsage();
process.stdout.write(`${performance.now() - startedAt} ${(user + system) / 1000}\n`);
await agent.close();
