/** One thread of `make simulate`: runs the seeds it is given, one after the other, for each history takes the timers of its whole thread. */
import { parentPort, workerData } from 'node:worker_threads';
import { simulateSeed } from './simulate.ts';

const { first, count, step } = workerData;
for (let seed = Number(first); seed < Number(first) + Number(count); seed += Number(step)) {
  const result = await simulateSeed(seed);
  parentPort?.postMessage(result);
  if (result.failure !== undefined) break;
}
