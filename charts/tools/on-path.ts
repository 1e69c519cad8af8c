/** Where PATH has a program: its absolute path, or undefined. */
import { delimiter, join } from 'node:path';
import { isExecutable } from '@ddprofiler-rc/control-plane/build';

export async function onPath(name: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  for (const directory of (env.PATH ?? '').split(delimiter)) {
    const path = join(directory, name);
    if (directory !== '' && (await isExecutable(path))) return path;
  }
  return undefined;
}
