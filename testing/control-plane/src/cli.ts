/** `make cluster`: a control plane to try things on by hand. Runs until Ctrl-C, which stops everything; exit code 0 then. */
import { dirname } from 'node:path';
import { startControlPlane } from './control-plane.ts';
import { Failure } from './failure.ts';
import { locatePrograms } from './locate.ts';
import { onScreen } from './progress.ts';

const INTERRUPTED_WHILE_STARTING = 130;

let askedToStop = (): void => process.exit(INTERRUPTED_WHILE_STARTING); // the programs end with us: guarded-process.ts
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => askedToStop());

try {
  const controlPlane = await startControlPlane({ programs: await locatePrograms(onScreen), progress: onScreen });
  const stopped = new Promise<void>((resolve) => {
    askedToStop = resolve;
  });
  process.stdout.write(`
kubeconfig: ${controlPlane.kubeconfig}
logs:       ${controlPlane.logs}

In another terminal:
  export KUBECONFIG=${controlPlane.kubeconfig}
  export PATH="${dirname(controlPlane.programs.kubectl)}:$PATH"   # for its kubectl
  kubectl get nodes

Ctrl-C stops it.
`);
  await stopped;
  onScreen('stopping');
  await controlPlane.stop();
} catch (thrown) {
  if (!(thrown instanceof Failure)) throw thrown;
  onScreen(thrown.message);
  process.exitCode = 1;
}
