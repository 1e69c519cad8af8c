/** Brings the tools, and the schemas for kubeconform. Tests get `inject('tools')`: absolute paths. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildPlace } from '@ddprofiler-rc/control-plane/build';
import { locateProgram } from '@ddprofiler-rc/control-plane/locate';
import { onScreen } from '@ddprofiler-rc/control-plane/progress';
import type { TestProject } from 'vitest/node';
import { installLinters, installPrometheus, type Linters, type Prometheus } from './linters.ts';
import { writeSchemas } from './schemas.ts';

export interface Tools extends Linters, Prometheus {
  readonly helm: string;
  readonly kubeconform: string;
  readonly kubeScore: string;
  readonly monitoringCheck: string;
  /** A folder of JSON schemas for kubeconform. */
  readonly schemas: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    tools: Tools;
  }
}

const CRD = new URL('../ddprofiler-rc/files/crd.yaml', import.meta.url);

export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  const cache = join(buildPlace(process.env, homedir()).cache, '..', 'chart');
  const schemas = await mkdtemp(join(tmpdir(), 'ddprofiler-rc-schemas-'));
  await writeSchemas(schemas, await readFile(CRD, 'utf8'));
  project.provide('tools', {
    helm: await locateProgram('helm', onScreen),
    kubeconform: await locateProgram('kubeconform', onScreen),
    kubeScore: await locateProgram('kube-score', onScreen),
    monitoringCheck: await locateProgram('monitoring-check', onScreen),
    ...(await installLinters(cache, onScreen)),
    ...(await installPrometheus(cache, onScreen, process.env)),
    schemas,
  });
  return () => rm(schemas, { recursive: true, force: true });
};
