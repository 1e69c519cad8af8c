/**
 * Starts one program on loopback ports and waits until it serves. A port can be lost to a stranger between choosing it and
 * listening on it: the program is then started again, on other ports if it may choose, else on the same until it gets them.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { Failure } from './failure.ts';
import { type GuardedProcess, startGuarded } from './guarded-process.ts';
import { freePorts } from './ports.ts';
import { type Probe, waitFor } from './wait.ts';

export type Launch = {
  readonly name: string;
  readonly program: string;
  readonly logFile: string;
  readonly directory: string;
  /** How many ports to choose, or exactly which to take. */
  readonly ports: number | readonly number[];
  readonly flags: (ports: readonly number[]) => readonly string[];
  readonly ready: (ports: readonly number[]) => Probe;
  readonly deadlineMs?: number;
};

export type Launched = { readonly process: GuardedProcess; readonly ports: readonly number[] };

const ADDRESS_IN_USE = /address already in use/i;
const ATTEMPTS = 10;

export const launch = async (spec: Launch, started: (process: GuardedProcess) => void): Promise<Launched> => {
  for (let attempt = 1; ; attempt += 1) {
    const ports = typeof spec.ports === 'number' ? await freePorts(spec.ports) : spec.ports;
    const process = await startGuarded({
      name: spec.name,
      program: spec.program,
      args: spec.flags(ports),
      logFile: spec.logFile,
      directory: spec.directory,
    });
    started(process);
    try {
      await waitFor(`${spec.name} to be ready`, spec.ready(ports), {
        program: process,
        ...(spec.deadlineMs === undefined ? {} : { deadlineMs: spec.deadlineMs }),
      });
      return { process, ports };
    } catch (thrown) {
      await process.stop();
      const portLost = thrown instanceof Failure && thrown.code === 'PROGRAM_ENDED' && ADDRESS_IN_USE.test(process.output());
      if (!portLost || attempt === ATTEMPTS) throw thrown;
      await delay(typeof spec.ports === 'number' ? 0 : 500);
    }
  }
};
