/** Writes the chart's archive, `dist/ddprofiler-rc-<version>.tgz` (make package). Helm is the one on PATH; else it is built, once. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { locateProgram } from '@ddprofiler-rc/control-plane/locate';
import { onScreen } from '@ddprofiler-rc/control-plane/progress';
import { onPath } from './on-path.ts';

const CHART = fileURLToPath(new URL('../ddprofiler-rc', import.meta.url));
const DIST = fileURLToPath(new URL('../../dist', import.meta.url));

const helm = (await onPath('helm', process.env)) ?? (await locateProgram('helm', onScreen));
const { stdout } = await promisify(execFile)(helm, ['package', CHART, '--destination', DIST]);
process.stdout.write(stdout);
