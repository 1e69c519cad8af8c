/** `ddprofiler-rc replay` on the journal that an operator left: its state folded again, and every decision compared. */
import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';

/**
 * What the command said; undefined for an operator that left no journal.
 * @param program path of the operator
 * @throws Error where the decisions differ, with what the command said
 */
export async function replay(program: string, journal: string): Promise<string | undefined> {
  const isThere = await access(journal).then(
    () => true,
    () => false,
  );
  if (!isThere) return undefined;
  return new Promise((resolve, reject) => {
    execFile(program, ['replay', journal], (error, stdout, stderr) => {
      const said = `${stdout}${stderr}`.trim();
      if (error === null) resolve(said);
      else reject(new Error(`the journal of this demo does not replay to the same decisions\n${said}`, { cause: error }));
    });
  });
}
