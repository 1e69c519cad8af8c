import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A temporary folder for kubeconfigs, token files and exec plugins. */
export class KubeconfigFolder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'kubeconfig-'));

  /** Writes a file, and gives its path. A kubeconfig may be written as JSON, which is YAML too. */
  write(name: string, content: unknown): string {
    const path = join(this.path, name);
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    return path;
  }

  /** Writes a shell script that counts its runs, and gives its path. */
  script(name: string, body: string): string {
    const path = this.write(name, `#!/bin/sh\necho run >> '${join(this.path, `${name}.runs`)}'\n${body}\n`);
    chmodSync(path, 0o755);
    return path;
  }

  /** How often a script ran. */
  runs(name: string): number {
    return this.read(`${name}.runs`).split('\n').length - 1;
  }

  read(name: string): string {
    try {
      return readFileSync(join(this.path, name), 'utf8');
    } catch {
      return '';
    }
  }

  [Symbol.dispose](): void {
    // A plugin that was just killed may leave a child that still writes a file.
    rmSync(this.path, { recursive: true, maxRetries: 10, retryDelay: 50 });
  }
}

/** A kubeconfig of one cluster and one user. */
export function kubeconfigOf(server: string, user: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'dev',
    clusters: [{ name: 'dev-cluster', cluster: { server } }],
    users: [{ name: 'dev-user', user }],
    contexts: [{ name: 'dev', context: { cluster: 'dev-cluster', user: 'dev-user' } }],
  };
}

/** What a plugin prints. */
export function execCredential(status: Record<string, string>): string {
  return JSON.stringify({ apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status });
}
