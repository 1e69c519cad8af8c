/** kubectl as a function: standard output on success, a Failure that quotes the command and standard error otherwise. */
import { spawn } from 'node:child_process';
import { Failure } from './failure.ts';

export type Kubectl = {
  (...args: readonly string[]): Promise<string>;
  /** The same, with text on standard input: `kubectl.withInput(manifest, 'apply', '-f', '-')`. */
  withInput(input: string, ...args: readonly string[]): Promise<string>;
};

export type KubectlFacts = { readonly program: string; readonly kubeconfig: string; readonly context?: string };

export const makeKubectl = ({ program, kubeconfig, context }: KubectlFacts): Kubectl => {
  const run = (input: string, args: readonly string[]): Promise<string> =>
    new Promise((resolve, reject) => {
      const connection = ['--kubeconfig', kubeconfig, ...(context === undefined ? [] : ['--context', context])];
      const child = spawn(program, [...connection, ...args], { env: { ...process.env, KUBECONFIG: kubeconfig } });
      let out = '';
      let err = '';
      child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
        out += chunk;
      });
      child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
        err += chunk;
      });
      child.stdin.on('error', () => {}); // EPIPE: it ended without reading; its exit code says why
      child.once('error', (cause) =>
        reject(new Failure('KUBECTL_FAILED', `${program} could not be run: ${cause.message}`, { cause })),
      );
      child.once('close', (code, signal) => {
        if (code === 0) resolve(out);
        else reject(new Failure('KUBECTL_FAILED', `kubectl ${args.join(' ')}: ${signal ?? `exit code ${code}`}\n${err.trim()}`));
      });
      child.stdin.end(input);
    });
  return Object.assign((...args: readonly string[]) => run('', args), {
    withInput: (input: string, ...args: readonly string[]) => run(input, args),
  });
};
