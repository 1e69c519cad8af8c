/** Who led when, as the Lease itself tells: a watch by somebody else sees every version of it. */
import { join } from 'node:path';
import type { OwnClusterFacts } from '@ddprofiler-rc/control-plane/cluster';
import { startGuarded } from '@ddprofiler-rc/control-plane/guarded-process';
import { waitFor } from '@ddprofiler-rc/control-plane/wait';

/** A version of the Lease. */
export interface LeaseVersion {
  /** Empty: it was released. */
  readonly holder: string;
  /** When it was renewed, taken or released last: milliseconds since 1970. */
  readonly renewedAt: number;
  /** When its holder took it. */
  readonly acquiredAt: number;
}

export interface Handover {
  readonly from: string;
  readonly to: string;
  /** From the last word of the one that led to the moment when the other took the Lease. */
  readonly gapMs: number;
}

/** Every change of holder, in order. A holder that takes a Lease back that it had released is one too. */
export function handovers(versions: readonly LeaseVersion[]): readonly Handover[] {
  const found: Handover[] = [];
  let last: LeaseVersion | undefined;
  let leader = '';
  for (const version of versions) {
    const isTaken = version.holder !== '' && version.holder !== last?.holder;
    if (isTaken && last !== undefined)
      found.push({ from: leader, to: version.holder, gapMs: version.acquiredAt - last.renewedAt });
    if (version.holder !== '') leader = version.holder;
    last = version;
  }
  return found;
}

/** @param text lines of `holder renewTime acquireTime`, the first of which may be empty; a last line without its end is left out */
export function readVersions(text: string): readonly LeaseVersion[] {
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .map((line) => line.split('|'))
    .filter(({ length }) => length === FIELDS.length)
    .map(([holder = '', renewed = '', acquired = '']) => ({
      holder,
      renewedAt: Date.parse(renewed),
      acquiredAt: Date.parse(acquired),
    }));
}

export interface LeaseHistory {
  versions(): readonly LeaseVersion[];
  /** Who holds it now, as far as the watch has seen; empty where nobody does. */
  holder(): string;
  stop(): Promise<unknown>;
}

const FIELDS = ['holderIdentity', 'renewTime', 'acquireTime'];

/** @param folder for what it writes down */
export async function watchLease(
  { kubectl, kubeconfig, context }: OwnClusterFacts,
  namespace: string,
  name: string,
  folder: string,
): Promise<LeaseHistory> {
  const line = `${FIELDS.map((field) => `{.spec.${field}}`).join('|')}{"\\n"}`;
  const watch = await startGuarded({
    name: `watch of the Lease ${name}`,
    program: kubectl,
    args: [
      ...['--kubeconfig', kubeconfig, '--context', context],
      ...['get', 'lease', name, '--namespace', namespace, '--watch', '--output', `jsonpath=${line}`],
    ],
    logFile: join(folder, `lease-${name}.log`),
  });
  const versions = () => readVersions(watch.output());
  const probe = async () => versions().length > 0 || 'it has seen nothing';
  await waitFor('the watch of the Lease', probe, { program: watch });
  return { versions, holder: () => versions().at(-1)?.holder ?? '', stop: () => watch.stop() };
}
