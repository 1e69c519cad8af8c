/** One run of a tool: what it printed, and whether it said that all is well. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const CHART = fileURLToPath(new URL('../ddprofiler-rc', import.meta.url));

export interface Run {
  readonly isWell: boolean;
  readonly stdout: string;
  /** Both streams, for people. */
  readonly said: string;
}

const MOST = 64 * 1024 * 1024;

export function runTool(program: string, args: readonly string[], input = ''): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = execFile(program, [...args], { cwd: ROOT, maxBuffer: MOST }, (error, stdout, stderr) => {
      if (error !== null && typeof error.code !== 'number') reject(error);
      else resolve({ isWell: error === null, stdout, said: `${stdout}${stderr}` });
    });
    child.stdin?.on('error', () => {}); // it ended without reading; its exit code says why
    child.stdin?.end(input);
  });
}
